"""Kernel: the plain-text twin of a letter, made from its HTML, so that there is one source and both say the same.

Links become "words: address". What stands in `<head>`, or in an element with `data-text="skip"`, is left out: the
preview line, ornament, the bare address below a button. An element with `data-text="line"` has a line of its own.
"""

import re
import textwrap
from html.parser import HTMLParser

WIDTH = 76
_SILENT = {"head", "style", "script", "title"}
_PARAGRAPHS = {"p", "h1", "h2", "h3", "ul", "ol", "table", "blockquote", "hr", "div", "footer", "header", "section"}
_LINES = {"br", "li", "tr", "dt", "dd"}
_VOID = {"br", "hr", "img", "meta", "link", "input", "col", "wbr", "area", "base"}
_BLANKS = re.compile(r"\s+")


def from_html(html: str) -> str:
    """Lines of at most 76 characters, save long addresses; ends with a line break."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.text()


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._paragraphs: list[list[str]] = [[""]]
        self._silent: list[str] = []
        self._own_lines: list[str] = []
        self._href = ""
        self._label = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if self._silent or tag in _SILENT or given.get("data-text") == "skip":
            if tag not in _VOID:
                self._silent.append(tag)
            return
        self._break(tag)
        if given.get("data-text") == "line":
            self._paragraphs[-1].append("")
            self._own_lines.append(tag)
        if tag == "li":
            self._add("- ")
        elif tag == "td":
            self._add(" ")
        elif tag == "a":
            self._href, self._label = given.get("href") or "", ""

    def handle_endtag(self, tag: str) -> None:
        if self._silent:
            self._leave(tag)
            return
        if tag == "a" and self._href:
            if _BLANKS.sub(" ", self._label).strip() != self._href.removeprefix("mailto:"):
                self._add(f": {self._href.removeprefix('mailto:')}")
            self._href = ""
        self._break(tag)
        if self._own_lines[-1:] == [tag]:
            self._own_lines.pop()
            self._paragraphs[-1].append("")

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self._label += data
            self._add(_BLANKS.sub(" ", data))

    def text(self) -> str:
        wrapped = ("\n".join(_wrap(line) for line in lines if line.strip()) for lines in self._paragraphs)
        return "\n\n".join(paragraph for paragraph in wrapped if paragraph) + "\n"

    def _leave(self, tag: str) -> None:
        """Forgive tags that were not closed inside the silent part."""
        if tag in self._silent:
            while self._silent.pop() != tag:
                pass

    def _break(self, tag: str) -> None:
        if tag in _PARAGRAPHS:
            self._paragraphs.append([""])
        elif tag in _LINES:
            self._paragraphs[-1].append("")

    def _add(self, text: str) -> None:
        self._paragraphs[-1][-1] += text


def _wrap(line: str) -> str:
    later = "  " if line.strip().startswith("- ") else ""
    words = _BLANKS.sub(" ", line).strip()
    return textwrap.fill(words, WIDTH, subsequent_indent=later, break_long_words=False, break_on_hyphens=False)
