"""Each row of the security matrix, and each thing that must never happen, has a test that is named with its number.

`test_m5_…` is of row 5, `test_n13_…` of line 13; a test may be of several. The lists are `docs/reference/security-matrix.md`.
"""

import ast
import re
from functools import cache
from itertools import chain
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "security-matrix.md"
NAMED = re.compile(r"(?<=_)([mn])(\d+)(?=_|$)")


@cache
def named() -> dict[str, list[str]]:
    """Tests by row: "m5" to the names of functions that pytest collects."""
    found: dict[str, list[str]] = {}
    for path in chain((ROOT / "gatehouse").rglob("tests/**/test_*.py"), (ROOT / "tests").rglob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                for kind, number in NAMED.findall(node.name):
                    found.setdefault(f"{kind}{number}", []).append(node.name)
    return found


def listed() -> list[str]:
    """The numbers that the page lists, in its order."""
    return [
        f"{kind.lower()}{number}" for kind, number in re.findall(r"^\| ([MN])(\d+) \|", PAGE.read_text(), re.MULTILINE)
    ]


ROWS = [f"m{number}" for number in range(1, 51)] + [f"n{number}" for number in range(1, 42)]


def test_the_page_lists_all_rows_once_and_in_order():
    assert listed() == ROWS


@pytest.mark.parametrize("row", ROWS)
def test_each_row_has_a_test(row):
    assert row in named()


def test_no_test_is_named_after_a_row_that_is_none():
    assert set(named()) <= set(ROWS)
