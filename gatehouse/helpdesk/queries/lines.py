"""The queue, and every ticket there was, as an address narrows them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q, QuerySet
from django.db.models.functions import Left

from gatehouse.helpdesk.models import Ticket
from gatehouse.helpdesk.queries.queue import waiting

State = Ticket.State
EXCERPT = 180  # characters of a question in the queue: two lines
COLUMNS = (
    *("pk", "state", "mode", "group", "asked_at", "reopened_at", "away_until", "arrived_at", "guest_name"),
    *("course__department", "course__number", "room__name", "person", "person__preferred_name"),
    *("person__given_name", "person__family_name", "person__email", "appointment__starts_at", "appointment__tutor"),
    *("appointment__tutor__preferred_name", "appointment__tutor__given_name", "appointment__tutor__family_name"),
    "excerpt",
)


@dataclass(frozen=True)
class Wanted:
    """What the address asks of the queue, or of all tickets. No `courses` means all of them."""

    q: str = ""
    mode: str = ""
    course: int = 0
    courses: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Waiting:
    """One who waits, as a line of the queue tells it. `since` is the time of asking, or of opening it again."""

    pk: int
    name: str
    is_guest: bool
    code: str
    state: str
    mode: str
    room: str
    group: int | None
    since: datetime
    away_until: datetime | None
    is_here: bool
    excerpt: str
    booked_for: datetime | None = None
    booked_with: Any = None
    booked_name: str = ""


def narrowed(wanted: Wanted) -> QuerySet[Ticket]:
    """The queue as the address narrows it; `lines_of` reads a page of it."""
    rows = waiting(wanted.courses or None)
    if wanted.mode:
        rows = rows.filter(mode=wanted.mode)
    return rows.filter(_says(wanted.q)) if wanted.q else rows


def lines_of(rows: QuerySet[Ticket]) -> list[Waiting]:
    """Plain columns: models with all they join would cost more than the page around them."""
    read = rows.annotate(excerpt=Left("question", EXCERPT)).values_list(*COLUMNS)
    return [_waiting(*row) for row in read]


def group_sizes(groups: Collection[Any]) -> dict[Any, int]:
    """How many of each group are in the queue."""
    if not groups:
        return {}
    return dict(waiting().filter(group__in=groups).order_by().values_list("group").annotate(Count("pk")))


def every_ticket(wanted: Wanted, state: str = "") -> QuerySet[Ticket]:
    """Every ticket there ever was, the latest first."""
    rows = Ticket.objects.exclude(state=State.ASKED).order_by("-asked_at", "-pk")
    if state in State.values:
        rows = rows.filter(state=state)
    if wanted.course:
        rows = rows.filter(course=wanted.course)
    if wanted.mode:
        rows = rows.filter(mode=wanted.mode)
    if wanted.q:
        rows = rows.filter(_says(wanted.q))
    return rows.select_related("person", "course").defer("question").annotate(excerpt=Left("question", EXCERPT))


def _waiting(  # noqa: PLR0917  in the order of COLUMNS
    pk: int, state: str, mode: str, group: int | None, asked_at: datetime, reopened_at: datetime | None,
    away_until: datetime | None, arrived_at: datetime | None, guest: str, department: str, number: str,
    room: str | None, person: Any, preferred: str | None, given: str | None, family: str | None, email: str | None,
    booked_for: datetime | None, tutor: Any, tutor_preferred: str | None, tutor_given: str | None,
    tutor_family: str | None, excerpt: str,
) -> Waiting:  # fmt: skip
    name = f"{preferred or given or ''} {family or ''}".strip() or email or guest
    since, code = reopened_at or asked_at, f"{department} {number}"
    here = (room or "", group, since, away_until, arrived_at is not None)
    booked_name = f"{tutor_preferred or tutor_given or ''} {tutor_family or ''}".strip()
    return Waiting(pk, name, person is None, code, state, mode, *here, excerpt, booked_for, tutor, booked_name)


def _says(q: str) -> Q:
    """A number is that of a ticket; words are looked for in names, assignments and questions."""
    words = Q(guest_name__icontains=q) | Q(assignment__icontains=q) | Q(question__icontains=q)
    named = Q(person__given_name__icontains=q) | Q(person__family_name__icontains=q) | _names_course(q)
    is_number = q.isascii() and q.isdecimal() and len(q) < 19
    return words | named | (Q(pk=int(q)) if is_number else Q())


def _names_course(q: str) -> Q:
    """STAT 1100, or 1100."""
    department, _blank, number = q.rpartition(" ")
    numbered = Q(course__number__iexact=number)
    return numbered & Q(course__department__iexact=department) if department else numbered
