"""Telling people that they can sign in here."""

from django.db import transaction

from gatehouse.core import claims, clock
from gatehouse.identity import invitations
from gatehouse.mail import actions as mail
from gatehouse.people.addresses import is_email
from gatehouse.people.models import Invitation, Membership, Person


def write_invitation(*, invitation: Invitation) -> bool:
    """Put the letter into the outbox, once; False when another worker did, or when there is nobody to write to.

    Whoever left meanwhile, or has no address any more, is not invited; a later import may ask again.
    """
    person = Person.objects.get(pk=invitation.person_id)
    if not person.is_active or not is_email(person.email or ""):
        Invitation.objects.filter(pk=invitation.pk, claim=invitation.claim).delete()
        return False
    with transaction.atomic():
        if not claims.settle(invitation, written_at=clock.now()):
            return False
        context = {"link": invitations.link_for(person.email or ""), "memberships": _memberships(person)}
        mail.post(to=person, template="identity/letters/invitation", context=context, message_class="personal")
    return True


def _memberships(person: Person) -> list[str]:
    active = person.memberships.filter(status=Membership.Status.ACTIVE).order_by("source", "number")
    return [f"{membership.level} ({membership.number})".strip() for membership in active]
