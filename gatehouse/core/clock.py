"""The one clock: aware UTC instants, and the day as the organisation's wall shows it."""

from datetime import UTC, date, datetime
from typing import Final

from django.utils import timezone

NEVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


def now() -> datetime:
    return timezone.now()  # noqa: TID251  this is where the one clock is


def today() -> date:
    """The day in the organisation's time zone (GATEHOUSE_TIME_ZONE), not in UTC and not in the reader's."""
    return now().astimezone(timezone.get_default_timezone()).date()
