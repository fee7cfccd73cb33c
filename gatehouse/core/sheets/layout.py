"""How a CSV file is laid out: its separator, its header, and where in it something stands."""

import re
import unicodedata
from collections.abc import Sequence
from typing import NamedTuple, NoReturn

from gatehouse.core.said import noop as _
from gatehouse.core.sheets import limits
from gatehouse.core.sheets.errors import SheetUnreadable

_SEPARATORS = "\t;|,"  # where two occur equally often: the comma last, for it is also written in texts
_SEP_LINE = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE)
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\x00-\x08\x0e-\x1f\x7f]")


class LastCell(NamedTuple):
    place: int
    """Its column, from 0."""
    is_too_long: bool


def declared_separator(line: str) -> str | None:
    """What Excel's own first line `sep=;` says, else None."""
    match = _SEP_LINE.fullmatch(line)
    return match[1] if match else None


def guessed_separator(line: str) -> str:
    """The separator met most often outside quotes; a comma when there is none."""
    bare = re.sub(r'"[^"]*"', "", line)
    return max(_SEPARATORS, key=bare.count) if any(map(bare.count, _SEPARATORS)) else ","


def clean_name(cell: str) -> str:
    """A header's name as one would read it: no byte-order marks, no hard or doubled spaces, 200 characters at most."""
    return unicodedata.normalize("NFC", " ".join(_INVISIBLE.sub("", cell).split()))[:200]


def header_of(cells: Sequence[str], *, line: int) -> tuple[str, ...]:
    """The cleaned names; unnamed columns at the end are dropped. Raises for too many and for doubled ones."""
    if len(cells) > limits.COLUMNS:
        refuse_width(line=line)
    names = [clean_name(cell) for cell in cells]
    while names and not names[-1]:
        names.pop()
    seen: dict[str, int] = {}
    for number, name in enumerate(names, start=1):
        first = seen.setdefault(name.casefold(), number) if name else number
        if first != number:
            raise SheetUnreadable(
                _("Line %(line)s: columns %(first)s and %(second)s are both called “%(column)s”. Rename or remove one."),
                line=line, column=name, first=first, second=number,
            )  # fmt: skip
    return tuple(names)


def refuse_width(*, line: int) -> NoReturn:
    raise SheetUnreadable(
        _("Line %(line)s has more than %(most)s columns. Is this the right file?"), line=line, most=limits.COLUMNS
    )


def last_cell(text: str, separator: str, *, longest: int) -> LastCell:
    """Walk along one row's text; stop at its first cell longer than `longest`, or at its end."""
    index = at = 0
    while True:
        end = _end_of_cell(text, at, separator)
        if end - at > longest or end >= len(text):
            return LastCell(index, end - at > longest)
        index, at = index + 1, end + 1


def _end_of_cell(text: str, at: int, separator: str) -> int:
    if text.startswith('"', at):
        at = text.find('"', at + 1)
        while at >= 0 and text.startswith('""', at):
            at = text.find('"', at + 2)
        if at < 0:
            return len(text)
    end = text.find(separator, at)
    return len(text) if end < 0 else end
