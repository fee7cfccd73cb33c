"""Periods that reports without names may cover: terms, and what lies between them, month by month.

They do not overlap, so two reports of different periods have no visit in common that subtracting could find.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

from gatehouse.helpdesk.reports.visits import Bucket

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """Whole days on the organisation's clock, both ends included."""

    first: date
    last: date

    def bounds(self, zone: tzinfo) -> tuple[datetime, datetime]:
        """The instants, in UTC, from which and before which something belongs to these days."""
        begin = datetime.combine(self.first, time.min, tzinfo=zone)
        end = datetime.combine(self.last + DAY, time.min, tzinfo=zone)
        return begin.astimezone(UTC), end.astimezone(UTC)

    @property
    def bucket(self) -> Bucket:
        days = (self.last - self.first).days
        return "day" if days < 14 else "week" if days < 200 else "month"

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


def between_terms(terms: Iterable[Period], whole: Period) -> Iterator[Period]:
    """The days of `whole` that belong to no term, cut where a month begins."""
    day = whole.first
    for term in sorted(terms, key=lambda one: one.first):
        if term.first > day:
            yield from _months(day, min(term.first - DAY, whole.last))
        day = max(day, term.last + DAY)
    yield from _months(day, whole.last)


def _months(first: date, last: date) -> Iterator[Period]:
    while first <= last:
        ends = (first.replace(day=1) + 31 * DAY).replace(day=1) - DAY
        yield Period(first, min(ends, last))
        first = ends + DAY
