"""docs/reference/settings.md is the whole list of settings: none missing, none that nobody reads."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "settings.md"
BY_THEMSELVES = {"GATEHOUSE_DATA", "GATEHOUSE_SECRET_KEY"}  # read in env.py, before there are settings


def read_by_settings() -> set[str]:
    """Every name that a reader of env.py is called with, in the settings and where the server is started."""
    return {
        call.args[0].value
        for path in (ROOT / "gatehouse").rglob("*.py")
        if "tests" not in path.parts
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        and isinstance(call.func, ast.Attribute)
        and isinstance(call.func.value, ast.Name)
        and call.func.value.id == "env"
        and call.args
        and isinstance(call.args[0], ast.Constant)
        and re.fullmatch("[A-Z_]+", call.args[0].value)
    }


def listed() -> set[str]:
    """The names in the first column of the page's tables."""
    return set(re.findall(r"^\| `([A-Z_]+)`", PAGE.read_text(), re.MULTILINE))


def test_page_lists_exactly_the_settings():
    assert listed() == read_by_settings() | BY_THEMSELVES
