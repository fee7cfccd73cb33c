"""Deleting what nobody needs any more: in short statements, and so much in one run that others get their turn."""

from typing import Any, Final

from django.db.models import QuerySet

from gatehouse.core.tasks import Sweep, enqueue

BATCH: Final = 1_000  # rows of one statement, and so of one lock
A_RUN: Final = 20_000  # rows of one run of a sweep


def forget(rows: QuerySet[Any], *, at_most: int = A_RUN) -> int:
    """Delete such rows, batch by batch, each its own transaction; how many, without those that went along (CASCADE).

    Rows in the order of an index are found by it, however many there are. What makes a row one of them is asked again as
    it is deleted, so one that was renewed meanwhile stays.
    """
    gone = 0
    while gone < at_most:
        some = list(rows.values_list("pk", flat=True)[: min(BATCH, at_most - gone)])
        deleted = rows.order_by().filter(pk__in=some).delete()[1].get(rows.model._meta.label, 0)  # noqa: SLF001  Django's documented name
        gone += deleted
        if not deleted:
            break
    return gone


def go_on(done: int, sweep: Sweep) -> int:
    """What was done; where a run's share was used up, the rest is another run's, soon."""
    if done >= A_RUN:
        enqueue(sweep)
    return done
