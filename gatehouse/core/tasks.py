"""The Tasks API, imported from one place, and what makes a function a sweep.

A sweep takes no arguments, claims rows, and may run twice or not at all without harm. It returns how many rows it did.
"""

import functools
import os
import socket
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.utils.functional import Promise
from django_tasks import task
from django_tasks.base import Task
from django_tasks_db.models import DBTaskResult

from gatehouse.core import clock
from gatehouse.core.models import Occurrence

Sweep = Task[[], int]
QUICK, LONG = "default", "long"

labels: dict[str, str | Promise] = {}


def sweep(label: str | Promise, *, queue: str = QUICK) -> Callable[[Callable[[], int]], Sweep]:
    """Make a function a task whose runs are written down as occurrences, shown on the Jobs page under this label.

    The queue `long` has a worker of its own, so that an import of a million lines does not keep a sign-in code waiting.
    """

    def decorate(function: Callable[[], int]) -> Sweep:
        name = f"{function.__module__}.{function.__qualname__}"
        labels[name] = label

        @functools.wraps(function)
        def run() -> int:
            return _written_down(name, function)

        made: Sweep = task(queue_name=queue)(run)
        return made

    return decorate


def _written_down(name: str, function: Callable[[], int]) -> int:
    occurrence = _begin(name)
    try:
        done = function()
    except BaseException as error:
        _end(occurrence, error=f"{type(error).__name__}: {error}"[:2000])
        raise
    _end(occurrence, done=done)
    return done


def _begin(name: str) -> Occurrence:
    """The latest occurrence not begun yet is this one; a run that was woken writes one of its own."""
    now = clock.now()
    due = Occurrence.objects.filter(sweep=name, started_at=None, due_at__lte=now).order_by("-due_at").first()
    begun = {"started_at": now, "worker": f"{socket.gethostname()[:60]} {os.getpid()}"}
    if due and Occurrence.objects.filter(pk=due.pk, started_at=None).update(**begun):
        return due
    return Occurrence.objects.get_or_create(sweep=name, due_at=now, defaults=begun)[0]


def _end(occurrence: Occurrence, **outcome: Any) -> None:
    Occurrence.objects.filter(pk=occurrence.pk).update(finished_at=clock.now(), **outcome)


def enqueue(sweep: Sweep) -> bool:
    """Put the sweep in the queue, unless one already waits there; True when it was put."""
    waiting = DBTaskResult.objects.ready().filter(task_path=sweep.module_path)
    if waiting.exists():
        return False
    sweep.enqueue()
    return True


def wake(sweep: Sweep) -> Callable[[object], None]:
    """A subscriber that runs the sweep soon after the commit; the ticker runs it in any case."""

    def woken(fact: object) -> None:
        transaction.on_commit(functools.partial(enqueue, sweep), robust=True)

    return woken
