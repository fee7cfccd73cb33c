"""How many tutors were on duty at each hour of the week, against which demand is read."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

from gatehouse.helpdesk.reports.periods import DAY, Period

Hour = tuple[int, int]
"""Day of the week (0 is Monday) and hour of the day, on the organisation's clock."""


@dataclass(frozen=True)
class Staffing:
    hours: dict[Hour, float]
    """Hours of tutors' time in each hour of the week, over the whole period."""
    days: Counter[int]
    """How often each day of the week came."""

    def on_duty(self, hour: Hour) -> float:
        """How many tutors there were on average."""
        return self.hours.get(hour, 0.0) / max(self.days[hour[0]], 1)


def staffed(shifts: Iterable[tuple[datetime, datetime]], period: Period, zone: tzinfo) -> Staffing:
    """Reckon from aware instants, each shift's begin and end; parts outside of the period do not count."""
    begin, end = period.bounds(zone)
    hours: defaultdict[Hour, float] = defaultdict(float)
    for came, left in shifts:
        at = max(came, begin)
        while at < min(left, end):
            local = at.astimezone(zone)
            rest = timedelta(hours=1) - timedelta(minutes=local.minute, seconds=local.second)
            until = min(at + rest + timedelta(microseconds=-local.microsecond), left, end)
            hours[local.weekday(), local.hour] += (until - at) / timedelta(hours=1)
            at = until
    length = (period.last - period.first).days + 1
    return Staffing(dict(hours), Counter((period.first + n * DAY).weekday() for n in range(length)))
