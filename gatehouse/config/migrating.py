"""Bringing the database and the static files up to this version."""

import fcntl
import functools
import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.commands.migrate import Command as DjangoMigrate
from django.db import connection

from gatehouse.config import env
from gatehouse.core.commands import Progress, progress_bar, unapplied

LOCK = 0x6761_7465  # any number, the same for all versions


def bring_up_to_date() -> dict[str, Any]:
    """Migrate, then collect the static files if they changed; several at once wait for each other."""
    env.make_data_folder()
    with alone():
        waiting = unapplied()
        if waiting:
            with progress_bar("Preparing the database", unit="steps") as progress:
                migrate(len(waiting), progress)
        collected = _collect_static()
    return {"migrated": len(waiting), "collected": collected, "database": connection.vendor}


def migrate(total: int, progress: Progress) -> None:
    call_command(_Migrate(total, progress), interactive=False, verbosity=0)


class _Migrate(DjangoMigrate):
    """Django's own, which tells how far it is."""

    def __init__(self, total: int, progress: Progress) -> None:
        super().__init__()
        self.total, self.report, self.done = total, progress, 0

    def migration_progress_callback(self, action: str, migration: Any = None, fake: bool = False) -> None:
        if action == "apply_success":
            self.done += 1
            self.report(self.done, self.total)


@contextmanager
def alone() -> Iterator[None]:
    """One at a time: by an advisory lock for all machines on PostgreSQL, by a file on SQLite."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [LOCK])
            try:
                yield
            finally:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [LOCK])
    else:
        with (env.DATA / "migrate.lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


def _collect_static() -> int:
    """How many files were collected; 0 when those in the data folder have this content already."""
    mark = settings.STATIC_ROOT / ".content"
    content, count = _static_content()
    if mark.exists() and mark.read_text() == content:
        return 0
    call_command("collectstatic", interactive=False, verbosity=0, stdout=StringIO())
    mark.write_text(content)
    return count


def _static_content() -> tuple[str, int]:
    digest, count = hashlib.sha256(), 0
    for path, read in sorted(_static_files()):
        digest.update(f"{path}\0".encode() + hashlib.sha256(read()).digest())
        count += 1
    return digest.hexdigest(), count


def _static_files() -> Iterator[tuple[str, Callable[[], bytes]]]:
    for finder in get_finders():
        for path, storage in finder.list([]):
            yield path, functools.partial(_content, storage, path)


def _content(storage: Any, path: str) -> bytes:
    with storage.open(path) as file:
        content: bytes = file.read()
    return content
