"""Workbooks as a stream, read again by another program's reader."""

import io
import tracemalloc
from datetime import UTC, date, datetime

import openpyxl
import pytest
from hypothesis import given, settings, strategies as st

from gatehouse.core.sheets.books import LONGEST, as_xlsx


def read(header, rows, title="Report"):
    book = openpyxl.load_workbook(io.BytesIO(b"".join(as_xlsx(title, header, rows))))
    return book.active


NIGHT = datetime(2026, 3, 29, 1, 59, tzinfo=UTC).replace(tzinfo=None)
DAY = NIGHT.replace(hour=0, minute=0)


def test_cells_come_back_as_what_they_were():
    sheet = read(["what", "when"], [["Nguyễn & <O'Brien>", NIGHT], [7, date(2026, 3, 29)], [2.5, None]])

    assert [list(row) for row in sheet.values] == [
        ["what", "when"],
        ["Nguyễn & <O'Brien>", NIGHT],
        [7, DAY],
        [2.5, None],
    ]
    assert sheet.title == "Report"
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize("text", ["=HYPERLINK(1)", "+1", "@x", "-2"])
def test_what_looks_like_a_formula_is_a_text(text):
    cell = read(["a"], [[text]]).cell(2, 1)

    assert (cell.value, cell.data_type) == (text, "s")


@given(st.text(max_size=40), st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_no_text_breaks_the_file(title, text):
    assert read(["a"], [[text]], title).max_row == 2


def test_a_text_is_cut_where_excel_would_refuse_it():
    assert len(read(["a"], [["x" * (LONGEST + 5)]]).cell(2, 1).value) == LONGEST


def test_memory_does_not_grow_with_the_rows():
    def peak(rows):
        tracemalloc.start()
        for _piece in as_xlsx("t", ["a", "b"], ([number, f"text {number}"] for number in range(rows))):
            pass
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(20_000) < peak(2_000) + 200_000
