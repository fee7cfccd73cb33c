import re

import pytest
from django.conf import settings

from gatehouse.web.guide import guide_in

INDEX = """# Guide

## To use it

- [First steps](guide/first.md): begin here
- [Second](guide/second.md): go on
- [Gone](guide/gone.md): no longer there

## To run it

- [Install](operate/install.md)
"""
FIRST = """# First steps

Go on with [the second](second.md#more), [install](../operate/install.md), [home](../index.md),
[the key](../../var/key), [out](https://example.org/), [here](#what-now) or [not](javascript:alert(1)).

## What now?

| a | b |
|---|--:|
| 1 | 2 |

<script>alert(1)</script> <b onclick="x()">raw</b>

    code
"""


@pytest.fixture
def folder(tmp_path):
    docs = tmp_path / "docs"
    for name, text in {"index": INDEX, "guide/first": FIRST, "guide/second": "# Second\n\n## More\n",
                       "operate/install": "# Install\n", "decisions/0001": "# We chose\n"}.items():  # fmt: skip
        path = docs / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (tmp_path / "secret.md").write_text("# Secret\n")
    return docs


@pytest.fixture
def guide(folder):
    return guide_in(folder, address="/docs/")


def test_pages_come_in_the_order_of_the_index_and_others_after_them(guide):
    assert [entry.slug for entry in guide.entries] == [
        "guide/first", "guide/second", "guide/gone", "operate/install", "decisions/0001",
    ]  # fmt: skip
    assert guide.sections[1].entries[1].title == "We chose"


def test_links_lead_to_addresses_of_the_guide(guide):
    html = guide.page("guide/first").html

    assert re.findall(r'href="([^"]*)"', html) == [
        "/docs/guide/second#more", "/docs/operate/install", "/docs/", "https://example.org/", "#what-now",
    ]  # fmt: skip
    assert "the key" in html


def test_page_has_title_headings_and_nothing_that_runs(guide):
    page = guide.page("guide/first")

    assert page.title == "First steps"
    assert page.headings == (("what-now", "What now?"),)
    assert '<h2 id="what-now">' in page.html
    assert "<h1" not in page.html
    assert '<div class="scroller" tabindex="0"><table>' in page.html
    assert "style=" not in page.html
    assert "<script" not in page.html
    assert "<b" not in page.html


@pytest.mark.parametrize(
    "slug", ["guide/gone", "nothing", "", "../secret", "guide/../guide/first", "/etc/passwd", "guide"]
)
def test_no_other_file_is_reached(guide, slug):
    assert guide.page(slug) is None


def test_changed_page_is_read_again(guide, folder):
    guide.page("guide/second")
    (folder / "guide" / "second.md").write_text("# Third\n")

    assert guide.page("guide/second").title == "Third"


def test_neighbours_are_those_of_the_index(guide):
    before, after = guide.neighbours("guide/second")

    assert (before.slug, after.slug) == ("guide/first", "guide/gone")
    assert guide.neighbours("guide/first")[0] is None
    assert guide.neighbours("decisions/0001")[1] is None


def test_folder_without_an_index_is_an_empty_guide(tmp_path):
    assert guide_in(tmp_path, address="/docs/").page("index") is None


@pytest.mark.django_db
def test_everybody_reads_the_guide(client):
    answer = client.get("/docs/guide/first-steps")

    assert answer.status_code == 200
    assert answer.text.count("<h1>") == 1
    assert 'href="/docs/guide/roster-import"' in answer.text
    assert '<a href="/docs/guide/first-steps" aria-current="page">' in answer.text


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "../README",
        "..%2fREADME",
        "%2e%2e/README",
        "guide/../../README",
        "guide/first-steps.md",
        "guide//people",
        "x" * 3000,
    ],
)
def test_no_address_leads_out_of_the_guide(client, path):
    assert client.get(f"/docs/{path}").status_code == 404


def test_every_page_has_a_title_and_no_dead_link():
    guide = guide_in(settings.DOCS_DIR, address="/docs/")
    addresses = {f"/docs/{entry.slug}" for entry in guide.entries} | {"/docs/"}

    for entry in guide.entries:
        page = guide.page(entry.slug)
        assert page, f"docs/index.md names {entry.slug}, which is not there"
        assert page.title
        links = re.findall(r"<a(?: href=\"(/docs/[^\"#]*))?", page.html)
        assert [link for link in links if link and link not in addresses] == [], entry.slug
        assert not re.search(r"<a(?! href)[^>]*>", page.html), f"{entry.slug} has a link that leads nowhere"
