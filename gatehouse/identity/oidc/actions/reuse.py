"""What happens when a code or a refresh token comes a second time: somebody has a copy."""

from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from gatehouse.core import limits
from gatehouse.core.events import publish
from gatehouse.core.limits import Limit
from gatehouse.identity.oidc.actions.grants import end_grants
from gatehouse.identity.oidc.events import ReuseSeen
from gatehouse.identity.oidc.models import Client, Grant
from gatehouse.journal import actions as journal
from gatehouse.mail import actions as mail
from gatehouse.people.models import Person

LETTERS = Limit("oidc.reuse", 1, timedelta(hours=1))
VERBS = {Grant.Ended.CODE_REUSED: "sign-in.code-reused", Grant.Ended.TOKEN_REUSED: "sign-in.token-reused"}


@transaction.atomic
def end_reused(*, grant: Grant, client: Client, why: Grant.Ended) -> bool:
    """End the grant with all its tokens, journal it, and write to the person; False when it had ended before.

    Of many who come at once one does it, and a person gets one letter an hour.
    """
    if not end_grants(where=Q(pk=grant.pk), why=why):
        return False
    person = Person.objects.get(pk=grant.person_id)
    journal.record(
        actor=None,
        verb=VERBS[why],
        subject=person.name,
        subject_id=person.pk,
        details={"service": client.name, "client_id": client.client_id, "grant": str(grant.pk)},
    )
    publish(ReuseSeen(grant.pk))
    if person.email and limits.allow(LETTERS, str(person.pk)):
        mail.post(to=person, template="oidc/letters/reuse", context={"service": client.name})
    return True
