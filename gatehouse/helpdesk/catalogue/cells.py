"""Kernel: cells of the desk's files, from text to value and back. Every cell reads what its own `write` gives.

`seen` looks at a whole column first, and gives a cell that reads it as it is written there.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any, Literal, Self

from gatehouse.core.said import Said, noop as _
from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.roster import days, errors
from gatehouse.people.tidying import one_line, several_lines

Dates = Literal["auto", "mdy", "dmy"]
_TWO_DIGITS = date(2030, 1, 1)  # two-digit years are from 1960 to 2059
_EXCEL = date(1899, 12, 30)  # the day before Excel's first, as its wrong leap year has it
_CLOCK = re.compile(
    r"(?:\d{4}-\d\d-\d\d )?(\d\d?)[:.](\d\d)(?:[:.]\d\d(?:\.0+)?)?(?: ?([ap])\.?m\.?)?", re.IGNORECASE | re.ASCII
)
_DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_YES = {"yes", "y", "true", "1", "x", "on", "ja", "j"}
_NO = {"no", "n", "false", "0", "off", "nein", "-"}
_LONG = _("This has %(length)s characters; at most %(most)s fit.")


class Unfit(Exception):
    """A cell that can't be read, or a line that contradicts itself; `column` is set by whoever knows it."""

    def __init__(self, template: str, /, *, column: str = "", **params: object) -> None:
        self.said, self.column = Said(template, **params), column
        super().__init__(self.said)


@dataclass(frozen=True)
class Cell:
    """Text as it stands, blanks tidied. `read` is never given a blank cell; `write` gives "" for nothing."""

    longest: int = 200
    tidy: Callable[[str], str] = one_line

    def read(self, text: str) -> Any:
        tidied = self.tidy(text)
        if len(tidied) > self.longest:
            raise Unfit(_LONG, length=len(tidied), most=self.longest)
        return tidied

    def write(self, value: Any) -> str:
        return "" if value is None else str(value)

    def seen(self, texts: Iterable[str], dates: Dates) -> Self:
        return self


Text = Cell


def prose(longest: int) -> Cell:
    """Several lines."""
    return Cell(longest, several_lines)


class Email(Cell):
    def read(self, text: str) -> str:
        email = normal_email(text)
        if not is_email(email):
            raise Unfit(_("“%(cell)s” is not an address. It should look like name@example.org."), cell=email[:60])
        return email


@dataclass(frozen=True)
class Whole(Cell):
    least: int = 0
    most: int = 32_767

    def read(self, text: str) -> int:
        bare = text.strip().removesuffix(".0")
        if not bare.isascii() or not bare.isdecimal() or len(bare) > 9:
            raise Unfit(_("“%(cell)s” is not a whole number."), cell=text[:40])
        if not self.least <= int(bare) <= self.most:
            raise Unfit(
                _("%(cell)s is not between %(least)s and %(most)s."), cell=bare, least=self.least, most=self.most
            )
        return int(bare)


class Truth(Cell):
    def read(self, text: str) -> bool:
        word = text.strip().casefold()
        if word not in _YES | _NO:
            raise Unfit(_("“%(cell)s” is neither yes nor no."), cell=text[:40])
        return word in _YES

    def write(self, value: Any) -> str:
        return "yes" if value else "no"


@dataclass(frozen=True)
class Day(Cell):
    """ISO, 8/31/2026 once the order is known, 31.8.2026, 31 Aug 2026, and the number Excel keeps for a day."""

    order: Dates = "auto"

    def read(self, text: str) -> date:
        bare = text.strip()
        if len(bare) == 5 and bare.isascii() and bare.isdecimal():
            return _EXCEL + timedelta(days=int(bare))
        try:
            return days.read_day(bare, self.order, today=_TWO_DIGITS)
        except errors.Unfit as error:
            unfit = Unfit("")
            unfit.said = error.said
            raise unfit from error

    def write(self, value: Any) -> str:
        return value.isoformat() if value else ""

    def seen(self, texts: Iterable[str], dates: Dates) -> Self:
        return replace(self, order=days.order_of(texts) if dates == "auto" else dates)


class Clock(Cell):
    """A time of day, 24 hours or am and pm; seconds are not kept."""

    def read(self, text: str) -> time:
        match = _CLOCK.fullmatch(text.strip())
        if match is None:
            raise Unfit(_("“%(cell)s” is not a time of day, like 09:30."), cell=text[:40])
        hour, half = int(match[1]), (match[3] or "").lower()
        if half and 1 <= hour <= 12:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour > 23 or int(match[2]) > 59:
            raise Unfit(_("“%(cell)s” is not a time of day: the last one is 23:59."), cell=text[:40])
        return time(hour, int(match[2]))

    def write(self, value: Any) -> str:
        return f"{value:%H:%M}" if value else ""


@dataclass(frozen=True)
class OneOf(Cell):
    """One of a few words, whatever their case, blanks and hyphens; `also` gives other spellings of some."""

    words: tuple[str, ...] = ()
    also: tuple[tuple[str, str], ...] = ()

    def read(self, text: str) -> str:
        spelt = {_bare(word): word for word in self.words} | {_bare(other): word for other, word in self.also}
        found = spelt.get(_bare(text))
        if found is None:
            raise Unfit(_("“%(cell)s” is none of: %(words)s."), cell=text[:40], words=", ".join(self.words))
        return found


@dataclass(frozen=True)
class Weekday(Cell):
    """0 is Monday, as in Python. Files write names, or numbers from 1 (ISO 8601); from 0 where a 0 is among them."""

    first: int = 1

    def read(self, text: str) -> int:
        bare = text.strip().casefold()
        if bare.isascii() and bare.isdecimal() and len(bare) == 1 and 0 <= int(bare) - self.first <= 6:
            return int(bare) - self.first
        found = [number for number, names in enumerate(_WEEK) if any(_begins(bare, name) for name in names)]
        if len(found) != 1:
            raise Unfit(_("“%(cell)s” is not a day of the week, like Monday."), cell=text[:40])
        return found[0]

    def write(self, value: Any) -> str:
        return _WEEK[value][0].title()

    def seen(self, texts: Iterable[str], dates: Dates) -> Self:
        return replace(self, first=0 if "0" in {text.strip() for text in texts} else 1)


_WEEK = (
    ("monday", "montag"),
    ("tuesday", "dienstag"),
    ("wednesday", "mittwoch"),
    ("thursday", "donnerstag"),
    ("friday", "freitag"),
    ("saturday", "samstag"),
    ("sunday", "sonntag"),
)


def _begins(word: str, name: str) -> bool:
    return len(word.rstrip(".")) >= 2 and name.startswith(word.rstrip("."))


class Weekdays(Cell):
    """Several days of the week as MoWe, in the order of the week."""

    def read(self, text: str) -> str:
        bare = re.sub(r"[\s,;/.+-]", "", text).casefold()
        pairs = [bare[place : place + 2] for place in range(0, len(bare), 2)]
        if not all(pair.title() in _DAYS for pair in pairs):
            raise Unfit(_("“%(cell)s” are not days like MoWe or TuTh."), cell=text[:40])
        return "".join(day for day in _DAYS if day.casefold() in pairs)


@dataclass(frozen=True)
class Season(Cell):
    """A term by its name, “Fall 2026” or “2026 Fall”."""

    seasons: tuple[str, ...] = ()

    def read(self, text: str) -> str:
        words = text.split()
        year = next((word for word in words if re.fullmatch(r"(19|20|21)\d\d", word)), "")
        named = {season.casefold(): season for season in self.seasons}
        season = named.get("".join(word for word in words if word != year).casefold(), "")
        if not year or not season:
            raise Unfit(
                _("“%(cell)s” is not a semester, like %(season)s 2026."), cell=text[:40], season=self.seasons[-1]
            )
        return f"{season} {year}"


Part = Literal["tutor", "lead"]
Helped = tuple[tuple[str, Part], ...]
_LEAD = re.compile(r"\s*\((lead|leitung)\)$", re.IGNORECASE)


class Courses(Cell):
    """Courses somebody helps with, “CSCI 1400; CSCI 1620 (lead)”, as pairs of code and part, sorted."""

    def read(self, text: str) -> Helped:
        found: dict[str, Part] = {}
        for one in re.split(r"[;,\n]", text):
            if code := one_line(_LEAD.sub("", one)):
                found[code] = "lead" if _LEAD.search(one) else "tutor"
        return tuple(sorted(found.items()))

    def write(self, value: Any) -> str:
        return "; ".join(f"{code} (lead)" if part == "lead" else code for code, part in value or ())


def _bare(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
