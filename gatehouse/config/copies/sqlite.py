"""SQLite's side of a safety copy: the online backup API, there and back (sqlite.org/backup.html). No Django."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

from gatehouse.config.copies.manifest import CopyUnusable

Report = Callable[[int, int], None]

PAGES = 2_000  # copied between two reports
PATIENCE = 60.0  # seconds to wait for another writer


def copy(database: str, into: Path, *, report: Report) -> None:
    """The database as it was at one moment, while others go on writing.

    The source holds a read transaction from first page to last. Without one, a writer in another process makes the
    backup begin again, and under steady writes it would never end.
    """
    with closing(sqlite3.connect(database, timeout=PATIENCE, isolation_level=None)) as source:
        source.execute("BEGIN")
        source.execute("SELECT COUNT(*) FROM sqlite_master").fetchone()  # the snapshot begins with the first read
        with closing(sqlite3.connect(into, isolation_level=None)) as target:
            source.backup(target, pages=PAGES, progress=lambda _status, left, total: report(total - left, total))
            target.execute("PRAGMA journal_mode=DELETE")  # one file, without a -wal beside it
    check(into)


def check(database: Path) -> None:
    """Raises `CopyUnusable` when the file is no database, or its pages, keys or references don't fit together."""
    try:
        with closing(sqlite3.connect(database)) as opened:
            said = opened.execute("PRAGMA quick_check(1)").fetchone()[0]
            orphan = opened.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.DatabaseError as error:
        raise CopyUnusable(f"The database in the backup can't be read: {error}") from error
    if said != "ok" or orphan:
        raise CopyUnusable(f"The database in the backup is damaged: {said if said != 'ok' else orphan}")


def replace(database: str, by: Path) -> None:
    """Make the living database the same as this one, in one transaction of its own.

    The file stays where it is: processes that have it open read the new content, and a crash half-way leaves the old.
    """
    with (
        closing(sqlite3.connect(by, isolation_level=None)) as source,
        closing(sqlite3.connect(database, timeout=PATIENCE, isolation_level=None)) as target,
    ):
        source.backup(target, pages=-1)


def migrations(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as opened:
        rows = opened.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
    return [f"{app}.{name}" for app, name in rows]
