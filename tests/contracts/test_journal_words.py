"""Every verb that the journal is told has words for people, named in some app's portal.py."""

import ast
import re
from pathlib import Path

from gatehouse.journal import words

ROOT = Path(__file__).resolve().parents[2]
VERB = re.compile(r"[a-z]+\.[a-z]+(_[a-z]+)*")


def told() -> set[str]:
    """What `record(verb="…")` is called with, wherever it is a plain text or a choice between two."""
    return {
        text.value
        for path in (ROOT / "gatehouse").rglob("*.py")
        if "tests" not in path.parts
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call)
        for keyword in call.keywords
        if keyword.arg == "verb"
        for text in ast.walk(keyword.value)
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and VERB.fullmatch(text.value)
    }


def test_the_search_finds_verbs():
    assert {"role.granted", "backup.made"} <= told()


def test_every_verb_has_its_words():
    assert told() - words.known() == set()
