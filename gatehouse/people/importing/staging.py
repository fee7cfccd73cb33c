"""Writing lines into the staging table: COPY on PostgreSQL, executemany on SQLite; batch by batch, each its own commit."""

import csv
from collections.abc import Sequence
from io import StringIO
from typing import Any

from django.db import connection

from gatehouse.people.importing.database import is_postgresql
from gatehouse.people.importing.setwise import NULLABLE

FIXED = ("roster_import_id", "line", "new_id", "read_as", "source", "number")
Row = Sequence[Any]


def write(columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Add staged lines; `columns` follow `FIXED` in each row. Days are ISO text or None."""
    names = [*FIXED, *columns]
    if is_postgresql():
        _copy(names, rows)
    else:
        _insert(names, rows)


def _copy(names: Sequence[str], rows: Sequence[Row]) -> None:
    """CSV is what both csv.writer and COPY do in C; only nullable columns read an empty field as NULL."""
    texts = ", ".join(name for name in names[4:] if name not in NULLABLE)
    buffer = StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    with connection.cursor() as cursor:
        statement = f"COPY people_stagedline ({', '.join(names)}) FROM STDIN (FORMAT csv, FORCE_NOT_NULL ({texts}))"
        with cursor.cursor.copy(statement) as copy:
            copy.write(buffer.getvalue())


def _insert(names: Sequence[str], rows: Sequence[Row]) -> None:
    places = ", ".join(["%s"] * len(names))
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO people_stagedline ({', '.join(names)}) VALUES ({places})",  # noqa: S608  our own names
            rows,
        )
