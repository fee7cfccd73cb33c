"""Rows that wait for work: taken by a conditional UPDATE, settled only by their holder.

A claim moves `not_before` past a lease, counts the attempt and leaves a token. When the worker dies, the row comes back
as its lease ends; when the row is marked anew meanwhile, the old holder's outcome no longer fits and is dropped.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import uuid4

from django.db import transaction
from django.db.models import F, QuerySet

from gatehouse.core import clock
from gatehouse.core.models import DueRow

Row = TypeVar("Row", bound=DueRow)

STEPS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))


def take(rows: QuerySet[Row], *, lease: timedelta, at_most: int) -> Iterator[Row]:
    """Claim due rows one after another, oldest first, until none is due or `at_most` were taken."""
    for _ in range(at_most):
        row = _take_one(rows, lease)
        if row is None:
            return
        yield row


@transaction.atomic
def take_many(rows: QuerySet[Row], *, lease: timedelta, at_most: int) -> list[Row]:
    """Claim so many due rows at once, oldest first, under one token; for work that is done and settled in bulk."""
    now, claim = clock.now(), uuid4()
    due = rows.filter(not_before__lte=now).order_by("not_before", "pk").select_for_update(skip_locked=True)
    chosen = list(due.values_list("pk", flat=True)[:at_most])
    free = rows.filter(pk__in=chosen, not_before__lte=now)
    free.update(attempts=F("attempts") + 1, not_before=now + lease, claim=claim)
    return list(rows.filter(pk__in=chosen, claim=claim))


@transaction.atomic
def _take_one(rows: QuerySet[Row], lease: timedelta) -> Row | None:
    now = clock.now()
    due = rows.filter(not_before__lte=now).order_by("not_before", "pk")
    row = due.select_for_update(skip_locked=True).first()  # no effect on SQLite, which has one writer
    if row is None:
        return None
    unclaimed = rows.filter(pk=row.pk, claim=row.claim)
    row.attempts, row.not_before, row.claim = row.attempts + 1, now + lease, uuid4()
    taken = unclaimed.update(attempts=row.attempts, not_before=row.not_before, claim=row.claim)
    return row if taken else None


def settle(row: DueRow, **outcome: Any) -> bool:
    """Write the outcome if we still hold the row; False means that somebody else holds it or marked it anew."""
    model = type(row)
    held = model._default_manager.filter(pk=row.pk, claim=row.claim)  # noqa: SLF001  Django's documented name
    return bool(held.update(**{"claim": None, **outcome}))


def anew(now: datetime) -> dict[str, Any]:
    """Fields that mark a row as due from now, and void a claim under way: `update(stale_since=now, **anew(now))`."""
    return {"not_before": now, "attempts": 0, "claim": None}


def later(attempts: int, *, steps: tuple[timedelta, ...] = STEPS) -> datetime:
    """When to try again after this many attempts: 1, 5, 15, 60 min, then every 4 h, each up to a tenth later."""
    step = steps[min(max(attempts, 1), len(steps)) - 1]
    return clock.now() + step * random.uniform(1, 1.1)  # noqa: S311  jitter, not a secret
