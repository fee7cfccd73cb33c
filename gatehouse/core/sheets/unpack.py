"""Turn a workbook into CSV: a process of its own, run as `python -I unpack.py FILE`, with little memory and time.

A workbook is a small file that may unpack to anything: zip bombs, directories that lie about sizes, two cells at A1 and
XFD1048576 (calamine keeps a dense grid), one long shared string named by a million cells. In the server's own process
each of these ends it, for memory refused to Rust aborts. Here the kernel sets the bounds (address space, CPU seconds,
output size) before a byte is unpacked, and only this process ends. The limits come as arguments, so this file imports
nothing of ours and starts in some 50 ms.

CSV goes to stdout, a file; the last line of stderr is the verdict as JSON: {"sheet": name} or {"refused": code}.
"""

import contextlib
import csv
import json
import sys
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, NoReturn

type_of_cell = int | float | str | bool | time | date | datetime | timedelta


class Refused(Exception):
    pass


def main(path: str, entries: int, unpacked: int, ratio: int, memory: int, seconds: int, columns: int) -> None:  # noqa: PLR0917 - as they come from the command line
    _bound(memory, seconds, unpacked)
    try:
        _check_zip(path, entries, unpacked, ratio)
        verdict: dict[str, object] = {"sheet": _write_first_sheet(path, columns)}
    except Refused as refusal:
        verdict = {"refused": str(refusal)}
    except (MemoryError, OSError):
        verdict = {"refused": "large"}
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
                _write(sheet.iter_rows())
                return str(sheet.name)
    except calamine.PasswordError:
        raise Refused("locked") from None
    except calamine.CalamineError:
        raise Refused("damaged") from None
    raise Refused("empty")


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
