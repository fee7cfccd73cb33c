"""One request for help as a report sees it, and what a report is asked for."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final, Literal, NamedTuple

OUTCOMES: Final = ("solved", "partly", "referred", "no_show", "left", "")
"""How a visit ended; `left` went before help came, "" was never said."""
Key = Hashable
Bucket = Literal["day", "week", "month"]


class Visit(NamedTuple):
    """A request that is over. `asked_at` is on the organisation's clock; `wait` is seconds, None where nobody came.

    `asker` is anything that tells people apart; `minutes` is the time of all tutors together, `shares` of each of them.
    """

    asker: Key
    asked_at: datetime
    course: Key
    section: Key = None
    instructor: Key = None
    problem: Key = None
    assignment: str = ""
    mode: str = "campus"
    tutors: tuple[Key, ...] = ()
    shares: tuple[float, ...] = ()
    outcome: str = "solved"
    wait: float | None = None
    minutes: float | None = None
    stars: int | None = None


Keys = Callable[[Visit], tuple[Key, ...]]
KEYS: Final[Mapping[str, Keys]] = {
    "course": lambda visit: (visit.course,),
    "section": lambda visit: ((visit.course, visit.section),),
    "instructor": lambda visit: (visit.instructor,),
    "tutor": lambda visit: visit.tutors or (None,),
    "problem": lambda visit: (visit.problem,),
    "assignment": lambda visit: ((visit.course, visit.assignment),),
    "mode": lambda visit: (visit.mode,),
    "outcome": lambda visit: (visit.outcome,),
    "hour": lambda visit: ((visit.asked_at.weekday(), visit.asked_at.hour),),
}
REQUIRES: Final = {"section": ("course", "instructor"), "assignment": ("course",)}
"""Without which a dimension makes no table."""
SETTLES: Final = {"section": ("course", "instructor"), "assignment": ("course",), "instructor": ("course",)}
"""Whoever names the one has named the other: a section's course, and that of an instructor who teaches only one."""


@dataclass(frozen=True)
class Asked:
    """What a report is to tell: days (inclusive), the width of its bars, and filters: a dimension's name and its value."""

    first: date
    last: date
    bucket: Bucket = "week"
    filters: Mapping[str, Key] = field(default_factory=dict)

    def bucket_of(self, day: date) -> date:
        """The first day of the bar this day belongs to."""
        if self.bucket == "week":
            return day - timedelta(days=day.weekday())
        return day if self.bucket == "day" else day.replace(day=1)

    def buckets(self) -> list[date]:
        day, found = self.bucket_of(self.first), []
        while day <= self.last:
            found.append(day)
            day = self.bucket_of(day + timedelta(days={"day": 1, "week": 7, "month": 31}[self.bucket]))
        return found


def selected(visits: Iterable[Visit], filters: Mapping[str, Key]) -> list[Visit]:
    checks = [(KEYS[name], value) for name, value in filters.items()]
    return [visit for visit in visits if all(value in keys(visit) for keys, value in checks)]


def with_settled(visits: Iterable[Visit], filters: Mapping[str, Key]) -> dict[str, Key]:
    """The filters, and those that they settle: a report of one section is also one of its course and its instructor."""
    found = dict(filters)
    chosen = selected(visits, filters)
    for other in {other for name in filters for other in SETTLES.get(name, ())} - filters.keys():
        values = {KEYS[other](visit)[0] for visit in chosen}
        if len(values) == 1:
            found[other] = values.pop()
    return found
