"""Sweeps of the outbox."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.tasks import enqueue, sweep
from gatehouse.mail import actions, queries, worker

TURN = 5.0  # seconds; then the other sweeps of the queue get their turn, and the rest of the letters goes on


@sweep(_("Send letters"))
def send_waiting() -> int:
    """Send what is due; return how many letters the server took. Letters of dead processes are looked after first."""
    if not queries.has_work():
        return 0
    tally = worker.work(seconds=TURN)
    if tally.trouble:
        actions.note_trouble(error=tally.trouble)
    elif tally.accepted:
        actions.note_recovery()
    if not tally.trouble and tally.offered and queries.due().exists():
        enqueue(send_waiting)
    return tally.accepted


@sweep(_("Drop the bytes of old letters"))
def erase_old_bytes() -> int:
    worker.tidy_locks()
    return actions.erase_old_bytes()
