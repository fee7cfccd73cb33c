"""What is waiting, running, late or failed: each recurring sweep, the queues, the workers."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Literal

from django.db.models import Count, Min, QuerySet
from django.utils.functional import Promise
from django_tasks_db.models import DBTaskResult

from gatehouse.core import clock
from gatehouse.core.models import Occurrence
from gatehouse.core.tasks import LONG, QUICK, labels
from gatehouse.core.ticker import Recurring, recurring

State = Literal["waiting", "running", "late", "failed", "done", "stopped"]

PATIENCE = timedelta(minutes=2)  # a run begins that soon after it is due, or it is late
LONGEST = timedelta(hours=3)  # no run takes longer: its worker was killed
SEEN = timedelta(minutes=2)


@dataclass(frozen=True)
class Job:
    """One recurring sweep. `last` is its last finished run; `since` says when the present one began."""

    name: str
    label: str | Promise
    queue: str
    interval: timedelta | None
    at: time | None
    state: State
    last: Occurrence | None
    since: datetime | None
    next_at: datetime

    @property
    def took(self) -> timedelta | None:
        if self.last and self.last.started_at and self.last.finished_at:
            return self.last.finished_at - self.last.started_at
        return None


@dataclass(frozen=True)
class Queue:
    """How many sweeps wait in it, since when the oldest does, and how many processes work on it."""

    name: str
    waiting: int
    oldest: datetime | None
    workers: int


def jobs() -> list[Job]:
    """All recurring sweeps, by their labels."""
    now = clock.now()
    open_runs = _open_runs(now)
    found = [_job(name, each, open_runs.get(name, []), now) for name, each in recurring.items()]
    return sorted(found, key=lambda job: str(job.label))


def _open_runs(now: datetime) -> dict[str, list[Occurrence]]:
    """Runs begun and not finished, or due and not begun, of each sweep."""
    runs: dict[str, list[Occurrence]] = {}
    recent = Occurrence.objects.filter(finished_at=None, due_at__gt=now - timedelta(days=1))
    for run in recent.order_by("due_at"):
        runs.setdefault(run.sweep, []).append(run)
    return runs


def _job(name: str, each: Recurring, open_runs: list[Occurrence], now: datetime) -> Job:
    done = Occurrence.objects.filter(sweep=name, finished_at__isnull=False)
    last = done.order_by("-due_at").first()  # by UNIQUE (sweep, due_at), a few rows from its end
    begun = [run for run in open_runs if run.started_at and (last is None or run.due_at > last.due_at)]
    running = begun[-1] if begun else None
    return Job(
        name=name,
        label=labels.get(name, name),
        queue=each.sweep.queue_name,
        interval=each.interval,
        at=each.at,
        state=_state(each, running, last, now),
        last=last,
        since=running.started_at if running else None,
        next_at=each.next_due(now),
    )


def _state(each: Recurring, running: Occurrence | None, last: Occurrence | None, now: datetime) -> State:
    if running and running.started_at:
        return "running" if now - running.started_at < LONGEST else "stopped"
    due = each.last_due(now)
    if last is None or last.due_at < due:
        return "late" if now - due > PATIENCE else "waiting"
    return "failed" if last.error else "done"


def failures(*, at_most: int = 20) -> list[Occurrence]:
    """The last runs that failed, newest first."""
    failed = Occurrence.objects.exclude(error="").order_by("-due_at")[:at_most]
    return list(failed)


def number_of_failures() -> int:
    """Runs that failed within the last day."""
    return Occurrence.objects.exclude(error="").filter(due_at__gt=clock.now() - timedelta(days=1)).count()


def queues() -> list[Queue]:
    waiting = DBTaskResult.objects.ready().order_by().values_list("queue_name")
    counted = {name: (count, oldest) for name, count, oldest in waiting.annotate(Count("id"), Min("enqueued_at"))}
    alive = _workers()
    return [Queue(name, *counted.get(name, (0, None)), len(alive.get(name, ()))) for name in (QUICK, LONG)]


def _workers() -> dict[str, set[str]]:
    """Of each queue, the processes that began a run lately, or have one in hand."""
    now = clock.now()
    lately = Occurrence.objects.filter(due_at__gt=now - LONGEST, started_at__gt=now - SEEN)
    at_work = Occurrence.objects.filter(due_at__gt=now - LONGEST, finished_at=None, started_at__isnull=False)
    alive: dict[str, set[str]] = {}
    for sweep, worker in {*_pairs(lately), *_pairs(at_work)}:
        if each := recurring.get(sweep):
            alive.setdefault(each.sweep.queue_name, set()).add(worker)
    return alive


def _pairs(runs: QuerySet[Occurrence]) -> list[tuple[str, str]]:
    return list(runs.values_list("sweep", "worker"))
