"""Bookable hours cut into free slots, on the wall clock of the organisation. No Django.

Slots stand on the clock's own grid, so that a block from 10:00 gives 10:00, 10:30, 11:00 in every week. In the night
in which clocks go forward the times that nobody's clock shows are left out; in the night in which they go back the hour
shown twice is offered once, the first time, so that a time on a page names one moment.
"""

from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any


@dataclass(frozen=True)
class Hours:
    """One block of a weekday (0 is Monday). `of` is whatever the caller tells blocks apart by, and is handed on."""

    weekday: int
    starts: time
    ends: time
    minutes: int
    first_on: date | None = None
    last_on: date | None = None
    of: Any = None

    def is_on(self, day: date) -> bool:
        return (
            day.weekday() == self.weekday
            and (self.first_on is None or self.first_on <= day)
            and (self.last_on is None or day <= self.last_on)
        )


@dataclass(frozen=True)
class Slot:
    """From one instant to another, both UTC, in this block."""

    starts_at: datetime
    ends_at: datetime
    hours: Hours


@dataclass(frozen=True)
class Span:
    """A time that is taken: instants, the end not included."""

    starts_at: datetime
    ends_at: datetime

    def meets(self, slot: "Slot | Span") -> bool:
        return self.starts_at < slot.ends_at and slot.starts_at < self.ends_at


def days(first: date, last: date) -> list[date]:
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def cut(blocks: Iterable[Hours], on: Iterable[date], closed: Container[date], zone: tzinfo) -> list[Slot]:
    """All slots on these days, those of closed days left out; by time, and at one time in the order of the blocks."""
    listed = list(blocks)
    slots = [
        slot
        for day in on
        if day not in closed
        for hours in listed
        if hours.is_on(day)
        for slot in _of(hours, day, zone)
    ]
    return sorted(slots, key=lambda slot: slot.starts_at)


def free(
    slots: Iterable[Slot], taken: Sequence[Span], *, earliest: datetime, last_day: date, zone: tzinfo
) -> list[Slot]:
    """Those that begin not before `earliest`, nor after the end of `last_day`, and meet nothing that is taken."""
    return [
        slot
        for slot in slots
        if earliest <= slot.starts_at
        and slot.starts_at.astimezone(zone).date() <= last_day
        and not any(span.meets(slot) for span in taken)
    ]


def overlap(one: Hours, other: Hours) -> bool:
    """Whether some day has both, at the same time."""
    share_days = (one.last_on or date.max) >= (other.first_on or date.min) and (other.last_on or date.max) >= (
        one.first_on or date.min
    )
    return share_days and one.weekday == other.weekday and one.starts < other.ends and other.starts < one.ends


def _of(hours: Hours, day: date, zone: tzinfo) -> Iterator[Slot]:
    length = timedelta(minutes=hours.minutes)
    shown, end = datetime.combine(day, hours.starts), datetime.combine(day, hours.ends)
    while shown + length <= end:
        starts_at = shown.replace(tzinfo=zone).astimezone(UTC)
        ends_at = starts_at + length
        is_shown = starts_at.astimezone(zone).replace(tzinfo=None) == shown
        if is_shown and ends_at.astimezone(zone).replace(tzinfo=None) <= end:
            yield Slot(starts_at, ends_at, hours)
        shown += length
