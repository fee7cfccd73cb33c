import pytest
from hypothesis import example, given, strategies as st

from gatehouse.core.cells import STARTS, harmless, original


@given(st.text())
@example("'=1+1")
@example("''")
@example("'t Hooft")
def test_every_text_comes_back(text):
    assert original(harmless(text)) == text


@given(st.sampled_from(STARTS), st.text())
def test_what_a_spreadsheet_would_run_begins_with_an_apostrophe(start, text):
    assert harmless(start + text) == f"'{start}{text}"


@pytest.mark.parametrize("text", ["", "O'Brien", "'t Hooft", "01069", "a=b", " =not at the start"])
def test_other_cells_are_left_alone(text):
    assert harmless(text) == text
