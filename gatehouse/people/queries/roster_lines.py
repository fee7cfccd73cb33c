"""The lines that an import leaves out, as a file to correct and choose again: read once more from the file we keep."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from gatehouse.core.sheets import Sheet, guarded, open_sheet
from gatehouse.people.models import RefusedLine, RosterChange, RosterImport
from gatehouse.people.queries.rosters import refusals

BYTE_ORDER_MARK = "\ufeff"  # so that Excel reads UTF-8


def lines_to_correct(roster_import: RosterImport) -> Iterator[str]:
    """CSV as the file has it (its columns, its separator), before them each line's number and what is wrong with it.

    Raises `SheetUnreadable` at once when the kept file can't be opened; the lines themselves are streamed.
    """
    sheet = open_sheet(Path(roster_import.file.path), name=roster_import.filename)
    return _texts(sheet, roster_import)


def _texts(sheet: Sheet, roster_import: RosterImport) -> Iterator[str]:
    wrong = _by_line(roster_import)
    yield BYTE_ORDER_MARK + _written([_("line in the file"), _("what to correct"), *sheet.header], sheet.delimiter)
    for line, cells in sheet.as_written():
        if why := wrong.pop(line, ""):
            yield _written([str(line), why, *cells], sheet.delimiter)
        if not wrong:
            return


def _by_line(roster_import: RosterImport) -> dict[int, str]:
    undecided = RosterChange.objects.filter(roster_import=roster_import, kind=RosterChange.Kind.UNDECIDED)
    wrong = {row.line: row.message for row in undecided.iterator() if row.line}
    return wrong | {row.line: _reason(row) for row in refusals(roster_import).iterator()}


def _reason(row: RefusedLine) -> str:
    return f"{row.column}: {row.message}" if row.column else row.message


def _written(cells: list[str], delimiter: str) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerow([guarded(cell) for cell in cells])
    return out.getvalue()
