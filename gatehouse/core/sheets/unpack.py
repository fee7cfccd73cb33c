"""Turn a workbook into CSV: a process of its own, run as `python -I unpack.py FILE`, with little memory and time.

A workbook is a small file that may unpack to anything: zip bombs, directories that lie about sizes, two cells at A1 and
XFD1048576 (calamine keeps a dense grid), one long shared string named by a million cells. In the server's own process
each of these ends it, for memory refused to Rust aborts. Here the kernel sets the bounds (address space, CPU seconds,
output size) before a byte is unpacked, and only this process ends. The limits come as arguments, so this file imports
nothing of ours and starts in some 50 ms.

CSV goes to stdout, a file; the last line of stderr is the verdict as JSON: {"sheet": name} or {"refused": code}. Asked
for the reach, it writes nothing and says how far a sparse sheet goes: {"refused": "sparse", "cell": "XFD1048576"}.
"""

import contextlib
import csv
import json
import re
import sys
import zipfile
import zlib
from array import array
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import chain, repeat
from typing import IO, NoReturn
from xml.etree import ElementTree as ET  # expat of our Python bounds entities, and the kernel bounds us
from xml.parsers import expat

NO_VALUE = "\x1a="
"""Stands in the CSV where a formula has no value; `reading.py` knows it too. XML can't hold such a character."""
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s/>]")
_PIECE = 1 << 20

type_of_cell = int | float | str | bool | time | date | datetime | timedelta


class Refused(Exception):
    pass


def main(  # noqa: PLR0917 - as they come from the command line
    path: str, entries: int, unpacked: int, ratio: int, memory: int, seconds: int, columns: int, reach: int
) -> None:
    _bound(memory, seconds, unpacked)
    try:
        _check_zip(path, entries, unpacked, ratio)
        verdict = _reach(path) if reach else {"sheet": _write_first_sheet(path, columns)}
    except Refused as refusal:
        verdict = {"refused": str(refusal)}
    except (MemoryError, OSError):
        verdict = {"refused": "memory"}
    print(json.dumps(verdict), file=sys.stderr)


def _bound(memory: int, seconds: int, output: int) -> None:
    """Ask the kernel to hold us to our limits; where there is no such thing (Windows) the caller's clock remains."""
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource  # noqa: PLC0415 - absent on Windows

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
        resource.setrlimit(resource.RLIMIT_FSIZE, (output, output))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _check_zip(path: str, entries: int, unpacked: int, ratio: int) -> None:
    """Raise for what is no .xlsx, is locked, or would unpack to more than it may, whatever its directory says."""
    try:
        with zipfile.ZipFile(path) as archive, open(path, "rb") as file:  # noqa: PTH123 - plain and quick
            infos = archive.infolist()
            _check_directory(infos, entries, unpacked)
            for info in infos:
                _check_entry(file, info, ratio)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError):
        raise Refused("damaged") from None


def _check_directory(infos: list[zipfile.ZipInfo], entries: int, unpacked: int) -> None:
    if len(infos) > entries or sum(info.file_size for info in infos) > unpacked:
        raise Refused("large")
    if any(info.flag_bits & 1 for info in infos):
        raise Refused("locked")
    if "xl/workbook.xml" not in {info.filename.replace("\\", "/").lstrip("/") for info in infos}:
        raise Refused("other")


def _check_entry(file: IO[bytes], info: zipfile.ZipInfo, ratio: int) -> None:
    """Inflate one part and throw it away: its true size must be the one the directory states (APPNOTE.TXT 4.3.7)."""
    if info.file_size > max(1 << 20, info.compress_size * ratio):
        raise Refused("large")
    if info.compress_type == zipfile.ZIP_STORED and info.file_size == info.compress_size:
        return
    if info.compress_type != zipfile.ZIP_DEFLATED:
        raise Refused("damaged")
    size = 0
    for piece in _inflated(file, info):
        size += piece
        if size > info.file_size:
            raise Refused("large")


def _inflated(file: IO[bytes], info: zipfile.ZipInfo) -> Iterator[int]:
    file.seek(info.header_offset + 26)
    lengths = file.read(4)
    file.seek(int.from_bytes(lengths[:2], "little") + int.from_bytes(lengths[2:], "little"), 1)
    stream, left = zlib.decompressobj(-15), info.compress_size
    while left > 0 and not stream.eof:
        packed = file.read(min(left, 1 << 16))
        if not packed:
            raise Refused("damaged")
        left -= len(packed)
        while packed:
            yield len(stream.decompress(packed, 1 << 20))
            packed = stream.unconsumed_tail


def _write_first_sheet(path: str, columns: int) -> str:
    """Write the first sheet that holds anything, visible ones first, with its blank rows; return its name."""
    import python_calamine as calamine  # noqa: PLC0415 - only once the bounds are set

    try:
        book = calamine.load_workbook(path)
        sheets = sorted(book.sheets_metadata, key=lambda sheet: sheet.visible != calamine.SheetVisibleEnum.Visible)
        for named in sheets:
            sheet = book.get_sheet_by_name(named.name)
            if sheet.start is not None:
                if sheet.width > columns:
                    raise Refused("wide")
                _write(_marked(sheet.iter_rows(), _without_value(path, named.name, columns)))
                return str(sheet.name)
    except calamine.PasswordError:
        raise Refused("locked") from None
    except calamine.CalamineError:
        raise Refused("damaged") from None
    raise Refused("empty")


class _Cells:
    """One pass over a sheet's XML (ECMA-376-1, 18.3.1.4): how far it reaches, and which formulas have no value."""

    def __init__(self) -> None:
        self.row = self.column = self.count = self.last_row = self.last_column = 0
        self.is_formula = self.has_value = self.is_text = self.in_value = False
        self.found = array("Q")
        """row * 2**14 + column, both from 1."""

    def parse(self, file: IO[bytes]) -> "_Cells":
        parser = expat.ParserCreate()
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._data
        parser.ParseFile(file)
        return self

    def _start(self, tag: str, given: dict[str, str]) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "row":
            self.row, self.column = int(given.get("r", self.row + 1)), 0
        elif tag == "c":
            self._begin(given)
        elif tag == "f":
            self.is_formula = True
        elif tag == "v":
            self.in_value, self.has_value = True, self.has_value or self.is_text

    def _begin(self, given: dict[str, str]) -> None:
        self.row, self.column = _place(given["r"]) if "r" in given else (self.row, self.column + 1)
        self.last_row, self.last_column = max(self.last_row, self.row), max(self.last_column, self.column)
        self.count += 1
        # an empty text is a value too: <c t="str"><f>IF(…)</f><v></v></c>
        self.is_formula, self.has_value, self.is_text = False, False, given.get("t") == "str"

    def _end(self, tag: str) -> None:
        tag = tag.rpartition(":")[2]
        if tag == "v":
            self.in_value = False
        elif tag == "c" and self.is_formula and not self.has_value:
            self.found.append((self.row << 14) + self.column)

    def _data(self, text: str) -> None:
        self.has_value = self.has_value or (self.in_value and not text.isspace())


def _place(cell: str) -> tuple[int, int]:
    """`B7` → (7, 2)."""
    letters = cell.rstrip("0123456789")
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    if not 1 <= column <= 1 << 14:
        raise Refused("damaged")
    return int(cell[len(letters) :]), column


def _cell_name(row: int, column: int) -> str:
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def _parts(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Sheet name → its part, in the workbook's order (ECMA-376-1, 18.2.19; -2, 9.3)."""
    infos = {info.filename.replace("\\", "/").lstrip("/"): info for info in archive.infolist()}
    book = ET.fromstring(archive.read(infos["xl/workbook.xml"]))  # noqa: S314 - bounded, see above
    links = ET.fromstring(archive.read(infos["xl/_rels/workbook.xml.rels"]))  # noqa: S314
    targets = {link.get("Id", ""): link.get("Target", "") for link in links}
    parts = {}
    for sheet in (one for one in book.iter() if one.tag.rpartition("}")[2] == "sheet"):
        target = targets[next(value for key, value in sheet.items() if key.endswith("}id"))]
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if part in infos:
            parts[sheet.get("name", "")] = infos[part]
    return parts


def _without_value(path: str, name: str, columns: int) -> list[int]:
    """Where formulas stand that nobody reckoned, in the order of rows; the slow look only where there are formulas."""
    try:
        with zipfile.ZipFile(path) as archive:
            part = _parts(archive)[name]
            with archive.open(part) as file:
                if not _has_formula(file):
                    return []
            with archive.open(part) as file:
                found = _Cells().parse(file).found
    except (KeyError, StopIteration, ValueError, ET.ParseError, expat.ExpatError):
        raise Refused("damaged") from None
    if any(place & 0x3FFF > columns for place in found):
        raise Refused("wide")
    return sorted(found)


def _has_formula(file: IO[bytes]) -> bool:
    end = b""
    while piece := file.read(_PIECE):
        if _FORMULA.search(end + piece):
            return True
        end = piece[-40:]
    return False


def _marked(rows: Iterable[list[type_of_cell]], places: list[int]) -> Iterator[list[type_of_cell]]:
    """The rows with `NO_VALUE` where a formula has none; calamine leaves such cells blank, and rows of them out."""
    at = 0
    for number, row in enumerate(chain(rows, repeat(None)), start=1):
        if row is None and at == len(places):
            return
        cells = [] if row is None else row
        while at < len(places) and places[at] >> 14 == number:
            column = places[at] & 0x3FFF
            cells += [""] * (column - len(cells))
            cells[column - 1] = NO_VALUE
            at += 1
        yield cells


def _reach(path: str) -> dict[str, object]:
    """Of a workbook too large to unpack: whether that is for a few cells far away, and how far."""
    try:
        with zipfile.ZipFile(path) as archive:
            for part in _parts(archive).values():
                with archive.open(part) as file:
                    cells = _Cells().parse(file)
                if cells.last_row * cells.last_column > 20 * cells.count:
                    return {"refused": "sparse", "cell": _cell_name(cells.last_row, cells.last_column)}
                if cells.count:
                    break
    except (KeyError, StopIteration, ValueError, ET.ParseError, expat.ExpatError):
        raise Refused("damaged") from None
    return {"refused": "large"}


def _write(rows: Iterable[list[type_of_cell]]) -> None:
    with open(1, "w", encoding="utf-8", newline="", closefd=False) as out:
        writer = csv.writer(out)
        for row in rows:
            writer.writerow([cell if type(cell) is str else _text(cell) for cell in row])


def _text(cell: type_of_cell) -> str:
    """A cell as its reader sees it: 12 and not 12.0, a day without midnight."""
    match cell:
        case bool():
            return "TRUE" if cell else "FALSE"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else format(cell, ".15g")
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ", "seconds")
        case _:
            return str(cell)


def run() -> NoReturn:
    main(sys.argv[1], *map(int, sys.argv[2:]))
    sys.exit(0)


if __name__ == "__main__":
    run()
