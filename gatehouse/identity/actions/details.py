"""What people change about themselves."""

from django.db import IntegrityError, transaction

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.identity.models import SignInFlow
from gatehouse.identity.refusals import AddressTaken
from gatehouse.journal import actions as journal
from gatehouse.mail import actions as mail
from gatehouse.people.events import PeopleChanged
from gatehouse.people.models import Person

OWN = ("preferred_name", "language")
OWN_NAME = ("given_name", "family_name")  # of those whom no roster names


@transaction.atomic
def edit_details(*, person: Person, changes: dict[str, str]) -> list[str]:
    """Write what this person may change about themselves; return the fields that changed."""
    allowed = OWN if person.source else OWN + OWN_NAME
    changed = [field for field in allowed if field in changes and changes[field] != getattr(person, field)]
    if not changed:
        return []
    for field in changed:
        setattr(person, field, changes[field])
    person.changed_at = clock.now()
    person.save(update_fields=[*changed, "changed_at"])
    details = {"fields": changed}
    journal.record(actor=person, verb="details.edited", subject=person.name, subject_id=person.pk, details=details)
    publish(PeopleChanged((person.pk,)))
    return changed


def move_address(*, flow: SignInFlow, person: Person) -> None:
    """Sign in with the proved address from now on, and tell the old one; raises `AddressTaken` to the slower of two."""
    old = person.email
    try:
        with transaction.atomic():
            _move(person, flow.email)
            if old:
                mail.post(to=old, template="identity/letters/address_moved", context={"new": flow.email}, actor=person)
    except IntegrityError as error:
        raise AddressTaken from error


def _move(person: Person, email: str) -> None:
    SignInFlow.objects.filter(person=person).delete()  # codes on their way to the old address, and this one
    Person.objects.filter(pk=person.pk).update(
        email=email, proved_email=email, is_own_email=True, changed_at=clock.now()
    )
    person.email, person.proved_email, person.is_own_email = email, email, True
    journal.record(actor=person, verb="address.changed", subject=person.name, subject_id=person.pk)
    publish(PeopleChanged((person.pk,)))
