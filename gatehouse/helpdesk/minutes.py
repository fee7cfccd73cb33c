"""Kernel: how many whole minutes help took."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

MINUTE = timedelta(minutes=1)


class Stretch(NamedTuple):
    """From when to when somebody helped; open while `ended_at` is None. `minutes` is what was said of it afterwards."""

    began_at: datetime
    ended_at: datetime | None
    minutes: int | None = None


def whole(took: timedelta) -> int:
    """The nearest whole minute, but at least one: who was helped, was helped."""
    return max(1, round(took / MINUTE))


def total(stretches: Iterable[Stretch], now: datetime) -> int:
    """What one tutor gave to one ticket: what was said counts, the rest is reckoned together and rounded once.

    Takes aware datetimes; nothing at all is 0, and so is what was said to be nothing.
    """
    listed = list(stretches)
    said = sum(each.minutes for each in listed if each.minutes is not None)
    times = [(each.ended_at or now) - each.began_at for each in listed if each.minutes is None]
    return said + (whole(sum(times, timedelta())) if times else 0)
