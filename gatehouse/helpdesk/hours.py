"""When the desk is open, on the wall clock of the organisation. No Django.

`local` is always a moment of that clock; whether the night in between has 23 or 25 hours does not matter to a wall.
"""

from collections.abc import Container, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

AHEAD = 28  # days looked through for the next opening


@dataclass(frozen=True, order=True)
class Block:
    """One stretch of a weekday; 0 is Monday."""

    weekday: int
    opens: time
    closes: time


def open_until(blocks: Iterable[Block], closed: Container[date], local: datetime) -> time | None:
    """When it closes, if it is open at this moment; blocks that touch are one. None when it is not."""
    if local.date() in closed:
        return None
    today = sorted(block for block in blocks if block.weekday == local.weekday())
    until = None
    for block in today:
        if block.opens <= (until or local.time()) < block.closes:
            until = block.closes
    return until


def next_opening(blocks: Iterable[Block], closed: Container[date], local: datetime) -> datetime | None:
    """The first opening after this moment, as the wall clock will show it; None if there is none within four weeks."""
    listed = sorted(blocks)
    for days in range(AHEAD):
        day = local.date() + timedelta(days=days)
        opens = [block.opens for block in listed if block.weekday == day.weekday()]
        ahead = [datetime.combine(day, at, local.tzinfo) for at in opens]
        if day not in closed and (later := [at for at in ahead if at > local]):
            return later[0]
    return None
