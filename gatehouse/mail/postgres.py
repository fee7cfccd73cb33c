"""Kernel: the ledger on PostgreSQL. The epoch's lock is an advisory lock, which dies with our connection."""

from contextlib import AbstractContextManager
from datetime import datetime
from typing import Any

import psycopg

from gatehouse.mail.delivery import Answer, Waiting
from gatehouse.mail.ledger import DUE, OFFER, SENT, Ledger

KEYSPACE = 0x6C65_7474  # "lett": our advisory locks, apart from those of others in the same database

_CLAIM = f"""
    WITH due AS MATERIALIZED ({DUE} FOR UPDATE SKIP LOCKED)
    UPDATE mail_letter SET state = 'claimed', worker = %(epoch)s FROM due WHERE mail_letter.id = due.id
    RETURNING urgency, not_before, mail_letter.id"""
_SENT_AND_OFFER = f"WITH previous AS ({SENT}) {OFFER}"


class PostgresLedger(Ledger):
    """Takes psycopg's connection parameters. Not through a transaction pooler: the lock is the session's."""

    def __init__(self, parameters: dict[str, Any], *, holds: frozenset[str] = frozenset()) -> None:
        super().__init__(holds=holds)
        self._connection = psycopg.connect(**parameters, autocommit=True)
        self._connection.execute("SET synchronous_commit = on")
        self._connection.execute("SET TIME ZONE 'UTC'")

    def claim(self, at_most: int, now: datetime) -> list[int]:
        rows = self.run(_CLAIM, at_most=at_most, now=now, epoch=self.epoch)
        return [row[2] for row in sorted(rows)]

    def begin(self, letter_id: int, previous: tuple[int, Answer] | None, now: datetime) -> Waiting | None:
        """One statement, so one round trip and one commit."""
        if previous:
            rows = self.run(_SENT_AND_OFFER, id=letter_id, **self._previous(previous, now))
        else:
            rows = self.run(OFFER, id=letter_id, epoch=self.epoch, now=now)
        return self.offered(letter_id, rows, now)

    def lock(self, epoch: int) -> bool:
        return bool(
            self.run("SELECT pg_try_advisory_lock(%(space)s, %(epoch)s::int)", space=KEYSPACE, epoch=epoch)[0][0]
        )

    def unlock(self, epoch: int) -> None:
        self.run("SELECT pg_advisory_unlock(%(space)s, %(epoch)s::int)", space=KEYSPACE, epoch=epoch)

    def close(self) -> None:
        self._connection.close()

    def run(self, sql: str, **values: Any) -> list[tuple[Any, ...]]:
        cursor = self._connection.cursor(binary=True)  # bytes come as bytes, not as twice as many hex digits
        cursor.execute(sql, values)
        return cursor.fetchall() if cursor.description else []

    def together(self) -> AbstractContextManager[Any]:
        return self._connection.transaction()

    def stamp(self, moment: datetime) -> datetime:
        return moment

    def moment(self, stamp: Any) -> datetime:
        assert isinstance(stamp, datetime)
        return stamp
