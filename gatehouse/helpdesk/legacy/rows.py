"""Kernel: a line of the predecessor's report as a ticket.

Its header has 16 columns, its lines 15 values: the Session Duration is missing, and all that follows stands one column
too far left. Courses, sections, problem types and tutors are numbers of its database, told by a mapping file. Times are
wall-clock times from two clocks, one of them possibly behind: what was claimed before it was asked was claimed at once.
"""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from typing import Final
from uuid import UUID, uuid5

from gatehouse.core.said import Said, noop as _

HEADER: Final = (
    "Student Email", "Student Name", "Course", "Section", "Assignment Name", "Specific Question", "Problem Type",
    "Time Created", "Time Claimed", "Status", "Time Closed", "Session Duration", "Mode", "Tutor Notes", "Tutor Id",
    "Successful Session",
)  # fmt: skip
MISSING: Final = HEADER.index("Session Duration")
MODES: Final = {"online": "online", "inperson": "campus"}
STATES: Final = {"open": "withdrawn", "claimed": "closed", "closed": "closed"}
"""Nobody waits in a report: what was open then was never helped."""
KINDS: Final = ("courses", "sections", "problem_types", "tutors")
QUESTION, NAME, ASSIGNMENT, EMAIL = 4000, 120, 120, 254
_SPACE: Final = UUID("6f5f0a52-5f0c-4c1b-9a39-3a7f2f0f5e51")
_NONE = {"", "none", "null", "nan"}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_MOMENT = re.compile(r"(\d{4})-(\d\d?)-(\d\d?)[ T](\d\d?):(\d\d)(?::(\d\d)(?:\.\d+)?)?")


class LineUnusable(ValueError):
    """`column` is the header's name of what is wrong, `said` what to do."""

    def __init__(self, column: str, said: Said) -> None:
        self.column, self.said = column, said
        super().__init__(said)


@dataclass(frozen=True)
class Old:
    """A ticket of the predecessor; instants are UTC. `number` is the same each time the same line is read."""

    number: UUID
    email: str
    name: str
    course: str
    section: str
    problem_type: str
    assignment: str
    question: str
    mode: str
    state: str
    asked_at: datetime
    claimed_at: datetime | None
    closed_at: datetime | None
    tutor: str
    notes: str
    outcome: str


Names = Mapping[str, Mapping[str, str]]
"""For each of KINDS, what a number of the old database is called here: a course's code, a section's number, a text, an address."""


def realigned(cells: Sequence[str]) -> list[str]:
    """Sixteen values under their own names, of a line with fifteen or sixteen."""
    row = [cell.strip() for cell in cells]
    is_short = _mode(row[MISSING]) is not None and _mode(row[MISSING + 1]) is None
    return [*row[:MISSING], "", *row[MISSING:-1]] if is_short else row


def read(cells: Sequence[str], names: Names, zone: tzinfo) -> Old:
    """Raises `LineUnusable` for the first thing that is wrong."""
    row = dict(zip(HEADER, realigned(cells), strict=True))
    mode, state = _mode(row["Mode"]), STATES.get(row["Status"].casefold())
    if mode is None:
        raise LineUnusable("Mode", Said(_("“%(value)s” is neither Online nor InPerson."), value=row["Mode"][:40]))
    if state is None:
        raise LineUnusable("Status", Said(_("“%(value)s” is not Open, Claimed or Closed."), value=row["Status"][:40]))
    if not _EMAIL.fullmatch(row["Student Email"]) or len(row["Student Email"]) > EMAIL:
        raise LineUnusable("Student Email", Said(_("“%(value)s” is no address."), value=row["Student Email"][:80]))
    if not row["Specific Question"] or len(row["Specific Question"]) > QUESTION:
        raise LineUnusable("Specific Question", Said(_("A question has 1 to %(most)s characters."), most=QUESTION))
    asked_at, claimed_at, closed_at = _times(row, zone)
    return Old(
        number=uuid5(_SPACE, "\0".join(row.values())),
        email=row["Student Email"].casefold(),
        name=row["Student Name"][:NAME],
        course=_named("Course", "courses", row["Course"], names),
        section=_named("Section", "sections", row["Section"], names),
        problem_type=_named("Problem Type", "problem_types", row["Problem Type"], names),
        assignment=row["Assignment Name"][:ASSIGNMENT],
        question=row["Specific Question"],
        mode=mode,
        state=state,
        asked_at=asked_at,
        claimed_at=claimed_at if state == "closed" else None,
        closed_at=closed_at or claimed_at or asked_at,
        tutor=names.get("tutors", {}).get(row["Tutor Id"], row["Tutor Id"]) if not _is_none(row["Tutor Id"]) else "",
        notes="" if _is_none(row["Tutor Notes"]) else row["Tutor Notes"],
        outcome="solved" if row["Successful Session"].casefold() in {"true", "1", "yes"} else "",
    )


def _mode(text: str) -> str | None:
    return MODES.get(text.rpartition(".")[2].replace(" ", "").casefold())


def _is_none(text: str) -> bool:
    return text.casefold() in _NONE


def _named(column: str, kind: str, value: str, names: Names) -> str:
    """A number is looked up; a name is taken as it is."""
    if _is_none(value):
        return ""
    known = names.get(kind, {})
    if value not in known and value.isdecimal() and not (kind == "sections" and value.startswith("0")):
        raise LineUnusable(
            column, Said(_("Number %(value)s is not in the mapping file, under “%(kind)s”."), value=value, kind=kind)
        )
    return known.get(value, value)


def _times(row: Mapping[str, str], zone: tzinfo) -> tuple[datetime, datetime | None, datetime | None]:
    """In their order, whatever the two clocks said."""
    asked = _moment("Time Created", row, zone)
    claimed, closed = _moment("Time Claimed", row, zone), _moment("Time Closed", row, zone)
    if asked is None:
        raise LineUnusable("Time Created", Said(_("The time is missing.")))
    claimed = max(claimed, asked) if claimed else None
    return asked, claimed, max(closed, claimed or asked) if closed else None


def _moment(column: str, row: Mapping[str, str], zone: tzinfo) -> datetime | None:
    """A wall-clock time of the organisation; one that a spring night skips is an hour later, a doubled one the first."""
    text = row[column]
    if _is_none(text):
        return None
    found = _MOMENT.fullmatch(text)
    with suppress(ValueError):
        if found and 1970 <= int(found[1]) <= 2200:
            year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=zone).astimezone(UTC)
    raise LineUnusable(column, Said(_("“%(value)s” is no time. Write it like 2023-04-05 13:22:11."), value=text[:40]))
