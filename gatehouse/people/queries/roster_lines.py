"""The lines that an import leaves out, as a file to correct and choose again: read once more from the file we keep."""

from collections.abc import Iterator
from pathlib import Path

from django.utils.translation import gettext as _

from gatehouse.core.sheets import Sheet, open_sheet
from gatehouse.core.sheets.writing import MARK, csv_line
from gatehouse.people.models import RefusedLine, RosterChange, RosterImport
from gatehouse.people.queries.rosters import refusals


def lines_to_correct(roster_import: RosterImport) -> Iterator[str]:
    """CSV as the file has it (its columns, its separator), before them each line's number and what is wrong with it.

    Raises `SheetUnreadable` at once when the kept file can't be opened; the lines themselves are streamed.
    """
    sheet = open_sheet(Path(roster_import.file.path), name=roster_import.filename)
    return _texts(sheet, roster_import)


def _texts(sheet: Sheet, roster_import: RosterImport) -> Iterator[str]:
    wrong = _by_line(roster_import)
    yield MARK + csv_line([_("line in the file"), _("what to correct"), *sheet.header], delimiter=sheet.delimiter)
    for line, cells in sheet.as_written():
        if why := wrong.pop(line, ""):
            yield csv_line([str(line), why, *cells], delimiter=sheet.delimiter)
        if not wrong:
            return


def _by_line(roster_import: RosterImport) -> dict[int, str]:
    undecided = RosterChange.objects.filter(roster_import=roster_import, kind=RosterChange.Kind.UNDECIDED)
    wrong = {row.line: row.message for row in undecided.iterator() if row.line}
    return wrong | {row.line: _reason(row) for row in refusals(roster_import).iterator()}


def _reason(row: RefusedLine) -> str:
    return f"{row.column}: {row.message}" if row.column else row.message
