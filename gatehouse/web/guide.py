"""Kernel: the guide, made from the pages of docs/ in the order that docs/index.md lists them. No Django.

Pages the index does not name come after the others. A page is found by name in this table, so that no address reaches
another file.
Markdown is CommonMark with tables; raw HTML is not taken, and what comes out is cleaned once more.
"""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

HOME = "index"
_SECTION = re.compile(r"## +(.+)")
_ENTRY = re.compile(r"- \[([^\]]+)\]\(([\w/-]+)\.md\)")
_TAGS = {"h2", "h3", "h4", "p", "ul", "ol", "li", "a", "b", "strong", "i", "em", "code", "kbd", "pre", "blockquote"}
_TAGS |= {"table", "thead", "tbody", "tr", "th", "td", "hr", "br"}
_ATTRIBUTES = {"a": {"href", "title"}, "h2": {"id"}, "h3": {"id"}, "ol": {"start"}}
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).enable("table")


@dataclass(frozen=True)
class Entry:
    """A page as the index names it; `slug` is its place in docs/ without the ending: guide/people."""

    slug: str
    title: str


@dataclass(frozen=True)
class Section:
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Page:
    title: str
    html: str
    headings: tuple[tuple[str, str], ...]
    """(id, words) of the headings of second rank."""


@dataclass(frozen=True)
class Guide:
    folder: Path
    address: str
    sections: tuple[Section, ...]

    @property
    def entries(self) -> list[Entry]:
        return [entry for section in self.sections for entry in section.entries]

    def page(self, slug: str) -> Page | None:
        """None for what the index does not name, or what is no longer there."""
        known = {HOME, *(entry.slug for entry in self.entries)}
        path = self.folder / f"{slug}.md"
        if slug not in known or not path.is_file():  # in this order
            return None
        return _page(path, slug, self.address, frozenset(known), path.stat().st_mtime_ns)

    def neighbours(self, slug: str) -> tuple[Entry | None, Entry | None]:
        """The page before and the page after, in the order of the index."""
        entries = self.entries
        at = next((n for n, entry in enumerate(entries) if entry.slug == slug), -1)
        before = entries[at - 1] if at > 0 else None
        return before, entries[at + 1] if at + 1 < len(entries) else None


def guide_in(folder: Path, *, address: str) -> Guide:
    """The guide of this folder, whose pages will stand below this address; empty where there is no index."""
    index = folder / f"{HOME}.md"
    stamp = index.stat().st_mtime_ns if index.is_file() else 0
    return _guide(folder, address, stamp)


@lru_cache(maxsize=2)
def _guide(folder: Path, address: str, stamp: int) -> Guide:
    sections: list[tuple[str, list[Entry]]] = []
    for line in (folder / f"{HOME}.md").read_text().splitlines() if stamp else []:
        if titled := _SECTION.match(line):
            sections.append((titled[1].strip(), []))
        elif sections and (entry := _ENTRY.match(line)):
            sections[-1][1].append(Entry(slug=entry[2], title=entry[1]))
    if sections:
        named = {entry.slug for _title, entries in sections for entry in entries}
        sections[-1][1].extend(entry for entry in _all_in(folder) if entry.slug not in named)
    return Guide(folder, address, tuple(Section(title, tuple(entries)) for title, entries in sections if entries))


def _all_in(folder: Path) -> Iterator[Entry]:
    for path in sorted(folder.rglob("*.md")):
        slug = path.relative_to(folder).with_suffix("").as_posix()
        if slug != HOME:
            yield Entry(slug, path.read_text().partition("\n")[0].lstrip("# "))


@lru_cache(maxsize=200)
def _page(path: Path, slug: str, address: str, known: frozenset[str], stamp: int) -> Page:
    tokens = _MARKDOWN.parse(path.read_text())
    title, tokens = _without_title(tokens)
    headings = tuple(_name_headings(tokens))
    for token in tokens:
        for child in token.children or []:
            if child.type == "link_open":
                _lead_within(child, slug, address, known)
    html = nh3.clean(
        _MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
    )
    return Page(title, _scrolling(html), headings)


def _without_title(tokens: list[Token]) -> tuple[str, list[Token]]:
    """The page draws its own h1, from the first heading."""
    is_titled = len(tokens) > 2 and tokens[0].type == "heading_open" and tokens[0].tag == "h1"
    return (tokens[1].content, tokens[3:]) if is_titled else ("", tokens)


def _name_headings(tokens: list[Token]) -> list[tuple[str, str]]:
    named = []
    for at, token in enumerate(tokens):
        if token.type == "heading_open" and token.tag in {"h2", "h3"}:
            words = tokens[at + 1].content
            name = re.sub(r"[\W_]+", "-", words.casefold()).strip("-")
            token.attrSet("id", name)
            if token.tag == "h2":
                named.append((name, words))
    return named


def _lead_within(link: Token, slug: str, address: str, known: frozenset[str]) -> None:
    """Links between pages lead to their addresses here; one to a file that is no page leads nowhere."""
    href = str(link.attrGet("href") or "")
    if re.match(r"[a-z]+:|#|/", href):
        return
    path, _hash, fragment = href.partition("#")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(slug), path))
    target = target.removesuffix(".md")
    if target not in known:
        link.attrs.pop("href", None)
        return
    place = "" if target == HOME else target
    link.attrSet("href", f"{address}{place}{'#' if fragment else ''}{fragment}")


def _scrolling(html: str) -> str:
    """What is wider than a phone scrolls in a box of its own, which the keyboard reaches."""
    html = html.replace("<table>", '<div class="scroller" tabindex="0"><table>').replace("</table>", "</table></div>")
    return html.replace("<pre>", '<pre tabindex="0">')
