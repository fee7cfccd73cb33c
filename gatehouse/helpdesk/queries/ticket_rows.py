"""Tickets with names as lines of a table, read in steps along the key, so that memory does not grow with their number."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, tzinfo
from typing import Any, Final
from uuid import UUID

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet
from django.utils import timezone

from gatehouse.core.sheets.books import Value
from gatehouse.helpdesk.models import Help, Ticket
from gatehouse.helpdesk.queries.epochs import Epoch
from gatehouse.helpdesk.queries.reporting import Wanted, folded, minutes_of, over

STEP: Final = 2000
HEADER: Final = (
    "ticket", "name", "email", "course", "section", "instructor", "assignment", "question", "problem_type", "asked_at",
    "claimed_at", "closed_at", "wait_minutes", "help_minutes", "mode", "origin", "outcome", "tutors", "next_step",
    "rating", "comment",
)  # fmt: skip
FREE: Final = (1, 2, 5, 6, 7, 17, 18, 20)
"""Places of texts that somebody typed."""
_COLUMNS: Final = (
    "pk", "person__preferred_name", "person__given_name", "person__family_name", "person__email", "guest_name",
    "guest_email", "course__department", "course__number", "section__number", "section__instructor__first_name",
    "section__instructor__last_name", "assignment", "question", "problem_type__text", "mode", "origin", "state",
    "outcome", "next_step", "stars", "comment",
)  # fmt: skip
_TIMES: Final = {name: Epoch(f"{name}_at") for name in ("asked", "reopened", "claimed", "closed")}
_PATHS: Final = {
    "course": "course",
    "section": "section",
    "instructor": "section__instructor",
    "mode": "mode",
    "problem": "problem_type",
}


def ticket_rows(wanted: Wanted) -> Iterator[list[Value]]:
    """One line under HEADER for each request that is over, by number; times are the organisation's, without a zone."""
    zone, task = timezone.get_default_timezone(), wanted.filters.get("assignment")
    rows = narrowed(wanted).order_by().annotate(**_TIMES).values_list(*_COLUMNS, *_TIMES, named=True)
    for after, until in _steps(over(wanted.period)):
        helps = _helps(after, until)
        for row in sorted(rows.filter(pk__gt=after, pk__lte=until), key=lambda one: one.pk):
            if task is None or folded(row.assignment) == _own(task):
                yield _line(row, helps.get(row.pk, ([], None)), zone)


def narrowed(wanted: Wanted) -> QuerySet[Ticket]:
    """All filters but the assignment, which people write in several ways."""
    rows = over(wanted.period)
    if isinstance(tutor := wanted.filters.get("tutor"), UUID):
        rows = rows.filter(Exists(Help.objects.filter(ticket=OuterRef("pk"), tutor_id=tutor)))
    return rows.filter(**{_PATHS[name]: _own(value) for name, value in wanted.filters.items() if name in _PATHS})


def people_who_asked(wanted: Wanted) -> QuerySet[Ticket, dict[str, Any]]:
    """Whoever asked and how often, the most frequent first; guests by their addresses."""
    person = ("person", "person__preferred_name", "person__given_name", "person__family_name", "person__email")
    grouped = narrowed(wanted).order_by().values(*person, "guest_name", "guest_email").annotate(visits=Count("pk"))
    people: QuerySet[Ticket, dict[str, Any]] = grouped.order_by(
        "-visits", "person__family_name", "guest_name", "person", "guest_email"
    )
    return people


def _steps(rows: QuerySet[Ticket]) -> Iterator[tuple[int, int]]:
    """Stretches of the key, in which about STEP of all tickets lie; exclusive and inclusive ends."""
    ends = rows.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is not None:
        for after in range(ends["first"] - 1, ends["last"], STEP):
            yield after, min(after + STEP, ends["last"])


def _own(value: Any) -> Any:
    """Of a section or an assignment, which come with their course, the part of its own."""
    return value[1] if isinstance(value, tuple) else value


def _helps(after: int, until: int) -> dict[int, tuple[list[str], float | None]]:
    """Who helped with each of these tickets, and for how long together."""
    names: defaultdict[int, list[str]] = defaultdict(list)
    minutes: defaultdict[int, float] = defaultdict(float)
    rows = Help.objects.filter(ticket_id__gt=after, ticket_id__lte=until).order_by("pk")
    for ticket, name, began, ended, corrected in rows.values_list(
        "ticket_id", "tutor_name", Epoch("began_at"), Epoch("ended_at"), "minutes"
    ):
        minutes[ticket] += minutes_of(began, ended, corrected)
        if name not in names[ticket]:
            names[ticket].append(name)
    return {ticket: (names[ticket], minutes[ticket]) for ticket in names}


def _line(row: Any, helps: tuple[list[str], float | None], zone: tzinfo) -> list[Value]:
    begun, minutes = row.reopened or row.asked, helps[1]
    given = f"{row.person__preferred_name or row.person__given_name or ''} {row.person__family_name or ''}".strip()
    teacher = f"{row.section__instructor__first_name or ''} {row.section__instructor__last_name or ''}".strip()
    return [
        row.pk,
        given or row.guest_name,
        row.person__email or row.guest_email,
        f"{row.course__department} {row.course__number}",
        row.section__number,
        teacher,
        row.assignment,
        row.question,
        row.problem_type__text,
        _local(row.asked, zone),
        _local(row.claimed, zone),
        _local(row.closed, zone),
        round((row.claimed - begun) / 60, 1) if row.claimed else None,
        None if minutes is None else round(minutes, 1),
        row.mode,
        row.origin,
        "left" if row.state == Ticket.State.WITHDRAWN else row.outcome,
        "; ".join(helps[0]),
        row.next_step,
        row.stars,
        row.comment,
    ]


def _local(at: int | None, zone: tzinfo) -> datetime | None:
    return datetime.fromtimestamp(at, zone).replace(tzinfo=None) if at else None
