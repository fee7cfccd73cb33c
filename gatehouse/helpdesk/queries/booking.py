"""Which times can be booked: hours of tutors, cut by the kernel, less what is taken."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Q, QuerySet
from django.utils import timezone

from gatehouse.core import clock
from gatehouse.helpdesk import policies, slots
from gatehouse.helpdesk.models import Appointment, BookingHours, Course, Holiday, Room, Tutoring
from gatehouse.helpdesk.queries.queue import desk
from gatehouse.helpdesk.slots import Hours, Slot, Span
from gatehouse.people.models import Person
from gatehouse.people.queries import holders_of

BOOKABLE_KEPT_AS, BOOKABLE_SECONDS = "helpdesk.bookable", 10
INSTEAD = 3  # times offered in the place of one that is gone


@dataclass(frozen=True)
class Offer:
    """A free slot with its tutor and place."""

    tutor: Person
    starts_at: datetime
    ends_at: datetime
    mode: str
    room: Room | None

    @property
    def key(self) -> str:
        """For a form: the tutor and the second in which it begins."""
        return f"{self.tutor.pk}@{int(self.starts_at.timestamp())}"


def hours_of(tutor: Person) -> QuerySet[BookingHours]:
    return BookingHours.objects.filter(tutor=tutor).select_related("room")


def is_bookable() -> bool:
    """Whether anybody can be booked at all; asked for pages, so kept for a while."""
    kept = cache.get(BOOKABLE_KEPT_AS)
    if kept is None:
        kept = _running().exists()
        cache.set(BOOKABLE_KEPT_AS, kept, BOOKABLE_SECONDS)
    return bool(kept)


def bookable_courses() -> list[Course]:
    """With at least one tutor who can be booked; a tutor for whom no course is written down helps in all."""
    tutors = {hours.tutor_id for hours in _hours_of_tutors()}
    named = dict(_courses_of(tutors))
    courses = Course.objects.filter(archived_at=None)
    if any(tutor not in named for tutor in tutors):
        return list(courses)
    return list(courses.filter(pk__in={course for theirs in named.values() for course in theirs}))


def tutors_for(course: Course) -> list[Person]:
    """Who helps with it and can be booked, by name."""
    found = {hours.tutor_id: hours.tutor for hours in _hours_for(course)}
    return sorted(found.values(), key=lambda tutor: (tutor.family_name, tutor.given_name))


def last_day() -> date:
    return clock.today() + timedelta(days=desk().book_ahead)


def offers(
    course: Course, on: Iterable[date], *, person: Person | None, tutor: Any = None, moving: Appointment | None = None
) -> list[Offer]:
    """What this person could book on these days, by time, at one time whoever has least to do that day first.

    `moving` is the appointment that would be given up for it. A person is never offered what meets their own other
    appointments, nor themselves.
    """
    frame = _frame(on)
    blocks = [hours for hours in _hours_for(course) if tutor is None or hours.tutor_id == tutor]
    blocks = [hours for hours in blocks if person is None or hours.tutor_id != person.pk]
    if not frame.days or not blocks:
        return []
    busy = _taken(frame.days, {hours.tutor_id for hours in blocks}, person, moving)
    own = busy[person.pk] if person else []
    found = [
        _offer(slot) for theirs in _by_tutor(blocks) for slot in _free(theirs, frame, busy[theirs[0].tutor_id] + own)
    ]
    load = Counter((who, span.starts_at.date()) for who, spans in busy.items() for span in spans)
    return sorted(found, key=lambda one: (one.starts_at, load[one.tutor.pk, one.starts_at.date()], str(one.tutor.pk)))


def next_offers(course: Course, after: datetime, **whose: Any) -> list[Offer]:
    """The next ones within a week, or, where there are none, later; in the place of one that begins then and is gone."""
    first = max(after.astimezone(timezone.get_default_timezone()).date(), clock.today())
    week = first + timedelta(days=6)
    for some in (slots.days(first, week), slots.days(week + timedelta(days=1), last_day())):  # mostly the first will do
        found = [offer for offer in offers(course, some, **whose) if offer.starts_at >= after]
        if found:
            return found[:INSTEAD]
    return []


def first_day_with(course: Course, **whose: Any) -> date | None:
    """The first on which something is free; None when nothing is, so far ahead as can be booked."""
    found = next_offers(course, clock.now(), **whose)
    return found[0].starts_at.astimezone(timezone.get_default_timezone()).date() if found else None


@dataclass(frozen=True)
class _Frame:
    """What can be booked by anybody: which days, those of them that are closed, and from when on."""

    days: list[date]
    closed: frozenset[date]
    earliest: datetime
    last_day: date


def _frame(on: Iterable[date]) -> _Frame:
    limits, today = desk(), clock.today()
    last = today + timedelta(days=limits.book_ahead)
    days = [day for day in on if today <= day <= last]
    return _Frame(days, _closed(days), clock.now() + timedelta(minutes=limits.book_notice), last)


def _free(hours: list[BookingHours], frame: _Frame, taken: list[Span]) -> list[Slot]:
    zone = timezone.get_default_timezone()
    cut = slots.cut(map(block_of, hours), frame.days, frame.closed, zone)
    return slots.free(cut, taken, earliest=frame.earliest, last_day=frame.last_day, zone=zone)


def _offer(slot: Slot) -> Offer:
    hours: BookingHours = slot.hours.of
    return Offer(hours.tutor, slot.starts_at, slot.ends_at, hours.mode, hours.room)


def block_of(hours: BookingHours) -> Hours:
    """As the kernel takes it."""
    return Hours(hours.weekday, hours.starts, hours.ends, hours.slot, hours.first_on, hours.last_on, hours)


def _closed(days: Collection[date]) -> frozenset[date]:
    return frozenset(Holiday.objects.filter(date__in=days).values_list("date", flat=True))


def _taken(
    days: Collection[date], tutors: set[Any], person: Person | None, moving: Appointment | None
) -> defaultdict[Any, list[Span]]:
    """By person, whether they help there or are helped."""
    everybody = tutors | ({person.pk} if person else set())
    zone = timezone.get_default_timezone()
    around = [datetime.combine(day, time(), tzinfo=zone) for day in (min(days), max(days) + timedelta(days=1))]
    rows = Appointment.objects.filter(Q(tutor__in=everybody) | Q(person__in=everybody), cancelled_at=None)
    rows = rows.filter(starts_at__lt=around[1], ends_at__gt=around[0]).exclude(pk=moving.pk if moving else 0)
    found: defaultdict[Any, list[Span]] = defaultdict(list)
    for tutor, booker, starts_at, ends_at in rows.values_list("tutor", "person", "starts_at", "ends_at"):
        for who in {tutor, booker} & everybody:
            found[who].append(Span(starts_at, ends_at))
    return found


def _by_tutor(blocks: list[BookingHours]) -> list[list[BookingHours]]:
    found: defaultdict[Any, list[BookingHours]] = defaultdict(list)
    for hours in blocks:
        found[hours.tutor_id].append(hours)
    return list(found.values())


def _hours_for(course: Course) -> list[BookingHours]:
    blocks = _hours_of_tutors()
    named = _courses_of({hours.tutor_id for hours in blocks})
    return [hours for hours in blocks if hours.tutor_id not in named or course.pk in named[hours.tutor_id]]


def _hours_of_tutors() -> list[BookingHours]:
    """Of those who may help; whoever lost the role, or left, is not booked any more."""
    may_help = set(holders_of(policies.HELP).values_list("pk", flat=True))
    return [hours for hours in _running().select_related("tutor", "room") if hours.tutor_id in may_help]


def _running() -> QuerySet[BookingHours]:
    return BookingHours.objects.filter(Q(last_on=None) | Q(last_on__gte=clock.today()))


def _courses_of(tutors: set[Any]) -> dict[Any, set[int]]:
    found: defaultdict[Any, set[int]] = defaultdict(set)
    for tutor, course in Tutoring.objects.filter(person__in=tutors, archived_at=None).values_list("person", "course"):
        found[tutor].add(course)
    return dict(found)
