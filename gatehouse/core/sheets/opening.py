"""Opening a file as a table: what it is, how it is written, what its columns are called."""

import csv
import tempfile
import weakref
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from gatehouse.core.said import noop as _
from gatehouse.core.sheets import kinds, workbooks
from gatehouse.core.sheets.encodings import Encoding, encoding_of, refuse_cell
from gatehouse.core.sheets.errors import SheetUnreadable
from gatehouse.core.sheets.layout import declared_separator, guessed_separator, header_of
from gatehouse.core.sheets.reading import NO_VALUE, Sheet, Text, refuse_unclosed

_EMPTY = _("This file is empty. Choose one with a header in its first line and lines below it.")
_NO_NAME = _(
    "Line %(line)s: the name of column %(column)s is a formula without a value. Open the file in your spreadsheet "
    "program, save it, and send it again, or write the name."
)
_BLANK = " \t\r\n,;|\xa0\ufeff"
_BLANK_LINES = 1_000
"""So many may stand before the header."""


def open_sheet(path: Path, *, name: str = "") -> Sheet:
    """Read the header and make sure that the rest can be read; `SheetUnreadable` tells why not, and where.

    `name` is what the file was called by whoever sent it. CSV: UTF-8, UTF-16, Windows-1252; comma, semicolon, tab or
    bar, guessed from the header or said by Excel's `sep=;`. Workbooks: the first sheet that holds anything, unpacked
    by a process with 1 GiB and 60 s into a temporary file that goes with the Sheet.
    """
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(4096)
    if not head:
        raise SheetUnreadable(_EMPTY)
    if kinds.is_workbook(head):
        return _open_workbook(path, name=name or path.name, size=size)
    kinds.refuse_binary(path, head)
    encoding = encoding_of(path, head)
    kinds.refuse_markup(head[encoding.skip :].decode(encoding.name, "ignore"))
    return _open_text(Text(path, encoding, ","), name=name or path.name, kind="csv", size=size)


def _open_workbook(path: Path, *, name: str, size: int) -> Sheet:
    copy = tempfile.NamedTemporaryFile(suffix=".csv")  # noqa: SIM115 - lives as long as the Sheet
    try:
        workbooks.unpack(path, copy.file)
        text = Text(Path(copy.name), Encoding("utf-8", 0), ",")
        sheet = _open_text(text, name=name, kind="xlsx", size=size)
    except BaseException:
        copy.close()
        raise
    weakref.finalize(sheet, copy.close)
    return sheet


def _open_text(text: Text, *, name: str, kind: str, size: int) -> Sheet:
    if kind == "csv":
        with text.opened() as lines:
            text = text._replace(separator=_separator(lines))
    with text.opened() as lines:
        header, passed_over = _header(text, lines, kind)
    return Sheet(name, kind, size, header, text, passed_over)


def _separator(lines: Iterable[str]) -> str:
    """As the first line `sep=;` says, or as it shows in the first line that is not blank."""
    for line in islice(lines, _BLANK_LINES):
        if line.strip(_BLANK):
            return declared_separator(line) or guessed_separator(line)
    raise SheetUnreadable(_EMPTY)


def _header(text: Text, lines: Iterator[str], kind: str) -> tuple[tuple[str, ...], int]:
    """The header, and how many records it took to get past it."""
    records = text.records(lines)
    try:
        for number, cells in enumerate(islice(records, _BLANK_LINES), start=1):
            if cells and cells[-1].endswith("\0"):
                break
            if kind == "xlsx" and NO_VALUE in cells:
                raise SheetUnreadable(_NO_NAME, line=number, column=str(cells.index(NO_VALUE) + 1))
            if "".join(cells).strip() and not (number == 1 and declared_separator(text.separator.join(cells))):
                return header_of(cells, line=records.line_num), number
    except csv.Error:
        refuse_cell("1", line=records.line_num)
    if cells != ["\0"]:
        refuse_unclosed((), len(cells) - 1, line=number)
    raise SheetUnreadable(_EMPTY)
