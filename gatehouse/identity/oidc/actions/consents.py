"""What people let services know, and take back."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Q

from gatehouse.core import clock
from gatehouse.identity.oidc.actions.logouts import sign_out
from gatehouse.identity.oidc.models import Client, Consent, Grant
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person


@transaction.atomic
def give_consent(*, person: Person, client: Client, scopes: Collection[str]) -> Consent:
    """Remember what this person lets the client know, beside what they let it know before."""
    rows = Consent.objects.select_for_update()
    consent, is_new = rows.get_or_create(person=person, client=client, defaults={"scopes": sorted(scopes)})
    added = sorted(set(scopes) if is_new else set(scopes) - set(consent.scopes))
    if not added:
        return consent
    consent.scopes = sorted({*consent.scopes, *added})
    consent.given_at = clock.now()
    consent.save(update_fields=["scopes", "given_at"])
    details = {"service": client.client_id, "scopes": added}
    journal.record(actor=person, verb="consent.given", subject=client.name, subject_id=client.pk, details=details)
    return consent


@transaction.atomic
def withdraw_consent(*, person: Person, client: Client) -> int:
    """Forget it, end what came of it, and tell the service; how many sign-ins ended. It asks again next time."""
    Consent.objects.filter(person=person, client=client).delete()
    ended = sign_out(where=Q(person=person, client=client), why=Grant.Ended.WITHDRAWN)
    details = {"service": client.client_id, "sign-ins": ended}
    journal.record(actor=person, verb="consent.withdrawn", subject=client.name, subject_id=client.pk, details=details)
    return ended
