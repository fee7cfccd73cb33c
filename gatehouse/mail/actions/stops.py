"""The stop list: addresses to which no letter goes, or none of a kind."""

from django.db import transaction

from gatehouse.journal import actions as journal
from gatehouse.mail.models import Letter, Suppression
from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.models import Person


class StopUnusable(ValueError):
    """What is no address cannot be stopped."""


@transaction.atomic
def suppress(
    *,
    address: str,
    reason: str = Suppression.Reason.BY_HAND,
    scope: str = Suppression.ALL,
    evidence: str = "",
    actor: Person | None = None,
) -> Suppression:
    """Stop letters to this address from now on, those already waiting included; saying it twice changes nothing."""
    address = normal_email(address)
    if not is_email(address):
        raise StopUnusable(f"{address or 'Nothing'} is not an address.")
    stop, is_new = Suppression.objects.get_or_create(
        address=address, scope=scope, defaults={"reason": reason, "evidence": evidence[:500]}
    )
    if is_new:
        details = {"scope": scope, "reason": stop.reason}
        journal.record(actor=actor, verb="address.stopped", subject=address, details=details)
    return stop


@transaction.atomic
def lift_suppression(*, stop: Suppression, actor: Person | None) -> None:
    """Let letters go to this address again. What stopped it stays in the journal."""
    details = {"scope": stop.scope, "reason": stop.reason, "evidence": stop.evidence}
    journal.record(actor=actor, verb="address.freed", subject=stop.address, details=details)
    stop.delete()


def unsubscribe(*, letter: Letter, evidence: str) -> Suppression:
    """No more letters like this one: of its topic where it has one, else of its class. Notices are not touched."""
    scope = f"topic:{letter.topic}" if letter.topic else f"class:{letter.message_class}"
    return suppress(
        address=letter.address,
        scope=scope,
        reason=Suppression.Reason.UNSUBSCRIBED,
        evidence=evidence,
        actor=letter.person,
    )
