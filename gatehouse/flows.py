"""WHERE APPS MEET: what happens because of what, and when."""

from datetime import timedelta

from gatehouse.core import housekeeping
from gatehouse.core.ticker import every


def connect() -> None:
    """A line here should read as a sentence."""
    every(timedelta(hours=1), housekeeping.tidy_up)
    every(timedelta(seconds=30), housekeeping.beat)
