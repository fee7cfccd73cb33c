"""How a kind of thing is described: its columns, how a line finds its row, and what its lines name."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.utils.functional import Promise

from gatehouse.core import clock
from gatehouse.core.said import noop as _
from gatehouse.helpdesk.catalogue.cells import Cell, Truth, Unfit
from gatehouse.people.models import Person

Values = dict[str, Any]
Key = tuple[Any, ...]
Lookup = dict[tuple[Any, ...], Any]
BATCH = 500

_EMPTY = _("This must not be empty.")
_REVERSED = _("The end is before the beginning.")
_HALF = _("Write both ends, or neither.")
_FAR = _("Write a day between 1970 and 2200.")
FIRST_YEAR, LAST_YEAR = 1970, 2200  # of days; reports reckon with the day after too


def fold(value: Any) -> Any:
    """How values are compared where a name is meant: “csci” is CSCI."""
    return value.casefold() if isinstance(value, str) else value


@dataclass(frozen=True)
class Column:
    """A column of the file. `source` is where its value is read; `field` the field it writes, none for a reference's."""

    name: str
    cell: Cell
    source: str | Combinable = ""
    field: str = ""
    is_required: bool = True
    blank: Any = ""
    """What an empty cell means, and a new line of a file without this column."""
    is_name: bool = False
    """Part of a key or of a reference: compared without case."""
    in_files: bool = True
    is_told: bool = False
    """Read, and never compared."""

    def read(self, text: str, cell: Cell | None = None) -> Any:
        """`cell` is this column's own, as it reads a certain file. Raises `Unfit` with the column's name."""
        if not text and self.is_required:
            raise Unfit(_EMPTY, column=self.name)
        try:
            return (cell or self.cell).read(text) if text else self.blank
        except Unfit as error:
            error.column = self.name
            raise

    def same(self, one: Any, other: Any) -> bool:
        return self.is_told or one == other or (self.is_name and fold(one) == fold(other))


def column(name: str, cell: Cell, field: str = "", **more: Any) -> Column:
    return Column(name, cell, source=more.pop("source", field or name), field=field or name, **more)


@dataclass(frozen=True)
class Reference:
    """Columns that together name a row of another kind, by `sources` there."""

    field: str
    columns: tuple[str, ...]
    model: Any  # the class; typed so, for every one of them has `objects`
    sources: tuple[str | Combinable, ...]
    missing: str
    """A sentence with `%(cell)s`, for a line that names what is not there."""

    def rows(self) -> Lookup:
        named = {f"c{place}": _expression(source) for place, source in enumerate(self.sources)}
        found = self.model.objects.annotate(**named).order_by().values_list("pk", *named)
        return {tuple(map(fold, names)): pk for pk, *names in found}


ACTIVE = Case(When(archived_at=None, then=Value(True)), default=Value(False), output_field=BooleanField())
active = Column("active", Truth(), ACTIVE, "archived_at", is_required=False, blank=True, in_files=False)
"""Every kind that is archived has it; a file without it means what is in use."""


@dataclass(frozen=True)
class Known:
    """A row as it is: its key in the database, and its values by column."""

    pk: Any
    values: Values


@dataclass(frozen=True)
class Change:
    """What one line does: without `before` it is new, without `after` it puts away. `fields` are what is written."""

    line: int
    pk: Any
    before: Values | None
    after: Values | None
    fields: Values


@dataclass(frozen=True)
class Kind:
    slug: str
    model: Any  # the class; typed so, for every one of them has `objects`
    icon: str
    columns: tuple[Column, ...]
    key: Callable[[Mapping[str, Any]], Key]
    fields: tuple[str, ...]
    """Of the form, in its order."""
    shown: tuple[str, ...]
    """Of the list, beside the row's own name."""
    search: tuple[str, ...]
    empty: str | Promise
    """What the list says before there is anything."""
    references: tuple[Reference, ...] = ()
    spans: tuple[tuple[str, str], ...] = ()
    """Fields of which the second must not be before the first; of times it must be after."""
    related: tuple[str, ...] = ()
    narrow: str = ""
    """A field by which the list can be narrowed."""

    def __str__(self) -> str:
        return self.slug

    @property
    def many(self) -> str:
        return str(self.model._meta.verbose_name_plural)  # noqa: SLF001

    @property
    def one(self) -> str:
        return str(self.model._meta.verbose_name)  # noqa: SLF001

    @property
    def is_archived(self) -> bool:
        """Whether its things are archived; else they are deleted, for nothing names them."""
        return any(one.field == "archived_at" for one in self.columns)

    @property
    def header(self) -> list[str]:
        return [one.name for one in self.columns if one.in_files]

    @property
    def required(self) -> list[str]:
        return [one.name for one in self.columns if one.is_required]

    def label(self, field: str) -> str:
        try:
            return str(self.model._meta.get_field(field).verbose_name)  # noqa: SLF001
        except FieldDoesNotExist:
            return field

    def column_of(self, field: str) -> str:
        """The column in which a fault of this field is told."""
        of_reference = (one.columns[-1] for one in self.references if one.field == field)
        return next((one.name for one in self.columns if one.field == field), next(of_reference, field))

    def texts(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {one.name: one.cell.write(values[one.name]) for one in self.columns}

    def rows(self) -> QuerySet[Any]:
        """In the order of the lists; rows alike stand as they came, on every database."""
        ordering = self.model._meta.ordering  # noqa: SLF001  Django's documented name
        rows: QuerySet[Any] = self.model.objects.order_by(*ordering, "pk")
        return rows

    # --- what is known, and what a line means -------------------------------------------------

    def known(self, **narrowed: Any) -> dict[Key, Known]:
        """Every row by its key, in the order of the lists."""
        named = {f"c{place}": _expression(one.source) for place, one in enumerate(self.columns)}
        found: dict[Key, Known] = {}
        for pk, *cells in self.rows().filter(**narrowed).annotate(**named).values_list("pk", *named):
            values = dict(zip((one.name for one in self.columns), cells, strict=True))
            found[self.key(values)] = Known(pk, values)
        return found

    def cells_of(self, pk: Any) -> Values | None:
        return next((one.values for one in self.known(pk=pk).values()), None)

    def lookups(self) -> dict[str, Lookup]:
        """Once for a whole file: what its lines can name."""
        return {one.field: one.rows() for one in self.references}

    def resolve(self, values: Values, lookups: dict[str, Lookup]) -> Values:
        """The fields that this line writes; raises `Unfit` for what it names and is not there."""
        fields = {one.field: values[one.name] for one in self.columns if one.field not in {"", "archived_at"}}
        if self.is_archived:
            fields["archived_at"] = None if values["active"] else clock.now()
        for one in self.references:
            named = tuple(fold(values[name]) for name in one.columns)
            found = lookups[one.field].get(named) if any(named) else None
            if found is None and any(named):
                cell = " ".join(str(values[name]) for name in one.columns)
                raise Unfit(one.missing, column=one.columns[-1], cell=cell[:60])
            fields[f"{one.field}_id"] = found
        self.check(fields)
        return fields

    def check(self, fields: Mapping[str, Any]) -> None:
        """Raise `Unfit`, naming the column, where a line or a form contradicts itself, or names a day too far away."""
        for name, value in fields.items():
            if (
                isinstance(value, date)
                and not isinstance(value, datetime)
                and not FIRST_YEAR <= value.year <= LAST_YEAR
            ):
                raise Unfit(_FAR, column=self.column_of(name))
        for first, last in self.spans:
            start, end = fields.get(first), fields.get(last)
            if (start is None) != (end is None):
                raise Unfit(_HALF, column=self.column_of(last if end is None else first))
            if start is not None and (end < start or (end == start and hasattr(end, "hour"))):
                raise Unfit(_REVERSED, column=self.column_of(last))

    def differing(self, before: Values, after: Values) -> list[Column]:
        return [one for one in self.columns if not one.same(before[one.name], after[one.name])]

    def written(self, differing: Sequence[Column], fields: Values) -> Values:
        """Only the fields of columns that differ."""
        names, touched = {one.field for one in differing}, {one.name for one in differing}
        references = {f"{one.field}_id" for one in self.references if touched & set(one.columns)}
        return {name: value for name, value in fields.items() if name in names | references}

    def asks_nothing(self, after: Values) -> bool:
        """Whether a line that names nothing we know asks for nothing either."""
        return False

    # --- writing ------------------------------------------------------------------------------

    def write(self, changes: Sequence[Change], *, actor: Person | None) -> None:
        """Add and change, in batches; whoever calls has asked whether the actor may, and holds a transaction."""
        new = [self.model(**change.fields) for change in changes if change.before is None]
        self.model.objects.bulk_create(new, batch_size=BATCH)
        changed = {change.pk: change.fields for change in changes if change.before and change.after}
        rows = list(_in_batches(self.model, list(changed)))
        for row in rows:
            for name, value in changed[row.pk].items():
                setattr(row, name, value)
        names = {name.removesuffix("_id") for fields in changed.values() for name in fields}
        if rows and names:
            self.model.objects.bulk_update(rows, sorted(names), batch_size=BATCH)

    def put_away(self, pks: Sequence[Any], *, actor: Person | None) -> None:
        """Archive, or delete what nothing can name."""
        for step in _steps(pks):
            rows = self.rows().filter(pk__in=step)
            if self.is_archived:
                rows.filter(archived_at=None).update(archived_at=clock.now())
            else:
                rows.delete()

    def take_back(self, pks: Sequence[Any], *, actor: Person | None) -> None:
        """Undo additions: what nothing names meanwhile is deleted, the rest put away."""
        for step in _steps(pks):
            rows = self.rows().filter(pk__in=step)
            for related in self.model._meta.related_objects:  # noqa: SLF001
                naming = related.related_model.objects.filter(**{related.field.name: OuterRef("pk")})
                rows = rows.exclude(Exists(naming))
            rows.filter(pk__in=list(rows.values_list("pk", flat=True))).delete()
        self.put_away(pks, actor=actor)


def by(*columns: str) -> Callable[[Mapping[str, Any]], Key]:
    return lambda values: tuple(fold(values[name]) for name in columns)


def _expression(source: str | Combinable) -> Any:
    return F(source) if isinstance(source, str) else source


def _steps(pks: Sequence[Any]) -> Iterable[Sequence[Any]]:
    return (pks[start : start + BATCH] for start in range(0, len(pks), BATCH))


def _in_batches(model: Any, pks: Sequence[Any]) -> Iterable[Any]:
    for step in _steps(pks):
        yield from model.objects.filter(pk__in=step)


def matching(kind: Kind, words: Sequence[str]) -> Q:
    """Rows that hold each of the words somewhere."""
    found = Q()
    for word in words:
        anywhere = Q()
        for name in kind.search:
            anywhere |= Q(**{f"{name}__icontains": word})
        found &= anywhere
    return found
