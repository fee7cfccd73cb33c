"""Recurring sweeps: whoever ticks writes a UNIQUE occurrence, and whoever wrote it enqueues the sweep."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.db import transaction
from django.utils import timezone

from gatehouse.core import clock
from gatehouse.core.models import Occurrence
from gatehouse.core.tasks import Sweep, enqueue


@dataclass(frozen=True)
class Recurring:
    """A sweep and when it is due: each `interval`, or each day at a wall-clock time of the organisation."""

    sweep: Sweep
    interval: timedelta | None = None
    at: time | None = None

    def last_due(self, now: datetime) -> datetime:
        if self.interval:
            return datetime.fromtimestamp(now.timestamp() // (step := self.interval.total_seconds()) * step, UTC)
        assert self.at
        zone = timezone.get_default_timezone()
        local = now.astimezone(zone)
        due = datetime.combine(local.date(), self.at, tzinfo=zone)
        if due > local:
            due = datetime.combine(local.date() - timedelta(days=1), self.at, tzinfo=zone)
        return due.astimezone(UTC)

    def next_due(self, now: datetime) -> datetime:
        """The first time after now; a day is looked at twice, for some have 23 or 25 hours."""
        if self.interval:
            return self.last_due(now) + self.interval
        ahead = (self.last_due(now + timedelta(hours=hours)) for hours in (12, 24, 26))
        return next(due for due in ahead if due > now)


recurring: dict[str, Recurring] = {}


def every(interval: timedelta, sweep: Sweep) -> None:
    recurring[sweep.module_path] = Recurring(sweep, interval=interval)


def daily(at: time, sweep: Sweep) -> None:
    """Each day at this time on the organisation's clock; a day whose hour does not exist runs an hour later."""
    recurring[sweep.module_path] = Recurring(sweep, at=at)


def tick(seen: dict[str, datetime] | None = None) -> int:
    """Enqueue every sweep whose time has come and that nobody else enqueued; return how many.

    A ticker that lends its own `seen` to every call asks the database nothing between due times.
    """
    now = clock.now()
    seen = {} if seen is None else seen
    due = {name: job.last_due(now) for name, job in recurring.items()}
    new = {name: due_at for name, due_at in due.items() if seen.get(name) != due_at}
    enqueued = sum(_enqueue_once(recurring[name], due_at) for name, due_at in new.items())
    seen.update(new)
    return enqueued


@transaction.atomic
def _enqueue_once(job: Recurring, due_at: datetime) -> bool:
    _, is_new = Occurrence.objects.get_or_create(sweep=job.sweep.module_path, due_at=due_at)
    return is_new and enqueue(job.sweep)
