"""PostgreSQL's side of a safety copy: every table by COPY, out of one snapshot and into a schema of its own.

No pg_dump: it must be as new as the server, and neither our container nor many hosts have one that is. The tables come
from our migrations; COPY's text format is the same for all versions of the server, and fast.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.migrations.executor import MigrationExecutor

from gatehouse.config.copies.manifest import CopyUnusable, Manifest

Report = Callable[[int, int], None]

STAGING = "gatehouse_restoring"
CHUNK = 1 << 20
LOCK_TIMEOUT = "60s"

TABLES = """SELECT relname FROM pg_class
            WHERE relkind = 'r' AND relnamespace = %s::regnamespace ORDER BY relname"""
COLUMNS = """SELECT attname FROM pg_attribute
             WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum"""
SEQUENCES = """SELECT attname, pg_get_serial_sequence(quote_ident(%s), attname) FROM pg_attribute
               WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped"""
FUNCTIONS = "SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = %s::regnamespace"


def copy(folder: Path, *, report: Report) -> dict[str, Any]:
    """Write each of our tables into this folder, all as of one moment; tell the parts of the manifest."""
    fresh = connection.copy()  # a connection of its own: nothing else joins its transaction
    try:
        with fresh.cursor() as cursor:
            cursor.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            tables = {name: _columns(cursor, name) for name in ours(_tables(cursor, _here(cursor)))}
            for number, (table, columns) in enumerate(tables.items(), start=1):
                _copy_out(cursor, table, columns, folder / f"{table}.copy")
                report(number, len(tables))
            cursor.execute("SELECT app || '.' || name FROM django_migrations ORDER BY app, name")
            migrations = [name for (name,) in cursor.fetchall()]
            sequences = _sequence_values(cursor, list(tables))
    finally:
        fresh.close()
    return {"tables": tables, "migrations": migrations, "sequences": sequences}


def ours(tables: list[str]) -> list[str]:
    """Tables of our apps and of the libraries we use, among those of a schema."""
    starts = ("django_", *(f"{app.label}_" for app in apps.get_app_configs()))
    return [name for name in tables if name.startswith(starts)]


def _here(cursor: CursorWrapper) -> str:
    cursor.execute("SELECT current_schema()")
    return str(cursor.fetchone()[0])


def _tables(cursor: CursorWrapper, schema: str) -> list[str]:
    cursor.execute(TABLES, [schema])
    return [name for (name,) in cursor.fetchall()]


def _columns(cursor: CursorWrapper, table: str) -> list[str]:
    cursor.execute(COLUMNS, [_q(table)])
    return [name for (name,) in cursor.fetchall()]


def _copy_out(cursor: CursorWrapper, table: str, columns: list[str], path: Path) -> None:
    listed = ", ".join(map(_q, columns))
    with path.open("wb") as file, cursor.copy(f"COPY (SELECT {listed} FROM {_q(table)}) TO STDOUT") as rows:
        for chunk in rows:
            file.write(chunk)


def _sequence_values(cursor: CursorWrapper, tables: list[str]) -> dict[str, int]:
    """How far each table's numbers were given out; those given and taken back are never given again."""
    values = {}
    for table in tables:
        cursor.execute(SEQUENCES, [table, _q(table)])
        for column, sequence in cursor.fetchall():
            if sequence:
                cursor.execute(f"SELECT last_value FROM {sequence} WHERE is_called")
                values[f"{table}.{column}"] = row[0] if (row := cursor.fetchone()) else 0
    return values


def make_staging() -> None:
    """An empty schema for the tables to come; what an interrupted restore left is dropped."""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {STAGING} CASCADE")
        cursor.execute(f"CREATE SCHEMA {STAGING}")


def drop_staging() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {STAGING} CASCADE")


def staging_url(url: str) -> str:
    """The address of the same database, for a process that sees the staged schema alone."""
    before, _, query = url.partition("?")
    kept = [part for part in query.split("&") if part and not part.startswith("options=")]
    given = next((part.partition("=")[2] for part in query.split("&") if part.startswith("options=")), "")
    options = f"{given}{'%20' if given else ''}{quote(f'-csearch_path={STAGING}', safe='')}"
    return f"{before}?{'&'.join([*kept, f'options={options}'])}"


def fill(manifest: Manifest, folder: Path) -> None:
    """In the staged schema: the tables as they were when the copy was made, then their lines. One transaction for these."""
    _migrate_to(manifest.migrations)
    with connection.cursor() as cursor:
        here = _here(cursor)
        if here != STAGING:
            raise CopyUnusable(f"The server does not let us work in a schema of our own (we are in {here}).")
        present = _tables(cursor, STAGING)
        if unknown := sorted(set(manifest.tables) - set(present)):
            raise CopyUnusable(f"The backup has tables that this version does not make: {', '.join(unknown)}.")
        cursor.execute("BEGIN")
        cursor.execute(f"TRUNCATE {', '.join(map(_q, present))}")
        for table, columns in manifest.tables.items():
            _copy_in(cursor, table, columns, folder / f"{table}.copy")
        _set_sequences(cursor, manifest)
        cursor.execute("COMMIT")


def _migrate_to(names: list[str]) -> None:
    """Make the tables of exactly these migrations, which the database that was copied had seen."""
    executor = MigrationExecutor(connection)
    graph = executor.loader.graph
    wanted = {(app, name) for app, _, name in (one.partition(".") for one in names)} & graph.nodes.keys()
    followed = {parent.key for key in wanted for parent in graph.node_map[key].parents if parent.key[0] == key[0]}
    executor.migrate(sorted(wanted - followed))


def _copy_in(cursor: CursorWrapper, table: str, columns: list[str], path: Path) -> None:
    with path.open("rb") as file, cursor.copy(f"COPY {_q(table)} ({', '.join(map(_q, columns))}) FROM STDIN") as rows:
        while chunk := file.read(CHUNK):
            rows.write(chunk)


def _set_sequences(cursor: CursorWrapper, manifest: Manifest) -> None:
    for name, value in manifest.sequences.items():
        table, column = name.split(".")
        cursor.execute(f"SELECT GREATEST(%s, COALESCE(MAX({_q(column)}), 0)) FROM {_q(table)}", [value])
        if last := cursor.fetchone()[0]:
            cursor.execute("SELECT setval(pg_get_serial_sequence(%s, %s), %s)", [_q(table), column, last])


def replace() -> None:
    """Put the staged tables in the place of ours, in one transaction; a table that is not ours is left alone."""
    with connection.cursor() as cursor:
        here = _here(cursor)
        old, new = ours(_tables(cursor, here)), _tables(cursor, STAGING)
        old_functions, new_functions = _functions(cursor, here), _functions(cursor, STAGING)
        cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_TIMEOUT}'")
        if old:
            cursor.execute(f"DROP TABLE {', '.join(f'{_q(here)}.{_q(table)}' for table in old)} CASCADE")
        for function in sorted(old_functions & new_functions):
            cursor.execute(f"DROP FUNCTION {_q(here)}.{function}")
        for table in new:
            cursor.execute(f"ALTER TABLE {STAGING}.{_q(table)} SET SCHEMA {_q(here)}")
        for function in sorted(new_functions):
            cursor.execute(f"ALTER FUNCTION {STAGING}.{function} SET SCHEMA {_q(here)}")
        cursor.execute(
            f"DROP SCHEMA {STAGING}"
        )  # without CASCADE: it fails, and all with it, if anything was left behind


def _functions(cursor: CursorWrapper, schema: str) -> set[str]:
    """Signatures of the schema's functions, without its name."""
    cursor.execute(FUNCTIONS, [schema])
    return {re.sub(r"^(?:\"[^\"]+\"|[^.(]+)\.", "", signature) for (signature,) in cursor.fetchall()}


def _q(name: str) -> str:
    return connection.ops.quote_name(name)
