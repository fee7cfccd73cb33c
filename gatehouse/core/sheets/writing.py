"""CSV that we hand out. Cells that a spreadsheet takes for formulas are made harmless, and themselves again on the way in.

OWASP, "CSV Injection": a cell that begins with = + - @ or a tab is evaluated by the program that opens the file.
"""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from gatehouse.core.sheets.books import TOGETHER, Value

MARK: Final = "\ufeff"  # by which spreadsheets know UTF-8
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def guarded(cell: str) -> str:
    """For files we hand out: what could be a formula begins with an apostrophe, which spreadsheets do not show."""
    return f"'{cell}" if cell.startswith(FORMULA_STARTS) or unguarded(cell) != cell else cell


def unguarded(cell: str) -> str:
    """The cell that `guarded` was given."""
    bare = cell.lstrip("'")
    return cell[1:] if bare != cell and bare.startswith(FORMULA_STARTS) else cell


def csv_line(cells: Iterable[str], *, delimiter: str = ",") -> str:
    """One line of guarded cells, RFC 4180."""
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerow([guarded(cell) for cell in cells])
    return out.getvalue()


def as_csv(
    header: Sequence[str], rows: Iterable[Sequence[Value]], *, free: Sequence[int] | None = None
) -> Iterator[bytes]:
    """A whole file in pieces. `free` are the places of texts that somebody typed; without it all are guarded."""
    yield (MARK + ",".join(header) + "\r\n").encode()
    source, typed = iter(rows), range(len(header)) if free is None else free
    while some := list(islice(source, TOGETHER)):
        piece = io.StringIO()
        csv.writer(piece).writerows(_plain(list(row), typed) for row in some)
        yield piece.getvalue().encode("utf-8", "replace")


def _plain(row: list[Value], typed: Sequence[int]) -> list[Value]:
    for place in typed:
        if isinstance(text := row[place], str) and text:
            row[place] = guarded(text)
    return [value.isoformat(" ", "seconds") if isinstance(value, datetime) else value for value in row]
