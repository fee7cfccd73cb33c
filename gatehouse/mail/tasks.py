"""Sweeps of the outbox."""

import time

from django.utils.translation import gettext_lazy as _

from gatehouse.core.tasks import LONG, enqueue, sweep
from gatehouse.mail import actions, queries, worker

WRITING = 60.0  # seconds
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


@sweep(_("Write letters to many"), queue=LONG)
def write_letters() -> int:
    """Write what runs left to be written; on the queue for long work, so that a sign-in code waits for none of it."""
    taken, deadline = 0, time.monotonic() + WRITING
    while (some := actions.write_some()) and time.monotonic() < deadline:
        taken += some
    if queries.to_write().exists():
        enqueue(write_letters)
    return taken + some


@sweep(_("Drop the bytes of old letters"))
def erase_old_bytes() -> int:
    worker.tidy_locks()
    return actions.erase_old_bytes()
