"""Appointments in the words of calendars: for whoever booked the tutor's name, for the tutor the other's, and the question."""

from django.conf import settings
from django.utils.translation import gettext as _

from gatehouse.helpdesk import ical, links, queries
from gatehouse.helpdesk.models import Appointment
from gatehouse.helpdesk.words import place_of_meeting
from gatehouse.people.models import Person
from gatehouse.people.queries import organisation


def feed_of(person: Person) -> bytes:
    """In the language that is active."""
    host = organisation()
    name = _("Appointments, %(organisation)s") % {"organisation": host.unit or host.name}
    events = [_event(each, person) for each in queries.in_calendar_of(person)]
    return ical.feed(events, name=name, organizer=_organizer())


def file_of(appointment: Appointment) -> bytes:
    """As for whoever booked: the link to it may be in anybody's letter, and tells no question."""
    return ical.one(_event(appointment, appointment.person), organizer=_organizer())


def _organizer() -> ical.Organizer:
    host = organisation()
    return ical.Organizer(host.unit or host.name, host.contact_email or settings.MAIL_FROM)


def _event(appointment: Appointment, reader: Person) -> ical.Event:
    is_tutor = appointment.person_id != reader.pk
    other = appointment.person if is_tutor else appointment.tutor
    said = _("%(course)s with %(name)s") % {"course": appointment.course.code, "name": other.name}
    return ical.Event(
        uid=str(appointment.uid),
        sequence=appointment.sequence,
        starts_at=appointment.starts_at,
        ends_at=appointment.ends_at,
        changed_at=appointment.changed_at,
        made_at=appointment.booked_at,
        summary=said,
        place=place_of_meeting(appointment.mode, appointment.room),
        description=appointment.question if is_tutor else "",
        url=links.appointment_address(appointment),
        is_cancelled=appointment.cancelled_at is not None,
    )
