"""A limit is lifted before its time."""

from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction

from gatehouse.core import limits
from gatehouse.identity.oidc import policies
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person


@transaction.atomic
def lift_limits(*, keys: Collection[str], actor: Person) -> int:
    """Whoever was refused may try again at once; how many limits it were."""
    if not policies.can_lift_limits(actor):
        raise PermissionDenied
    lifted = limits.lift(keys)
    if lifted:
        journal.record(actor=actor, verb="limit.lifted", subject="limits", details={"count": lifted})
    return lifted
