"""A table on disk, opened: its header at once, its rows one by one."""

import csv
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader, TextIOWrapper
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple, NoReturn, Protocol, cast

from gatehouse.core.said import Said, noop as _
from gatehouse.core.sheets import limits
from gatehouse.core.sheets.encodings import Encoding, refuse_cell
from gatehouse.core.sheets.errors import BadRow, SheetUnreadable
from gatehouse.core.sheets.layout import last_cell

Row = tuple[int, list[str]]
_LONGER = _("This line has more cells than the header: “%(cell)s” stands under no column.")
_UNCLOSED = _(
    "Line %(line)s, column “%(column)s” opens a quote that is never closed. Close it and choose the file again."
)
_CHANGED = _("The file changed while we read it. Choose it again.")
NO_VALUE = "\x1a="
"""What `unpack.py` writes where a formula of a workbook has no value; that process imports nothing of ours."""
_NO_VALUE = _(
    "This cell is a formula without a value. Open the file in your spreadsheet program, save it, and send it again, "
    "or write the value."
)
_END = "\0"  # a row of our own after the last: when a cell swallows it, a quote was left open


class Records(Protocol):
    """What `csv.reader` gives; its type has no public name before Python 3.13."""

    @property
    def line_num(self) -> int: ...
    def __iter__(self) -> "Records": ...
    def __next__(self) -> list[str]: ...


class Text(NamedTuple):
    """CSV on disk and how to read it; of a workbook it is the unpacked copy."""

    path: Path
    encoding: Encoding
    separator: str

    @contextmanager
    def opened(self) -> Iterator[TextIOWrapper]:
        with self.path.open("rb") as file:
            file.seek(self.encoding.skip)
            with TextIOWrapper(file, encoding=self.encoding.name, newline="") as text:
                yield text

    def records(self, lines: Iterator[str]) -> Records:
        return csv.reader(chain(lines, [_END]), delimiter=self.separator, skipinitialspace=True)


@dataclass(eq=False)
class Sheet:
    """A table whose header has been read; `rows()` may be called again and begins anew.

    Lines count from 1 as an editor shows them, the header included; a row with line ends inside quotes has the number
    of its first. In a workbook they are the sheet's row numbers.
    """

    name: str
    kind: str
    size: int
    """Bytes of the file as it was given."""
    header: tuple[str, ...]
    text: Text
    passed_over: int
    """Records before the first row: blank ones, Excel's `sep=`, the header."""
    is_loose: bool = False
    """Rows with too many cells are given as they are."""
    _reading: BufferedReader | None = field(default=None, repr=False)

    @property
    def encoding(self) -> str:
        return self.text.encoding.name

    @property
    def delimiter(self) -> str:
        return self.text.separator

    def has_rows(self) -> bool:
        return next(self.rows(), None) is not None

    def position(self) -> int:
        """Bytes read so far, out of `size`; for a workbook in proportion."""
        if self._reading is None or self._reading.closed:
            return self.size if self._reading else 0
        return self._reading.tell() * self.size // max(self.text.path.stat().st_size, 1)

    def as_written(self) -> Iterator[Row]:
        """As `rows`, but a row with too many cells comes with all of them, so that somebody can correct it."""
        every = Sheet(self.name, self.kind, self.size, self.header, self.text, self.passed_over, is_loose=True)
        return cast("Iterator[Row]", every.rows())

    def rows(self) -> Iterator[Row | BadRow]:
        """Each row with its line number and exactly one cell per column; blank rows are passed over.

        A row with more filled cells than columns is a `BadRow`. Raises `SheetUnreadable` on the way for a cell over
        128 kB and for a quote that is never closed: then nothing of the file is to be taken.
        """
        return self._by_row() if self.kind == "xlsx" else self._by_line()

    @contextmanager
    def _records(self) -> Iterator[Records]:
        with self.text.opened() as lines:
            self._reading = cast("BufferedReader", lines.buffer)
            reader = self.text.records(lines)
            for _passed in islice(reader, self.passed_over):
                pass
            yield reader

    def _by_line(self) -> Iterator[Row | BadRow]:
        width = len(self.header)
        with self._records() as reader:
            begun, line, cells = 0, reader.line_num + 1, [_END]
            try:
                for cells in reader:
                    if len(cells) == width and cells[0] > "!":  # "" and blanks sort below
                        yield line, cells
                    elif row := self._fitted(line, cells):
                        yield row
                    begun, line = line, reader.line_num + 1
            except csv.Error:
                self._refuse_cell(line, reader.line_num)
            except UnicodeDecodeError:
                raise SheetUnreadable(_CHANGED) from None
            if cells != [_END]:
                refuse_unclosed(self.header, len(cells) - 1, line=begun)

    def _by_row(self) -> Iterator[Row | BadRow]:
        with self._records() as reader:
            for line, cells in enumerate(reader, start=self.passed_over + 1):
                if NO_VALUE in cells and not self.is_loose:
                    yield BadRow(line, _name_at(self.header, cells.index(NO_VALUE)), Said(_NO_VALUE))
                elif row := self._fitted(line, ["" if cell == NO_VALUE else cell for cell in cells]):
                    yield row

    def _fitted(self, line: int, cells: list[str]) -> Row | BadRow | None:
        width = len(self.header)
        if not "".join(cells).strip() or cells == [_END]:
            return None
        if any(cells[width:]) and (cell := "".join(cells[width:]).strip()):
            return (line, cells) if self.is_loose else BadRow(line, str(width + 1), Said(_LONGER, cell=cell[:80]))
        return line, cells[:width] + [""] * (width - len(cells))

    def _refuse_cell(self, begun: int, line: int) -> NoReturn:
        with self.text.opened() as lines:
            record = "".join(islice(lines, begun - 1, line))
        index = last_cell(record, self.delimiter, longest=limits.CELL).place
        refuse_cell(_name_at(self.header, index), line=begun)


def refuse_unclosed(header: Sequence[str], index: int, *, line: int) -> NoReturn:
    raise SheetUnreadable(_UNCLOSED, line=line, column=_name_at(header, index))


def _name_at(header: Sequence[str], index: int) -> str:
    return header[index] if index < len(header) else str(index + 1)
