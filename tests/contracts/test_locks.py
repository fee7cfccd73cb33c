"""What is locked can be fetched by anybody: public hosts, no paths of a developer's machine."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [name for name in ("uv.lock", "package-lock.json") if (ROOT / name).exists()]
ELSEWHERE = re.compile(r'\b(?:path|directory|git)\s*=\s*"|"(?:file|git[+\w]*):|file://|git\+')


def test_python_packages_come_from_the_public_index():
    hosts = set(re.findall(r"https?://([^/\"\s]+)", (ROOT / "uv.lock").read_text()))

    assert hosts == {"pypi.org", "files.pythonhosted.org"}


@pytest.mark.skipif("package-lock.json" not in LOCKS, reason="there are no Node packages")
def test_node_packages_come_from_the_public_registry():
    resolved = re.findall(r'"resolved":\s*"([^"]+)"', (ROOT / "package-lock.json").read_text())

    assert [url for url in resolved if not url.startswith("https://registry.npmjs.org/")] == []


@pytest.mark.parametrize("name", LOCKS)
def test_lock_holds_no_paths(name):
    lines = (ROOT / name).read_text().splitlines()

    assert [line for line in lines if ELSEWHERE.search(line)] == []


@pytest.mark.parametrize("line", ['source = { path = "../ours" }', '"resolved": "file:../ours"', "git+https://x.test"])
def test_a_path_would_be_seen(line):
    assert ELSEWHERE.search(line)
