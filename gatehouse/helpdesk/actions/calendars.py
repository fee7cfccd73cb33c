"""The address at which a person's calendar fetches their appointments."""

from uuid import uuid4

from django.db import transaction

from gatehouse.core import clock
from gatehouse.helpdesk.models import CalendarLink
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person


def calendar_link_of(person: Person) -> CalendarLink:
    """Made when it is asked for the first time."""
    return CalendarLink.objects.get_or_create(person=person)[0]


@transaction.atomic
def renew_calendar(*, person: Person) -> CalendarLink:
    """The old address ends at once, wherever it was written down."""
    made = {"nonce": uuid4(), "made_at": clock.now()}
    link, _is_new = CalendarLink.objects.update_or_create(person=person, defaults=made)
    journal.record(actor=person, verb="calendar.renewed", subject=person.name, subject_id=person.pk)
    return link
