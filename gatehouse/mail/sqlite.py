"""Kernel: the ledger on SQLite. The epoch's lock is a locked file, which the system releases when the process dies."""

import contextlib
import fcntl
import os
import re
import sqlite3
import weakref
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from gatehouse.mail.delivery import Answer, Waiting
from gatehouse.mail.ledger import DUE, OFFER, SENT, Ledger

_CLAIM = f"""
    UPDATE mail_letter SET state = 'claimed', worker = %(epoch)s WHERE id IN ({DUE})
    RETURNING urgency, not_before, id"""
_PARAMETER = re.compile(r"%\((\w+)\)s")


class SqliteLedger(Ledger):
    """Takes the database's file, and a folder for lock files on the same machine (`flock`, not on a network share)."""

    def __init__(self, database: str, *, locks: Path, holds: frozenset[str] = frozenset()) -> None:
        super().__init__(holds=holds)
        self._locks = LockFiles(locks)
        self._connection = sqlite3.connect(database, timeout=20, isolation_level=None)
        self._connection.execute("PRAGMA synchronous = FULL")  # what was committed before sending survives a power cut
        self._statements: dict[str, str] = {}

    def claim(self, at_most: int, now: datetime) -> list[int]:
        rows = self.run(_CLAIM, at_most=at_most, now=self.stamp(now), epoch=self.epoch)
        return [row[2] for row in sorted(rows)]

    def begin(self, letter_id: int, previous: tuple[int, Answer] | None, now: datetime) -> Waiting | None:
        with self.together():
            if previous:
                self.run(SENT, **self._previous(previous, now))
            rows = self.run(OFFER, id=letter_id, epoch=self.epoch, now=self.stamp(now))
        return self.offered(letter_id, rows, now)

    def lock(self, epoch: int) -> bool:
        return self._locks.take(epoch)

    def unlock(self, epoch: int) -> None:
        self._locks.drop(epoch)

    def tidy(self) -> int:
        return self._locks.tidy()

    def close(self) -> None:
        """The connection first: whoever gets our lock may be sure that we write no more."""
        self._connection.close()
        self._locks.close()

    def run(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        statement = self._statements.get(sql) or self._statements.setdefault(sql, _PARAMETER.sub(r":\1", sql))
        return self._connection.execute(statement, values).fetchall()

    @contextlib.contextmanager
    def together(self) -> Iterator[None]:
        """The write lock is taken at once, so that two writers wait for each other and do not fail."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.execute("ROLLBACK")
            raise
        self._connection.execute("COMMIT")

    def stamp(self, moment: datetime) -> str:
        """As Django writes it into SQLite: UTC, naive, so that text compares as time does."""
        return str(moment.astimezone(UTC).replace(tzinfo=None))

    def moment(self, stamp: Any) -> datetime:
        return datetime.fromisoformat(stamp).replace(tzinfo=UTC)


class LockFiles:
    """A file for each epoch. The lock is held by the open file, so a forked child closes what it inherited."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder
        self._held: dict[int, int] = {}
        _open.add(self)

    def take(self, epoch: int) -> bool:
        handle = os.open(self._path(epoch), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(handle)
            return False
        self._held[epoch] = handle
        return True

    def drop(self, epoch: int) -> None:
        """Remove the file while it is still locked, so that only files of the living and the killed lie about."""
        self._path(epoch).unlink(missing_ok=True)
        os.close(self._held.pop(epoch))

    def close(self) -> None:
        for epoch in list(self._held):
            self.drop(epoch)

    def forget(self) -> None:
        """In a forked child: let go without unlocking, for the parent still holds the same open file."""
        while self._held:
            os.close(self._held.popitem()[1])

    def tidy(self) -> int:
        """Remove what killed processes left behind."""
        epochs = [int(path.stem.partition("-")[2]) for path in self._folder.glob("mail-*.lock")]
        stale = [epoch for epoch in epochs if epoch not in self._held and self.take(epoch)]
        for epoch in stale:
            self.drop(epoch)
        return len(stale)

    def _path(self, epoch: int) -> Path:
        return self._folder / f"mail-{epoch}.lock"


_open: weakref.WeakSet[LockFiles] = weakref.WeakSet()


def _forget_in_child() -> None:
    for files in list(_open):
        files.forget()


os.register_at_fork(after_in_child=_forget_in_child)
