"""What is served beside the pages: vendored files as they were fetched, tokens that hold, icons that exist."""

import hashlib
import json
import re
from pathlib import Path

import pytest

from gatehouse.core import pictures
from gatehouse.web import colour
from gatehouse.web.templatetags.parts import STATES

ROOT = Path(__file__).resolve().parents[3]
STATIC = ROOT / "gatehouse/web/static"
TOKENS = (STATIC / "gatehouse/tokens.css").read_text()
ICONS = set(re.findall(r'<symbol id="([^"]+)"', (STATIC / "gatehouse/icons.svg").read_text()))
GROUNDS = ("page", "surface", "sunk")
TEXTS = [
    *[
        (ink, ground, 4.5)
        for ink in ("ink", "ink-2", "ink-3", "door-text", "ok", "danger", "info")
        for ground in GROUNDS
    ],
    ("on-door", "door", 4.5),
    ("on-door", "door-hover", 4.5),
    ("door-text", "door-wash", 4.5),
    ("ink", "door-wash", 4.5),
    ("lamp-text", "lamp-wash", 4.5),
    ("on-lamp", "lamp", 4.5),
    ("ok", "ok-wash", 4.5),
    ("danger", "danger-wash", 4.5),
    ("on-danger", "danger", 4.5),
    ("info", "info-wash", 4.5),
    ("ink-2", "glow", 4.5),
    ("on-bar", "bar", 4.5),
    ("on-bar-2", "bar", 4.5),
    ("on-bar", "bar-hover", 4.5),
    ("on-bar", "bar-now", 4.5),
    *[(f"on-heat-{step}", f"heat-{step}", 4.5) for step in range(6)],
]
SHAPES = [
    *[("edge", ground, 3.0) for ground in ("page", "surface", "raised")],
    *[("door", "page", 3.0), ("lamp-edge", "page", 3.0), ("lamp-edge", "surface", 3.0), ("lamp", "bar", 3.0)],
    *[("focus", "page", 3.0), ("focus", "focus-halo", 3.0)],
    *[(f"chart-{n}", "surface", 3.0) for n in range(1, 6)],
]


def block(start: str) -> dict[str, str]:
    body = TOKENS[TOKENS.index(start) :]
    body = body[body.index("{", len(start) - 1) + 1 :]
    return dict(re.findall(r"(--[\w-]+):\s*([^;]+);", body[: body.index("}")]))


LIGHT = block(':root,\n[data-bs-theme="light"] {')
DARK = block('[data-bs-theme="dark"] {')


@pytest.mark.parametrize("place", [STATIC / "vendor", ROOT / "tests/vendor"])
def test_vendored_files_are_those_of_the_manifest(place):
    manifest = json.loads((place / "manifest.json").read_text())

    found = {
        str(path.relative_to(place)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in place.rglob("*")
        if path.is_file() and path.name != "manifest.json"
    }

    assert found == manifest["files"]


def test_vendored_versions_are_those_that_package_json_asks_for():
    asked = json.loads((ROOT / "package.json").read_text())["devDependencies"]

    manifest = json.loads((STATIC / "vendor/manifest.json").read_text())

    assert manifest["packages"] == asked


def test_lock_file_of_the_browser_libraries_names_no_host():
    assert "resolved" not in (ROOT / "package-lock.json").read_text()


def test_style_sheets_reach_for_nothing_outside():
    addresses = [
        address
        for sheet in STATIC.rglob("*.css")
        for address in re.findall(r"url\(([^)]+)\)", sheet.read_text())
        if ":" in address or address.startswith(("/", '"'))
    ]

    assert addresses == []


def test_dark_theme_is_the_same_chosen_or_as_the_device():
    assert block(":root:not([data-bs-theme]) {") == DARK


def test_print_uses_the_light_tokens_on_white():
    changed = {"--gh-page", "--gh-surface", "--gh-lift-1", "--gh-lift-2"}

    printed = block(":root:root,\n  [data-bs-theme][data-bs-theme] {")

    assert {name: value for name, value in printed.items() if LIGHT.get(name) != value}.keys() == changed


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize(("front", "back", "least"), [*TEXTS, *SHAPES])
def test_pairs_of_tokens_can_be_told_apart(theme, front, back, least):
    tokens = LIGHT if theme == "light" else DARK

    assert colour.contrast(tokens[f"--gh-{front}"], tokens[f"--gh-{back}"]) >= least


def test_grounds_a_painted_door_is_reckoned_against_are_those_of_the_tokens():
    assert tuple(LIGHT[f"--gh-{ground}"] for ground in GROUNDS) == colour.LIGHT_GROUNDS
    assert tuple(DARK[f"--gh-{ground}"] for ground in GROUNDS) == colour.DARK_GROUNDS


def test_every_icon_that_is_named_is_in_the_sprite():
    named = {drawn for _kind, drawn, _label in STATES.values()}
    for template in ROOT.glob("gatehouse/**/templates/**/*.html"):
        named |= set(re.findall(r"""(?:{% icon |icon_name=)["']([\w-]+)""", template.read_text()))
    for portal in ROOT.glob("gatehouse/*/portal.py"):
        entries = re.findall(r"Entry\((.*?)\)\)", portal.read_text(), re.DOTALL)
        named |= {
            found for entry in entries for found in re.findall(r'"([a-z]+(?:-[a-z0-9]+)*)"', entry) if found in ICONS
        }

    assert named - ICONS == set()


def test_no_template_carries_a_style_or_a_script_of_its_own():
    pages = [path for path in ROOT.glob("gatehouse/*/templates/**/*.html") if "mail/templates/mail" not in str(path)]

    odd = [
        path.name
        for path in pages
        if re.search(r"<style|\sstyle=|\son\w+=|<script>|javascript:|data:image", path.read_text())
    ]

    assert len(pages) > 20
    assert odd == []


@pytest.mark.parametrize("size", [32, 180])
def test_icons_are_as_large_as_they_say(size):
    content = (STATIC / f"gatehouse/icon-{size}.png").read_bytes()

    assert pictures.measure(content) == pictures.Picture("png", size, size)
