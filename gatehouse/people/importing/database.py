"""Speaking SQL to whichever database we have."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.db import connection
from django.utils import timezone

from gatehouse.core import clock
from gatehouse.people.importing import setwise
from gatehouse.people.models import RosterImport

Rows = Iterator[tuple[Any, ...]]


def is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def statements(roster_import: RosterImport) -> setwise.Statements:
    dialect = setwise.POSTGRESQL if is_postgresql() else setwise.SQLITE
    return setwise.Statements(dialect, frozenset(roster_import.mapped))


def run(sql: str, values: Mapping[str, Any]) -> int:
    """Execute, and say how many rows it touched."""
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(values))
        return int(cursor.rowcount)


def ask(sql: str, values: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(values))
        return list(cursor.fetchall())


def now() -> Any:
    """The present instant as this database keeps it."""
    return moment(clock.now())


def moment(at: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(at)


def learn_sizes(*tables: str) -> None:
    """Let the planner see what was just loaded; SQLite plans by its indexes alone."""
    if is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE {', '.join(tables)}")


def teach_end_of_day() -> None:
    """SQLite's own function for this connection: a day, as the time at which it is over here, in UTC."""
    if not is_postgresql():
        connection.ensure_connection()
        connection.connection.create_function("end_of_day", 1, _end_of_day, deterministic=True)


def _end_of_day(day: str | None) -> str | None:
    if day is None:
        return None
    midnight = datetime.combine(date.fromisoformat(day) + timedelta(days=1), time(), timezone.get_default_timezone())
    return f"{midnight.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


@contextmanager
def generous_memory() -> Iterator[None]:
    """Within a transaction on PostgreSQL: hash joins of a large roster stay in memory."""
    if is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL work_mem = '96MB'")
    yield
