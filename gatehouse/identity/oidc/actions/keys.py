"""Signing keys come, and are withdrawn."""

from django.core.exceptions import PermissionDenied
from django.db import transaction

from gatehouse.core import access, clock
from gatehouse.identity.oidc.models import SigningKey
from gatehouse.identity.oidc.queries import keys as ring
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person


@transaction.atomic
def rotate_keys() -> int:
    """Make what is due, so that each key is published two days before it signs; how many were made."""
    made = SigningKey.objects.top_up()
    if made:
        journal.record(actor=None, verb="signing-key.made", subject="signing keys", details={"count": made})
    transaction.on_commit(ring.forget)
    return made


@transaction.atomic
def withdraw_key(*, key: SigningKey, actor: Person) -> None:
    """It leaked: no token it signed is good any more, within seconds, and the next one signs from now."""
    if not actor.may(access.EVERYTHING):
        raise PermissionDenied
    now = clock.now()
    SigningKey.objects.filter(pk=key.pk, withdrawn_at=None).update(withdrawn_at=now)
    rest = SigningKey.objects.filter(algorithm=key.algorithm, withdrawn_at=None)
    if not rest.filter(signs_from__lte=now).exists():
        first = rest.order_by("signs_from").first()
        if first:
            rest.filter(pk=first.pk).update(signs_from=now)
    SigningKey.objects.top_up()
    journal.record(actor=actor, verb="signing-key.withdrawn", subject=str(key))
    transaction.on_commit(ring.forget)
