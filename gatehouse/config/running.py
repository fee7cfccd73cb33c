"""Whether this portal runs: its processes hold a lock on a file of the data folder, and the kernel frees it with them."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.db import DatabaseError, connection

from gatehouse.config import env
from gatehouse.core import clock
from gatehouse.core.models import Occurrence

LATELY = timedelta(minutes=1)


def hold() -> None:
    """From now until this process ends the portal runs; it goes on through `exec`. Not while a restore is under way."""
    lock = _open()
    if not _locked(lock, fcntl.LOCK_SH):
        os.close(lock)
        raise env.SettingWrong("A restore of this portal is under way. Start it when that is done.")
    os.set_inheritable(lock, True)


@contextmanager
def nobody_else() -> Iterator[bool]:
    """Whether the portal stands still; if so, none of it starts until the end of the block."""
    lock = _open()
    try:
        yield _locked(lock, fcntl.LOCK_EX) and not _works_elsewhere()
    finally:
        os.close(lock)


def _open() -> int:
    env.make_data_folder()
    return os.open(env.DATA / "running.lock", os.O_RDWR | os.O_CREAT, 0o600)


def _locked(lock: int, kind: int) -> bool:
    try:
        fcntl.flock(lock, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _works_elsewhere() -> bool:
    """Whether a worker on another machine, whose locks we do not see, ended a sweep lately. SQLite has no others."""
    if connection.vendor != "postgresql":
        return False
    now = clock.now()
    lately = Occurrence.objects.filter(due_at__gt=now - 10 * LATELY, finished_at__gt=now - LATELY)
    try:
        return lately.exclude(worker__startswith=f"{socket.gethostname()[:60]} ").exists()
    except DatabaseError:  # nothing there yet, or an older portal's tables
        return False
