"""Every page as axe sees it, dark on a phone and light on a desk; down to 320 px; what it asks for and complains of."""

import os
import re

import pytest
from django.urls import URLPattern, get_resolver

from gatehouse.identity.middleware import FirstRun
from tests.accessibility.places import NO_PAGES, POSTED, ROWS, Row

WIDTHS = (320, 390, 1280)
LOOKS = {320: [], 390: ["dark"], 1280: ["light"]}  # axe at two; the narrowest is for what scrolls sideways


def names(patterns=None, space=""):
    """Every name of an address, but Django's admin, whose pages are not ours."""
    for one in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(one, URLPattern):
            yield f"{space}{one.name}"
        elif one.namespace != "admin":
            yield from names(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space)


def test_every_address_has_a_row():
    told = {row.name for row in ROWS} | POSTED | NO_PAGES.keys()

    assert set(names()) - told == set(), "new addresses: say in places.py who sees them, or why they are no pages"
    assert told - set(names()) == set(), "these addresses are gone"


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_page_is_open_to_everybody(row: Row, college, visit, axe):
    browser = visit(row.who)
    page = browser.page

    assert browser.open(row.address(college)) == row.status
    faults = [fault for width in WIDTHS for fault in seen_at(width, page, axe, row)]

    assert faults == []
    assert page.locator("h1").count() == 1
    assert page.title().endswith(": Alder College Learning Centre")
    assert browser.strangers == []
    assert [said for said in browser.complaints if f"status of {row.status}" not in said] == []
    assert row.status != 200 or hangs_on_a_script(browser.served) == []


def hangs_on_a_script(text: str) -> list[str]:
    """What of a page, as it is before a script runs, is not whole: no heading, or something that only a script could do."""
    faults = [word for word in ("javascript:", ' style="', ' onclick="') if word in text]
    if text.count("<h1") != 1:
        faults.append("not one heading")
    return faults + [head for head, form in forms(text) if not goes_anywhere(head, form, text)]


def forms(text: str):
    for form in text.split("<form")[1:]:
        head, _close, rest = form.partition(">")
        yield head, rest.partition("</form>")[0]


def goes_anywhere(head: str, form: str, text: str) -> bool:
    name = re.search(r' id="([^"]+)"', head)
    has_button = "<button" in form or (bool(name) and f'form="{name[1]}"' in text)
    return has_button and ("hx-post" not in head or "action=" in head)


def seen_at(width: int, page, axe, row: Row):
    page.set_viewport_size({"width": width, "height": 900})
    for theme in LOOKS[width]:
        page.emulate_media(color_scheme=theme)
        yield from (f"{width} {theme}: {fault}" for fault in axe(page))
        if folder := os.environ.get("SHOTS"):
            name = str(row).replace(":", "-").replace("?", "-")
            page.screenshot(path=f"{folder}/{name}-{width}-{theme}.png", full_page=True)
    over = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if over > 0:
        yield f"{width}: scrolls sideways by {over} px"


def test_first_run_is_open_to_everybody(live_server, transactional_db, page, axe, monkeypatch):
    monkeypatch.setattr(FirstRun, "has_owner", False)
    page.goto(live_server.url)
    assert page.url == f"{live_server.url}/first-run"

    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert axe(page) == []


@pytest.mark.parametrize(("who", "path"), [("member", "/"), ("owner", "/manage/"), ("anonymous", "/docs/")])
def test_keyboard_skips_to_the_content(who, path, visit):
    browser = visit(who)
    browser.open(path)

    browser.page.keyboard.press("Tab")
    skip = browser.page.locator(":focus")
    assert skip.inner_text() == "Skip to the content"
    assert skip.bounding_box()["y"] >= 0
    browser.page.keyboard.press("Enter")

    assert browser.page.evaluate("document.activeElement.id") == "main"
