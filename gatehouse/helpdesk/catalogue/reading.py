"""Kernel: a file's lines as text under our own names of columns, without what a spreadsheet adds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gatehouse.core.said import Said, noop as _
from gatehouse.core.sheets import BadRow, Sheet, SheetUnreadable, open_sheet, unguarded

MOST_LINES = 100_000
LONGEST = 5_000
"""Characters of a cell that are kept: more than any column takes, so that the line is refused and not the file."""
_MISSING = _("The file has no column “%(column)s”. Its first line must name: %(columns)s.")
_NO_LINES = _("This file has a header and no lines below it. Add some, and choose it again.")
_MANY = _("This file has more than %(most)s lines. Is it the right one? Else split it.")


@dataclass(frozen=True)
class Fault:
    """One line is left out; `column` is called as in our files."""

    line: int
    column: str
    message: Said


@dataclass
class Staged:
    """`columns` are those of ours that the file has; each line has a cell for each of them."""

    columns: tuple[str, ...]
    lines: list[tuple[int, list[str]]] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    ignored: tuple[str, ...] = ()
    """Headers that mean nothing to us."""


def read(path: Path, *, columns: Sequence[str], required: Sequence[str], name: str = "") -> Staged:
    """Every line of a CSV file or workbook. Raises `SheetUnreadable` when nothing of it can be taken."""
    sheet = open_sheet(path, name=name)
    places = _places(sheet.header, columns)
    if lacking := next((column for column in required if column not in places), None):
        raise SheetUnreadable(_MISSING, line=1, column=lacking, columns=", ".join(columns))
    known = set(places.values())
    ignored = tuple(title for place, title in enumerate(sheet.header) if title and place not in known)
    staged = Staged(tuple(places), ignored=ignored)
    _fill(staged, sheet, list(places.values()))
    return staged


def _fill(staged: Staged, sheet: Sheet, places: list[int]) -> None:
    for row in sheet.rows():
        if isinstance(row, BadRow):
            staged.faults.append(Fault(row.line, row.column, row.message))
        else:
            line, cells = row
            staged.lines.append((line, [unguarded(cells[place].strip()[:LONGEST]) for place in places]))
        if len(staged.lines) + len(staged.faults) > MOST_LINES:
            raise SheetUnreadable(_MANY, most=MOST_LINES)
    if not staged.lines and not staged.faults:
        raise SheetUnreadable(_NO_LINES)


def _places(header: Sequence[str], columns: Sequence[str]) -> dict[str, int]:
    """Where each of our columns stands, in our order; “Start Date” is `start_date`."""
    named = {_folded(title): place for place, title in enumerate(header)}
    return {column: named[_folded(column)] for column in columns if _folded(column) in named}


def _folded(title: str) -> str:
    return "".join(filter(str.isalnum, title.casefold()))
