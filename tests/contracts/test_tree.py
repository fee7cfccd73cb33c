"""What must not be in the tree: somebody's machine, somebody's address, work left undone."""

import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOREIGN = re.compile(r"(^|/)(vendor|fonts)/|\.LICENSE|^LICENSE|\.lock$|package-lock\.json$|(^|/)locale/")
MACHINE = re.compile(r"(?<![\w.])/(?:home|Users)/[a-z][\w-]*/|(?<![\w.])/root/(?!\.cache/uv)|[A-Z]:\\Users")
UNDONE = re.compile(r"\b(?:TO" r"DO|FIX" r"ME|X" r"XX|lorem " r"ipsum)\b(?!s)|^(?:<<<<<<<|>>>>>>>) ", re.MULTILINE)
ADDRESS = re.compile(r"[\w.+-]+@((?:[\w-]+\.)+[a-z]{2,})\b", re.IGNORECASE)
RESERVED = re.compile(r"(^|\.)(ex(?:a|ä)mple\.(org|com|net|edu)|example|test|invalid|localhost|local)$", re.IGNORECASE)


@cache
def texts() -> dict[str, str]:
    """Every text that is ours, by its path."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "-co", "--exclude-standard"], cwd=ROOT, capture_output=True, check=True
    )
    names = [name for name in listed.stdout.decode().split("\0") if name and not FOREIGN.search(name)]
    found = {}
    for name in names:
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b""
        if b"\0" not in content[:4096]:
            found[name] = content.decode(errors="replace")
    return found


@pytest.mark.parametrize(("what", "pattern"), [("a path of one machine", MACHINE), ("work left undone", UNDONE)])
def test_tree_holds_no(what, pattern):
    found = [
        f"{name}: {match[0].strip()}"
        for name, text in texts().items()
        for match in pattern.finditer(text)
        if name != "tests/contracts/test_tree.py"
    ]

    assert found == [], what


def test_addresses_belong_to_nobody():
    found = {
        f"{name}: {match[0]}"
        for name, text in texts().items()
        for match in ADDRESS.finditer(text)
        if not RESERVED.search(match[1]) and not re.search(r"\.(service|target|timer)$", match[1])
    }

    assert found == set()


@pytest.mark.parametrize(
    ("pattern", "text"),
    [
        (MACHINE, "cd /home/" + "ana/portal"),
        (UNDONE, "# TO" + "DO: later"),
        (ADDRESS, "ana@mail." + "org"),
    ],
)
def test_the_patterns_see_what_they_are_for(pattern, text):
    assert pattern.search(text)
