"""Kernel: workbooks written as a stream, a piece at a time, so that memory does not grow with the number of rows.

ECMA-376 part 1 (Office Open XML), 18.3 worksheets: texts stand in their cells (`inlineStr`, 18.3.1.53), so no table of
shared texts has to be kept, and nothing that looks like a formula is one. The ZIP is written without seeking.
"""

import re
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import count, islice
from typing import Final

Value = str | int | float | date | None

LONGEST: Final = 32_767  # characters of a cell, as Excel allows
TOGETHER: Final = 500  # rows in one piece
_FIRST_DAY: Final = date(1899, 12, 30).toordinal()  # Excel's day 0, by which 1 March 1900 and later are right
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")  # in XML 1.0, section 2.2
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": ""})
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_SPACE = "http://schemas.openxmlformats.org"
_MAIN = f"{_SPACE}/spreadsheetml/2006/main"
_OFFICE = f"{_SPACE}/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_SPACE}/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
    f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_SPACE}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_SPACE}/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>',
    # styles of cells: 0 as it is, 1 the bold head, 2 a moment, 3 a day
    "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><numFmts count="1"><numFmt numFmtId="164" '
    'formatCode="yyyy\\-mm\\-dd\\ hh:mm"/></numFmts><fonts count="2"><font><sz val="11"/></font><font><b/>'
    '<sz val="11"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill '
    'patternType="gray125"/></fill></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/>'
    '</cellStyleXfs><cellXfs count="4"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="164" applyNumberFormat="1"/>'
    '<xf numFmtId="14" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" '
    'builtinId="0"/></cellStyles></styleSheet>',
}


def as_xlsx(title: str, header: Sequence[str], rows: Iterable[Sequence[Value]]) -> Iterator[bytes]:
    """One sheet, in pieces. Times without a zone are written as they are; texts too long are cut, as Excel would."""
    sink = _Sink()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as book:  # type: ignore[call-overload]
        for name, text in _PARTS.items():
            book.writestr(name, _HEAD + text)
        book.writestr("xl/workbook.xml", _HEAD + _workbook(title))
        with book.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(_opening(header).encode())
            yield sink.taken()
            for text in _pieces(rows):
                sheet.write(text.encode())
                yield sink.taken()
            sheet.write(b"</sheetData></worksheet>")
    yield sink.taken()


def _workbook(title: str) -> str:
    name = re.sub(r"[\[\]:*?/\\\"]", " ", _text(title)).strip("'")[:31] or "1"
    return (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="{name}" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>"
    )


def _opening(header: Sequence[str]) -> str:
    """The head stays in sight when one scrolls."""
    cells = "".join(f'<c s="1" t="inlineStr"><is><t>{_text(name)}</t></is></c>' for name in header)
    return (
        f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" '
        'topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr '
        f'defaultRowHeight="15"/><sheetData><row r="1">{cells}</row>'
    )


def _pieces(rows: Iterable[Sequence[Value]]) -> Iterator[str]:
    numbered = zip(count(2), rows)
    while some := list(islice(numbered, TOGETHER)):
        yield "".join([f'<row r="{number}">{"".join(map(_cell, row))}</row>' for number, row in some])


def _cell(value: Value) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, str):
        return f'<c t="inlineStr"><is><t xml:space="preserve">{_text(value)}</t></is></c>'
    if isinstance(value, datetime):
        day = value.toordinal() - _FIRST_DAY
        return f'<c s="2"><v>{day + (value.hour * 3600 + value.minute * 60 + value.second) / 86400:.10f}</v></c>'
    if isinstance(value, date):
        return f'<c s="3"><v>{value.toordinal() - _FIRST_DAY}</v></c>'
    return f"<c><v>{value}</v></c>"


def _text(value: str) -> str:
    return _UNFIT.sub("", value[:LONGEST]).translate(_ESCAPES)


class _Sink:
    """What a ZIP is written to; it cannot seek, so sizes follow their parts."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self.pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits anywhere."""

    def taken(self) -> bytes:
        found = b"".join(self.pieces)
        self.pieces.clear()
        return found
