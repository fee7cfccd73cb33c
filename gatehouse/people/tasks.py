"""Sweeps of the people app."""

from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from gatehouse.core import claims
from gatehouse.core.tasks import LONG, sweep
from gatehouse.people import actions
from gatehouse.people.models import RosterImport

State = RosterImport.State
WORK: dict[str, Callable[[RosterImport], object]] = {
    State.OPENING: lambda job: actions.open_import(roster_import=job),
    State.READING: lambda job: actions.read_import(roster_import=job),
    State.APPLYING: lambda job: actions.apply_import(roster_import=job, actor=job.asker),
    State.UNDOING: lambda job: actions.undo_import(roster_import=job, actor=job.asker),
}
TRIES = 3


@sweep(_("Read, apply and undo rosters"), queue=LONG)
def work_on_imports() -> int:
    """One import after another. One whose worker died is begun anew when its lease ends; after three tries it is refused."""
    waiting = RosterImport.objects.filter(state__in=RosterImport.WORKING)
    done = 0
    for job in claims.take(waiting, lease=actions.LEASE, at_most=20):
        if job.attempts > TRIES:
            actions.give_up(roster_import=job)
        else:
            _work_on(job)
        done += 1
    return done


def _work_on(job: RosterImport) -> None:
    try:
        WORK[job.state](job)
    except actions.ImportRefused as refusal:
        actions.give_up(roster_import=job, why=str(refusal))


@sweep(_("Clear away files of old rosters"))
def clear_away_imports() -> int:
    return actions.clear_away()


@sweep(_("Lapse memberships that ran out"))
def lapse_memberships() -> int:
    return actions.lapse_memberships()


@sweep(_("Tell of people whose last day is over"))
def tell_of_leavers() -> int:
    return actions.tell_of_leavers()
