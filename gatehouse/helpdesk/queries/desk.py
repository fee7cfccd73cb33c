"""The desk as it is now: open or not, who is here, how long one waits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.core.cache import cache
from django.db.models import QuerySet
from django.utils import timezone

from gatehouse.core import clock
from gatehouse.helpdesk import hours
from gatehouse.helpdesk.estimate import Wait
from gatehouse.helpdesk.hours import Block
from gatehouse.helpdesk.models import Course, Holiday, Notice, OpeningHours, Room, Section, Shift, Tutoring
from gatehouse.helpdesk.queries.queue import Line, desk, line, news_now, shifts_now

IN_USE_KEPT_AS, IN_USE_SECONDS = "helpdesk.in_use", 10


@dataclass(frozen=True)
class DeskNow:
    """`until` and `opens_at` are moments; both None when the hours say nothing. `wait` is of whoever asks now.

    `news` is what tutors tell everybody at this moment.
    """

    is_open: bool
    until: datetime | None
    opens_at: datetime | None
    because: str
    tutors: int
    waiting: int
    wait: Wait | None
    rooms: tuple[str, ...]
    is_online: bool
    news: str = ""


@dataclass(frozen=True)
class Here:
    """A tutor who is here now, where, and what they help with."""

    name: str
    room: str
    courses: tuple[str, ...]


def desk_now(queue: Line | None = None) -> DeskNow:
    """Open is what the hours say, or while a tutor is here, unless somebody closed it for the moment.

    The `queue`, where it was read already, is not read once more.
    """
    now = timezone.localtime(clock.now(), timezone.get_default_timezone())
    settings, queue, shifts = desk(), queue or line(), list(shifts_now())
    until, opens_at = _hours(now)
    return DeskNow(
        is_open=(until is not None or bool(shifts)) and not settings.is_closed_now,
        until=None if settings.is_closed_now else until,
        opens_at=opens_at,
        because=settings.closed_because if settings.is_closed_now else "",
        tutors=len(shifts),
        waiting=queue.waiting,
        wait=queue.next_wait,
        rooms=tuple(sorted({shift.room.name for shift in shifts if shift.room})),
        is_online=any(shift.video_link or not shift.room for shift in shifts),
        news=news_now(),
    )


def _hours(now: datetime) -> tuple[datetime | None, datetime | None]:
    blocks = week()
    today = now.date()
    closed = set(Holiday.objects.filter(date__gte=today).values_list("date", flat=True)[:100])
    until = hours.open_until(blocks, closed, now)
    closes = datetime.combine(today, until, now.tzinfo) if until else None
    return closes, hours.next_opening(blocks, closed, now)


def week() -> list[Block]:
    return [Block(*row) for row in OpeningHours.objects.values_list("weekday", "opens", "closes")]


def next_holidays() -> QuerySet[Holiday]:
    """Days off within the next four weeks."""
    today = clock.today()
    return Holiday.objects.filter(date__range=(today, today + timedelta(days=28)))


def notices_on(day: date | None = None) -> QuerySet[Notice]:
    """What is to be told on this day, today when none is given: from the first day to the end of the last."""
    day = day or clock.today()
    return Notice.objects.filter(starts_on__lte=day, ends_on__gte=day).order_by("starts_on", "pk")


def here_now() -> list[Here]:
    shifts = list(shifts_now())
    courses: dict[object, list[str]] = {shift.tutor_id: [] for shift in shifts}
    helped = Tutoring.objects.filter(person__in=list(courses), archived_at=None, course__archived_at=None)
    for tutoring in helped.select_related("course").order_by("course__department", "course__number"):
        courses[tutoring.person_id].append(tutoring.course.code)
    return [_here(shift, tuple(courses[shift.tutor_id])) for shift in shifts]


def _here(shift: Shift, courses: tuple[str, ...]) -> Here:
    return Here(shift.tutor.name, shift.room.name if shift.room else "", courses)


def courses() -> QuerySet[Course]:
    """Those one can ask about."""
    return Course.objects.filter(archived_at=None)


def sections_now() -> QuerySet[Section]:
    """Sections of the terms that are going on."""
    today = clock.today()
    going_on = Section.objects.filter(term__starts_on__lte=today, term__ends_on__gte=today, archived_at=None)
    return going_on.filter(course__archived_at=None).select_related("course").order_by("course", "number")


def rooms() -> QuerySet[Room]:
    return Room.objects.filter(archived_at=None)


def is_in_use() -> bool:
    """Whether this portal has a help desk: somebody wrote down a course. Asked for each page, so kept for a while."""
    kept = cache.get(IN_USE_KEPT_AS)
    if kept is None:
        kept = courses().exists()
        cache.set(IN_USE_KEPT_AS, kept, IN_USE_SECONDS)
    return bool(kept)
