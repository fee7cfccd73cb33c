"""Statements asked so often that Django compiles them once: its own SQL, with places for what differs each time.

A query set costs some 200 µs to put together, its SQL 20 µs to run. Where an answer may take half a millisecond, write

    BY_NAME = Ready(lambda: Role.objects.filter(slug=Place("slug", Role.slug)).values_list("pk", "name"))
    BY_NAME.one(slug="member")

Values are prepared and converted by the model's fields, as always; a test runs each against a plain query set.
"""

import functools
from collections.abc import Callable, Sequence
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.models import Field, Model, QuerySet
from django.db.models.expressions import Expression
from django.db.models.sql import UpdateQuery

Row = tuple[Any, ...]


class Place(Expression):
    """Stands in a query set where a value will be."""

    def __init__(self, name: str, field: Field[Any, Any]) -> None:
        super().__init__(output_field=field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        return "%s", [self]

    def filled(self, values: dict[str, Any], connection: Any) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Ready:
    """A `values_list` of plain columns and annotations. Gives tuples, converted as the query set would."""

    def __init__(self, make: Callable[[], QuerySet[Any, Any]]) -> None:
        self.make = make

    def one(self, **values: Any) -> Row | None:
        rows = self.all(**values)
        return rows[0] if rows else None

    def all(self, **values: Any) -> list[Row]:
        return [self.converted(row) for row in self.raw(**values)]

    def raw(self, **values: Any) -> list[Row]:
        """Rows as the database has them: equal ones are equal rows, so what was made of one can be kept."""
        connection = connections[DEFAULT_DB_ALIAS]
        sql, params, _, _ = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, _filled(params, values, connection))
            return list(cursor.fetchall())

    def converted(self, row: Row) -> Row:
        _, _, compiler, converters = self._compiled
        return tuple(next(compiler.apply_converters([row], converters))) if converters else row

    @functools.cached_property
    def _compiled(self) -> tuple[str, Sequence[Any], Any, Any]:
        compiler: Any = self.make().query.get_compiler(DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        return sql, params, compiler, compiler.get_converters([column[0] for column in compiler.select])


class ReadyUpdate:
    """An UPDATE of one table, as `query_set.update(**changes)` does it; gives the number of rows."""

    def __init__(self, make: Callable[[], QuerySet[Any, Any]], **changes: Any) -> None:
        self.make, self.changes = make, changes

    def run(self, **values: Any) -> int:
        connection = connections[DEFAULT_DB_ALIAS]
        sql, params = self.compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, _filled(params, values, connection))
            return int(cursor.rowcount)

    @functools.cached_property
    def compiled(self) -> tuple[str, Sequence[Any]]:
        query: Any = self.make().query.chain(UpdateQuery)
        query.add_update_values(self.changes)
        sql, params = query.get_compiler(DEFAULT_DB_ALIAS).as_sql()
        return sql, params


class ReadyInsert:
    """An INSERT of one row with these fields; what is not named must have a default in the database or be null."""

    def __init__(self, model: type[Model], *names: str) -> None:
        self.model, self.names = model, names

    def run(self, **values: Any) -> None:
        connection = connections[DEFAULT_DB_ALIAS]
        into, fields = self.compiled
        with connection.cursor() as cursor:
            cursor.execute(f"{into} VALUES ({_places(fields)})", self.prepared(values, connection))

    def prepared(self, values: dict[str, Any], connection: Any) -> list[Any]:
        return [field.get_db_prep_save(values[field.name], connection) for field in self.compiled[1]]

    @functools.cached_property
    def compiled(self) -> tuple[str, list[Any]]:
        """`INSERT INTO table (columns)`, and the fields of the columns."""
        meta: Any = self.model._meta  # noqa: SLF001  Django's documented name
        quote = connections[DEFAULT_DB_ALIAS].ops.quote_name
        fields = [meta.get_field(name) for name in self.names]
        columns = ", ".join(quote(field.column) for field in fields)
        return f"INSERT INTO {quote(meta.db_table)} ({columns})", fields


class ReadyExchange:
    """Use one row up and write another instead: both or neither, and of many at once for one only.

    One statement where the database can do that (PostgreSQL), else two in a transaction.
    """

    def __init__(self, use: ReadyUpdate, keep: ReadyInsert) -> None:
        self.use, self.keep = use, keep

    def run(self, *, used: dict[str, Any], kept: dict[str, Any] | None) -> bool:
        """False, and nothing done, when the first row was used up before; without `kept` nothing is written instead."""
        connection = connections[DEFAULT_DB_ALIAS]
        if kept is None:
            return bool(self.use.run(**used))
        if connection.vendor != "postgresql":
            with transaction.atomic():
                if is_used := bool(self.use.run(**used)):
                    self.keep.run(**kept)
            return is_used
        sql, params = self._compiled
        with connection.cursor() as cursor:
            cursor.execute(sql, [*_filled(params, used, connection), *self.keep.prepared(kept, connection)])
            return bool(cursor.rowcount)

    @functools.cached_property
    def _compiled(self) -> tuple[str, Sequence[Any]]:
        sql, params = self.use.compiled
        into, fields = self.keep.compiled
        return f"WITH used AS ({sql} RETURNING 1) {into} SELECT {_places(fields)} FROM used", params  # noqa: S608


def _places(fields: list[Any]) -> str:
    return ", ".join(["%s"] * len(fields))


def _filled(params: Sequence[Any], values: dict[str, Any], connection: Any) -> list[Any]:
    return [param.filled(values, connection) if isinstance(param, Place) else param for param in params]
