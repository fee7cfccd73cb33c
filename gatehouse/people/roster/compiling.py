"""From a mapping and a file's header to a parser: which cell feeds which field."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date
from itertools import islice

from gatehouse.core.said import noop as _
from gatehouse.people.roster.days import order_of
from gatehouse.people.roster.errors import RosterUnreadable
from gatehouse.people.roster.fields import DAYS, DETAIL, FIELDS
from gatehouse.people.roster.mappings import Mapping
from gatehouse.people.roster.names import folded
from gatehouse.people.roster.parsing import Parser

_NO_KEY = _(
    "No column holds the number that tells one line from another (“%(wanted)s”). The file has: %(found)s. Rename the "
    "right one to “%(wanted)s”, or choose a mapping that names it (on the command line: --mapping)."
)
_TWICE = _("Columns “%(first)s” and “%(column)s” would both be read as %(field)s. Choose one.")
_NO_FIELD = _("“%(field)s”, chosen for column “%(column)s”, is nothing a roster knows.")
_SAMPLE = 5_000


def compile(mapping: Mapping, header: Sequence[str], *, today: date) -> Parser:  # noqa: A001 - roster.compile, as re.compile
    """Get ready to read lines under this header; `RosterUnreadable` for a missing key column or one chosen twice.

    Columns the mapping does not name are not read.
    """
    found = columns_of(mapping, header)
    if "number" not in found:
        wanted = next((name for name, field in mapping.columns.items() if field == "number"), "number")
        raise RosterUnreadable(_NO_KEY, column=wanted, wanted=wanted, found=_listed(header))
    return Parser(mapping, header, found, today=today)


def columns_of(mapping: Mapping, header: Sequence[str]) -> dict[str, int]:
    """Field → index of the column that feeds it. An exact header goes before one that differs in case or accents.

    Our own mapping reads every `attr:NAME` column of an export, whatever names there are.
    """
    exact = {name: field for name, field in mapping.columns.items() if name in header}
    if mapping.name == "gatehouse":
        exact |= {name: name for name in header if name.startswith(DETAIL) and name != DETAIL}
    loose = {folded(name): field for name, field in mapping.columns.items() if name not in exact}
    found: dict[str, int] = {}
    for index, name in enumerate(header):
        field = exact.get(name) or loose.get(folded(name)) or ""
        if field and field not in FIELDS and not field.startswith(DETAIL):
            raise RosterUnreadable(_NO_FIELD, column=name, field=field)
        if field and found.setdefault(field, index) != index:
            raise RosterUnreadable(_TWICE, column=name, first=header[found[field]], field=field)
    return found


def with_date_order(mapping: Mapping, header: Sequence[str], rows: Iterable[Sequence[str]]) -> Mapping:
    """The mapping with `auto` settled by the days in the first rows, as far as they tell."""
    if mapping.date_order != "auto":
        return mapping
    indices = [index for field, index in columns_of(mapping, header).items() if field in DAYS]
    cells = [row[index] for row in islice(rows, _SAMPLE) for index in indices]
    return replace(mapping, date_order=order_of(cells))


def _listed(header: Sequence[str]) -> str:
    shown = ", ".join(f"“{name[:60]}”" for name in header[:20])
    return shown + (" …" if len(header) > 20 else "")
