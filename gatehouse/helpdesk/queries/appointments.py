"""Appointments: whose, when, and the tickets they became."""

from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, F, Max, Q, QuerySet, Sum
from django.utils import timezone, translation

from gatehouse.core import clock
from gatehouse.helpdesk.models import Appointment, Ticket
from gatehouse.people.models import Person

PROMISED_FOR = timedelta(minutes=10)  # so long after its time an appointment's ticket is left to its tutor
SHOWN_FOR = timedelta(days=90)  # calendars keep showing what was so long ago
MOST = 500  # in one calendar


def whole() -> QuerySet[Appointment]:
    return Appointment.objects.select_related("tutor", "person", "course", "room", "ticket")


def own_ahead(person: Person) -> QuerySet[Appointment]:
    """What this person booked and has before them."""
    return whole().filter(Appointment.AHEAD, person=person, ends_at__gt=clock.now()).order_by("starts_at")


def given_ahead(tutor: Person | None) -> QuerySet[Appointment]:
    """What others booked with this tutor, or with None with anybody; begun ones until they end."""
    rows = whole().filter(Appointment.AHEAD, ends_at__gt=clock.now()).order_by("starts_at", "pk")
    return rows if tutor is None else rows.filter(tutor=tutor)


def given_today(tutor: Person) -> list[Appointment]:
    """On the organisation's day, still to come."""
    zone = timezone.get_default_timezone()
    midnight = datetime.combine(clock.today() + timedelta(days=1), time(), tzinfo=zone)
    return list(given_ahead(tutor).filter(starts_at__lt=midnight))


def promised_to(tutor: Person) -> QuerySet[Appointment, int]:
    """Keys of tickets that were appointments with this tutor."""
    return _tickets(Appointment.objects.filter(tutor=tutor))


def promised_to_others(tutor: Person) -> QuerySet[Appointment, int]:
    """Keys of tickets that are left to another tutor for now."""
    lately = Appointment.objects.filter(starts_at__gt=clock.now() - PROMISED_FOR)
    return _tickets(lately.exclude(tutor=tutor))


def _tickets(rows: QuerySet[Appointment]) -> QuerySet[Appointment, int]:
    return rows.filter(ticket__state__in=Ticket.QUEUED).values("ticket")  # type: ignore[return-value]


def in_calendar_of(person: Person) -> QuerySet[Appointment]:
    """Booked and given, of the last months and ahead; cancelled ones too, for calendars must hear of it."""
    theirs = Q(person=person) | Q(tutor=person)
    return whole().filter(theirs, starts_at__gt=clock.now() - SHOWN_FOR).order_by("starts_at", "pk")[:MOST]


def calendar_stamp(person: Person) -> tuple[Any, ...]:
    """Changes whenever the calendar does, but for names; those are told the next day at the latest."""
    theirs = Q(person=person) | Q(tutor=person)
    rows = Appointment.objects.filter(theirs, starts_at__gt=clock.now() - SHOWN_FOR)
    return tuple(rows.aggregate(n=Count("pk"), last=Max("changed_at"), changes=Sum("sequence")).values())


def due_to_open(now: datetime) -> QuerySet[Appointment]:
    """Whose time has come; one that is over since long, because the portal slept, stays what it was."""
    return Appointment.objects.filter(Appointment.AHEAD, starts_at__lte=now, ends_at__gt=now - timedelta(hours=2))


def due_for_letter(now: datetime, before: timedelta, mark: str) -> QuerySet[Appointment]:
    """Ahead by no more than `before`, booked or moved earlier than that, and not written about."""
    ahead = whole().filter(Appointment.AHEAD, starts_at__gt=now, starts_at__lte=now + before, **{mark: None})
    return ahead.filter(starts_at__gt=F("changed_at") + before).order_by("starts_at")


def appointments_with(person: UUID) -> list[int]:
    """Numbers of all there ever were, on either side."""
    return list(Appointment.objects.filter(Q(person=person) | Q(tutor=person)).values_list("pk", flat=True))


def booked_by(number: int | None) -> Person | None:
    """Whose appointment it is, cancelled or not."""
    held = whole().filter(pk=number).first() if number else None
    return held.person if held else None


def card_words(number: int) -> dict[str, str]:
    """What a card says of it, in the language of whoever booked; times on the organisation's clock, ISO 8601."""
    held = whole().get(pk=number)
    zone = timezone.get_default_timezone()
    with translation.override(held.person.language or settings.LANGUAGE_CODE):
        place = str(held.room) if held.room and held.mode == Ticket.Mode.CAMPUS else str(Ticket.Mode(held.mode).label)
    return {
        "course": held.course.code,
        "tutor": held.tutor.name,
        "name": held.person.name,
        "place": place,
        "starts": held.starts_at.astimezone(zone).isoformat(timespec="seconds"),
        "ends": held.ends_at.astimezone(zone).isoformat(timespec="seconds"),
    }
