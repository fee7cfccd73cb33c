"""Who waits, who is here to help, and where a ticket stands."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import QuerySet

from gatehouse.core import clock
from gatehouse.helpdesk import estimate
from gatehouse.helpdesk.estimate import Helped, OnDuty, Pace, Wait
from gatehouse.helpdesk.models import Appointment, Desk, Help, QueueVersion, Shift, Ticket, Tutoring

PACE_KEPT_AS, PACE_SECONDS = "helpdesk.pace", 60
TIMES = ("tutor", "began_at", "ended_at", "minutes")
FORESEEN = timedelta(hours=3)  # appointments so far ahead count for the estimate


@dataclass(frozen=True)
class Place:
    """`place` counts from 1; whoever shares a group stands where the first of it stands. No wait: nobody can help now."""

    place: int
    wait: Wait | None

    @property
    def before(self) -> int:
        return self.place - 1


@dataclass(frozen=True)
class Line:
    """The whole queue at one version: the place of each ticket in it, and of whoever would ask now."""

    version: int
    places: dict[int, Place]
    next_wait: Wait | None
    tutors: int

    @property
    def waiting(self) -> int:
        return len(self.places)


def news_now() -> str:
    """What tutors tell everybody who waits, while it counts: read from the row, for it is to be seen at once."""
    told = Desk.objects.filter(pk=1, news_until__gt=clock.now()).values_list("news", flat=True)
    return told.first() or ""


def desk() -> Desk:
    """How this desk works; the usual way until somebody decides otherwise.

    Kept in the process for five seconds; the process that saves it forgets the old one at once. To change the row, read
    it afresh.
    """
    kept = cache.get(Desk.KEPT_AS)
    if isinstance(kept, Desk):
        return kept
    found = Desk.objects.filter(pk=1).first() or Desk(pk=1)
    cache.set(Desk.KEPT_AS, found, 5)
    return found


def version() -> int:
    return QueueVersion.objects.filter(pk=1).values_list("value", flat=True).first() or 0


def stamp() -> tuple[int, Any]:
    """The version with the time of its making, which tells it from one of before a restore."""
    return QueueVersion.objects.filter(pk=1).values_list("value", "changed_at").first() or (0, None)


def not_over() -> QuerySet[Ticket]:
    """Whatever nobody closed or withdrew. An index finds these few; a list of states alone would read every ticket."""
    return Ticket.objects.filter(closed_at=None)


def waiting(course_ids: Any = None) -> QuerySet[Ticket]:
    """The queue, in its order; of these courses only, where some are given. Who stepped away keeps standing in it.

    An appointment's ticket stands before those who just came by its `place_at`, see `actions.opening`.
    """
    rows = not_over().filter(state__in=Ticket.QUEUED).order_by("place_at", "pk")
    return rows if course_ids is None else rows.filter(course_id__in=course_ids)


def shifts_now() -> QuerySet[Shift]:
    return Shift.objects.filter(ended_at=None).select_related("tutor", "room").order_by("started_at", "pk")


def place_of(ticket: Ticket) -> Place | None:
    """Where this ticket stands; None when it is not in the queue."""
    return line().places.get(ticket.pk)


def line() -> Line:
    """The queue as it is now. The version is read first: what is newer than it is seen once more."""
    number = version()
    rows = list(waiting().values_list("pk", "course_id", "group_id", "appointment__tutor"))
    tutors, keys = _on_duty()
    turns = _turns([row[:3] for row in rows])
    of_tutor = {ticket: keys.index(tutor) for ticket, _course, _group, tutor in rows if tutor in keys}
    promised = {turn: of_tutor[tickets[0]] for turn, (_c, tickets, _b) in enumerate(turns) if tickets[0] in of_tutor}
    courses = [*(course for course, _tickets, _before in turns), None]
    waits = estimate.waits(courses, tutors, pace(), promised)
    places = {
        ticket: Place(before + 1, wait)
        for (_course, tickets, before), wait in zip(turns, waits, strict=False)
        for ticket in tickets
    }
    return Line(number, places, waits[-1], len(tutors))


def on_duty() -> list[OnDuty]:
    """Whoever has a shift open; a tutor for whom no course is written down helps in all of them."""
    return _on_duty()[0]


def _on_duty() -> tuple[list[OnDuty], list[Any]]:
    """With their keys, in the same order."""
    tutors = list(Shift.objects.filter(ended_at=None).values_list("tutor_id", flat=True))
    courses: defaultdict[Any, set[int]] = defaultdict(set)
    for tutor, course in Tutoring.objects.filter(person__in=tutors, archived_at=None).values_list("person", "course"):
        courses[tutor].add(course)
    helps = Help.objects.filter(tutor__in=tutors, ended_at=None).order_by("began_at")
    busy = dict(helps.values_list("tutor", "began_at"))
    now, booked = clock.now(), _booked(tutors)
    duties = [
        OnDuty(
            frozenset(courses[tutor]),
            (now - busy[tutor]) / timedelta(minutes=1) if tutor in busy else None,
            tuple(booked[tutor]),
        )
        for tutor in tutors
    ]
    return duties, tutors


def _booked(tutors: list[Any]) -> defaultdict[Any, list[tuple[float, float]]]:
    """The appointments before them, in minutes from now."""
    found: defaultdict[Any, list[tuple[float, float]]] = defaultdict(list)
    if not tutors:
        return found
    now = clock.now()
    ahead = Appointment.objects.filter(Appointment.AHEAD, tutor__in=tutors, starts_at__range=(now, now + FORESEEN))
    for tutor, starts_at, ends_at in ahead.order_by("starts_at").values_list("tutor", "starts_at", "ends_at"):
        found[tutor].append(((starts_at - now) / timedelta(minutes=1), (ends_at - now) / timedelta(minutes=1)))
    return found


def pace() -> Pace:
    """From what was helped lately, and who left; reckoned anew each minute in each process."""
    kept = cache.get(PACE_KEPT_AS)
    if isinstance(kept, Pace):
        return kept
    ended = Help.objects.filter(ended_at__isnull=False).order_by("-ended_at")[: estimate.HELPS]
    helps = [_helped(*row) for rows in (ended, Help.objects.filter(ended_at=None)) for row in rows.values_list(*TIMES)]
    reckoned = estimate.pace(estimate.turns(helps), _leaving())
    cache.set(PACE_KEPT_AS, reckoned, PACE_SECONDS)
    return reckoned


def _helped(tutor: Any, began_at: datetime, ended_at: datetime | None, minutes: int | None) -> Helped:
    """What a tutor said of the minutes afterwards counts, and not the clock."""
    began = began_at.timestamp() / 60
    if minutes is not None:
        return Helped(tutor, began, began + minutes)
    return Helped(tutor, began, ended_at.timestamp() / 60 if ended_at else None)


def _leaving() -> float:
    """The share of the last tickets whose askers did not wait for their turn."""
    over = Ticket.objects.filter(closed_at__isnull=False).order_by("-closed_at")[: estimate.FATES]
    fates = list(over.values_list("state", flat=True))
    return fates.count(Ticket.State.WITHDRAWN) / len(fates) if fates else 0.0


def _turns(rows: Sequence[tuple[int, int, int | None]]) -> list[tuple[int, list[int], int]]:
    """(course, its tickets, people before) for each turn: a group has one, at the place of its first ticket."""
    together: dict[Any, tuple[int, list[int]]] = {}
    for ticket, course, group in rows:
        together.setdefault(("group", group) if group else ticket, (course, []))[1].append(ticket)
    turns, before = [], 0
    for course, tickets in together.values():
        turns.append((course, tickets, before))
        before += len(tickets)
    return turns
