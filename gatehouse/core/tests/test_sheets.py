import codecs
import csv
import io
import json
import pickle
import struct
import subprocess
import sys
import tracemalloc
import zipfile
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from gatehouse.core.sheets import BadRow, SheetUnreadable, guarded, open_sheet, unguarded

KEEP = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=150)


@pytest.fixture
def made(tmp_path):
    def make(content, encoding="utf-8", name="file.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
        return path

    return make


@pytest.fixture
def workbook(tmp_path):
    def make(*rows, before=()):
        book = openpyxl.Workbook()
        for title in before:
            book.create_sheet(title, 0)
        sheet = book["Sheet"]
        for row in rows:
            sheet.append(row)
        book.save(tmp_path / "file.xlsx")
        return tmp_path / "file.xlsx"

    return make


def rows_of(path):
    return list(open_sheet(path).rows())


def refusal(path):
    with pytest.raises(SheetUnreadable) as caught:
        rows_of(path)
    assert str(caught.value) == caught.value.template % caught.value.params
    return caught.value


def answer(path):
    """What whoever sent the file gets: rows, or a sentence; anything else is raised."""
    try:
        return ("rows", *open_sheet(path).rows())
    except SheetUnreadable as error:
        return str(error)


# what people really write


@pytest.mark.parametrize(
    ("content", "encoding", "found"),
    [
        ("Name,Ort\nNguyễn,Köln\n", "utf-8", "utf-8"),
        ("Name,Ort\nNguyễn,Köln\n", "utf-8-sig", "utf-8"),
        ("Name,Ort\nNguyễn,Köln\n", "utf-16", "utf-16-le"),
        ("Name,Ort\nNguyễn,Köln\n", "utf-16-be", "utf-16-be"),
        ("Name,Ort\nNguyễn,Köln\n", "utf-16-le", "utf-16-le"),
    ],
)
def test_encodings(made, content, encoding, found):
    sheet = open_sheet(made(content, encoding))

    assert (sheet.encoding, sheet.header) == (found, ("Name", "Ort"))
    assert list(sheet.rows()) == [(2, ["Nguyễn", "Köln"])]


def test_windows_1252_is_the_last_resort(made):
    sheet = open_sheet(made("Name;Ort\nGroß – “Café”;Köln\n", "cp1252"))

    assert (sheet.encoding, sheet.delimiter) == ("cp1252", ";")
    assert list(sheet.rows()) == [(2, ["Groß – “Café”", "Köln"])]


def test_utf16_with_a_big_endian_mark(made):
    content = codecs.BOM_UTF16_BE + "Name\tOrt\r\nMaya\tKöln\r\n".encode("utf-16-be")

    assert rows_of(made(content)) == [(2, ["Maya", "Köln"])]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_separators_and_line_ends(made, separator, end):
    text = end.join(["number*name", '1*"Okafor*Maya"', "", "2*Ines"]).replace("*", separator)

    assert rows_of(made(text)) == [(2, ["1", f"Okafor{separator}Maya"]), (4, ["2", "Ines"])]


def test_excel_says_its_separator(made):
    sheet = open_sheet(made("sep=;\r\nName, Vorname, Titel;E-Mail\r\nOkafor, Maya;maya@example.org\r\n"))

    assert sheet.header == ("Name, Vorname, Titel", "E-Mail")
    assert list(sheet.rows()) == [(3, ["Okafor, Maya", "maya@example.org"])]


def test_a_name_in_the_header_keeps_200_characters(made):
    assert open_sheet(made("number," + "x" * 3000 + "\n")).header == ("number", "x" * 200)


def test_blank_lines_are_passed_over_and_lines_still_count(made):
    path = made('\n,,\n number , na\u200bme ,\n,,\n1,"two\nlines",\n  , ,\n2,b\n')
    sheet = open_sheet(path)

    assert sheet.header == ("number", "name")
    assert list(sheet.rows()) == [(5, ["1", "two\nlines"]), (8, ["2", "b"])]


def test_short_rows_are_filled_and_long_ones_refused(made):
    short, trailing, long = rows_of(made("a,b\n1\n2,3,,\n4,5,,six\n"))

    assert (short, trailing) == ((2, ["1", ""]), (3, ["2", "3"]))
    assert isinstance(long, BadRow)
    assert (long.line, long.column) == (4, "3")
    assert "six" in long.message


def test_header_only_is_read_and_says_that_it_has_no_rows(made):
    assert open_sheet(made("number,name\n")).has_rows() is False
    assert open_sheet(made("number,name\n1,Maya")).has_rows() is True


def test_rows_can_be_read_again_and_tell_how_far(made):
    sheet = open_sheet(made("a,b\n" + "1,2\n" * 50_000))
    rows = sheet.rows()

    assert sheet.position() == 0
    next(rows)
    assert 0 < sheet.position() < sheet.size
    assert sum(1 for _ in rows) == 49_999
    assert sheet.position() == sheet.size
    assert sum(1 for _ in sheet.rows()) == 50_000


# what cannot be read


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"\n\n ,, \n", "empty"),
        (b"%PDF-1.7\n%\xe2\xe3", "PDF"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 40, "image"),
        (b"\xff\xd8\xff\xe0" + b"\0" * 40, "image"),
        (b"<!DOCTYPE html><table>", "web page"),
        (b'{"people": []}', "JSON"),
        (b'[{"a": 1}]', "JSON"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, ".xls"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), "password"),
        (bytes(range(256)) * 20, "not a table"),
        (codecs.BOM_UTF32_LE + "a,b".encode("utf-32-le"), "UTF-32"),
        (b"PK\x03\x04 and no more", "damaged"),
    ],
)
def test_what_is_no_table_is_named(made, content, says):
    assert says in str(refusal(made(content)))


def test_nul_bytes_are_found_wherever_they_stand(made):
    error = refusal(made(b"number,name\n" + b"1,Maya\n" * 400_000 + b"2,In\0es\n"))

    assert (error.line, error.column) == (400_002, "name")


def test_nul_characters_in_utf16_are_found(made):
    error = refusal(made("number,name\n1,Maya\n2,In\0es\n", "utf-16"))

    assert (error.line, error.column) == (3, "name")


def test_a_wrong_byte_in_utf8_names_line_and_column(made):
    content = "number,name,city\n1,Nguyễn,Köln\n".encode() + b"2,Maya,K\xf6ln\n"

    error = refusal(made(content))

    assert (error.line, error.column) == (3, "city")


def test_a_mixture_of_encodings_is_refused(made):
    content = b"number,name\n1,K\xf6ln\n" + "2,Nguyễn Thảo Phạm\n".encode()

    error = refusal(made(content))

    assert (error.line, error.column, error.params["encoding"]) == (2, "name", "utf-8")


def test_truncated_utf16_is_refused(made):
    assert refusal(made("number,name\n1,Maya\n".encode("utf-16") + b"x")).line == 3


def test_doubled_headers_are_named(made):
    error = refusal(made("Number,Name,number \n1,2,3\n"))

    assert (error.line, error.column, error.params["first"], error.params["second"]) == (1, "number", 1, 3)


def test_an_open_quote_names_where_it_opens(made):
    error = refusal(made('number,name\n1,Maya\n2,"Ines\n3,Ana\n'))

    assert (error.line, error.column) == (3, "name")


def test_an_open_quote_in_a_large_file_is_found_before_it_is_swallowed(made):
    error = refusal(made('number,name\n1,Maya\n2,"Ines\n' + "3,Ana\n" * 100_000))

    assert (error.line, error.column) == (3, "name")


def test_an_open_quote_in_the_header(made):
    assert refusal(made('number,"name\n1,Maya\n')).line == 1


@pytest.mark.parametrize("size", [140_000, 10_000_000])
def test_a_huge_cell_names_line_and_column(made, size):
    error = refusal(made("number,name,note\n1,Maya,\n2,Ines," + "x" * size + "\n3,Ana,\n"))

    assert (error.line, error.column) == (3, "note")


@pytest.mark.parametrize("name", ["", "column"])
def test_half_a_million_columns(made, name):
    error = refusal(made(",".join(f"{name}{number}" for number in range(500_000)) + "\n1,2\n"))

    assert "500 columns" in str(error)
    assert error.line == 1


def test_a_row_of_half_a_million_cells_is_left_out(made):
    row, bad = rows_of(made("a,b\n1,2\n" + "x," * 400_000 + "\n"))

    assert (row, bad.line) == ((2, ["1", "2"]), 3)


def test_huge_files_are_refused_in_little_memory(made):
    huge = [
        made("a,b\n1," + "x" * 10_000_000, name="cell.csv"),
        made(",".join(map(str, range(500_000))), name="wide.csv"),
        made(b"x" * 60_000_000, name="line.csv"),
        made('a,b\n1,"' + "y\n" * 10_000_000, name="quote.csv"),
    ]
    tracemalloc.start()
    for path in huge:
        refusal(path)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 40_000_000


def test_sentences_can_be_said_in_another_language(made):
    error = refusal(made(b"%PDF-1.7"))
    german = {error.template: "Das ist %(kind)s.", "a PDF": "ein PDF"}

    assert error.said.translated(lambda text: german[text]) == "Das ist ein PDF."
    assert pickle.loads(pickle.dumps(error.said)).params == error.params  # noqa: S301 - our own


# workbooks


def test_workbook_cells_come_as_they_are_shown(workbook):
    path = workbook(
        ["Number", "Name ", "Joined", "Fee", "Is"],
        ["00501", "Nguyễn", date(2026, 11, 21), 12.0, True],
        [],
        [80001234, " O'Brien", datetime(2026, 1, 2, 3, 4), 0.1 + 0.2, None],  # noqa: DTZ001 - Excel knows no zones
        before=["blank"],
    )
    sheet = open_sheet(path, name="members.xlsx")

    assert (sheet.kind, sheet.name, sheet.header) == ("xlsx", "members.xlsx", ("Number", "Name", "Joined", "Fee", "Is"))
    assert list(sheet.rows()) == [
        (2, ["00501", "Nguyễn", "2026-11-21", "12", "TRUE"]),
        (4, ["80001234", "O'Brien", "2026-01-02 03:04:00", "0.3", ""]),
    ]


def test_formulas_give_their_last_value(workbook, tmp_path):
    path = replaced(workbook(["a", "b"], [1, "=1+1"]), "xl/worksheets/sheet1.xml", b"<v />", b"<v>2</v>")

    assert rows_of(path) == [(2, ["1", "2"])]


def test_formulas_without_a_value_refuse_their_line(workbook):
    path = workbook(["a", "b"], [1, "x"], ['=HYPERLINK("http://x", "y")', 2], [], [3, "=1+1"])

    first, bad, worse = rows_of(path)

    assert first == (2, ["1", "x"])
    assert [(row.line, row.column) for row in (bad, worse)] == [(3, "a"), (5, "b")]
    assert "a formula without a value" in bad.message
    sheet = open_sheet(path)
    assert list(sheet.as_written())[1] == (3, ["", "2"])
    assert "name of column 2 is a formula" in str(refusal(workbook(["a", "=1+1"], [1, 2])))


def test_an_empty_text_is_a_formulas_value(workbook):
    path = workbook(["a", "b"], [1, "=1+1"])
    path = replaced(path, "xl/worksheets/sheet1.xml", b'<c r="B2">', b'<c r="B2" t="str">')

    assert rows_of(path) == [(2, ["1", ""])]


def test_a_few_cells_far_away_are_told(tmp_path):
    book = openpyxl.Workbook()
    book.active["XFD1"], book.active["A1048576"] = "a", "b"
    book.save(tmp_path / "sparse.xlsx")

    assert "reaches to XFD1048576" in str(refusal(tmp_path / "sparse.xlsx"))


def test_row_numbers_are_the_sheets_own(tmp_path):
    book = openpyxl.Workbook()
    book.active["C4"], book.active["D4"], book.active["C7"], book.active["D7"] = "a", "b", "x\ny", 5
    book.save(tmp_path / "low.xlsx")

    assert rows_of(tmp_path / "low.xlsx") == [(7, ["x\ny", "5"])]


def test_empty_and_wide_workbooks(workbook):
    assert "empty" in str(refusal(workbook()))
    assert "500 columns" in str(refusal(workbook([f"c{number}" for number in range(501)])))


def test_other_packed_files_are_named(tmp_path):
    with zipfile.ZipFile(tmp_path / "letter.docx", "w") as archive:
        archive.writestr("word/document.xml", "<x/>")

    assert "not an .xlsx" in str(refusal(tmp_path / "letter.docx"))


def replaced(path, part, old, new):
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    assert old in parts[part]
    parts[part] = parts[part].replace(old, new)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def honest_bomb(path, tmp_path):
    """A sheet of 600 MB, packed to 3 MB."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(b"<worksheet><sheetData>")
            for _ in range(600):
                part.write(b" " * (1 << 20))
    return path


def lying_bomb(path, tmp_path):
    """The same, but the directory says 1000 bytes."""
    content = bytearray(honest_bomb(path, tmp_path).read_bytes())
    at = content.rindex(b"PK\x01\x02")
    while b"sheet1.xml" not in content[at : at + 120]:
        at = content.rindex(b"PK\x01\x02", 0, at)
    assert struct.unpack_from("<I", content, at + 24)[0] > 1_000_000
    struct.pack_into("<I", content, at + 24, 1000)
    path.write_bytes(content)
    return path


def far_corner(path, tmp_path):
    """Two cells, sixteen thousand million between them."""
    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = "a", "b"
    book.save(path)
    return path


def echoing_string(path, tmp_path):
    """A shared string of 30 kB that half a million cells name."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    cells = b"".join(b'<row r="%d"><c r="A%d" t="s"><v>0</v></c></row>' % (n, n) for n in range(1, 500_001))
    parts["xl/worksheets/sheet1.xml"] = b"<worksheet><sheetData>" + cells + b"</sheetData></worksheet>"
    parts["xl/sharedStrings.xml"] = b"<sst><si><t>" + b"x" * 30_000 + b"</t></si></sst>"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def many_parts(path, tmp_path):
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(3000):
            archive.writestr(f"xl/{number}.xml", "")
    return path


@pytest.mark.parametrize("bomb", [honest_bomb, lying_bomb, far_corner, echoing_string, many_parts])
def test_bombs_go_off_in_a_process_of_their_own(workbook, tmp_path, bomb):
    path = bomb(workbook(["a", "b"], [1, 2]), tmp_path)
    measure = (
        "import json, resource, sys, time; from pathlib import Path\n"
        "from gatehouse.core.sheets import SheetUnreadable, open_sheet\n"
        "begun = time.monotonic()\n"
        "try: open_sheet(Path(sys.argv[1])); said = 'read'\n"
        "except SheetUnreadable as error: said = str(error)\n"
        "peak = max(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))\n"
        "print(json.dumps([said, time.monotonic() - begun, peak * 1024]))\n"
    )

    done = subprocess.run([sys.executable, "-c", measure, str(path)], capture_output=True, check=True)

    said, seconds, peak = json.loads(done.stdout)
    assert ("reaches to XFD1048576" if bomb is far_corner else "unpacks to more") in said
    assert seconds < 10
    assert peak < 1 << 30


def test_locked_parts_are_told(workbook):
    path = workbook(["a"], [1])
    content = bytearray(path.read_bytes())
    content[content.rindex(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(content)

    assert "password" in str(refusal(path))


# hostile and generated input


@KEEP
@given(st.binary(max_size=600))
def test_any_bytes_are_read_or_refused(made, content):
    assert answer(made(content))


@KEEP
@given(st.text(max_size=300), st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le"]))
def test_any_text_is_read_or_refused(made, text, encoding):
    assert answer(made(text.encode(encoding, "ignore")))


@settings(KEEP, max_examples=25)
@given(st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=8))
def test_any_damage_to_a_workbook_is_read_or_refused(workbook, damage):
    path = workbook(["a", "b"], [1, "x"])
    content = bytearray(path.read_bytes())
    for place, byte in damage:
        content[int(place * len(content))] = byte
    path.write_bytes(content)

    assert answer(path)


CELL = st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufeff"), max_size=20).map(str.strip)


@KEEP
@given(
    st.lists(st.tuples(CELL, CELL, CELL), max_size=8), st.sampled_from(";,\t|"), st.sampled_from(["utf-8", "utf-16"])
)
def test_what_csv_wrote_comes_back(made, rows, separator, encoding):
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator)
    writer.writerows([["number", "name", "city"], *rows])

    found = rows_of(made(out.getvalue(), encoding))

    kept = [(line, list(row)) for line, row in enumerate(rows, start=2) if any(row)]
    assert [(line, [cell.strip() for cell in cells]) for line, cells in found] == kept


@given(st.text(max_size=12))
def test_guarding_is_undone(text):
    assert unguarded(guarded(text)) == text


def test_formulas_are_guarded():
    assert guarded('=HYPERLINK("https://example.org")').startswith("'=")
    assert guarded("O'Brien") == "O'Brien"


def test_unpacking_starts_without_us():
    script = Path(__file__).parents[1] / "sheets/unpack.py"

    assert "import gatehouse" not in script.read_text()
    assert "from gatehouse" not in script.read_text()
