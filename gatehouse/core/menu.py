"""Where apps announce what they add to the pages: entries of the menus, parts of the home page.

An app calls these in its `portal.py`, which is read when every app is ready. Labels are lazy texts, icons are names
from scripts/icons.txt, addresses are names of views.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any, Final, Literal, Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Text = str | Promise
ANY_STAFF: Final = "staff"  # for entries shown to whoever has any other entry
Name = Literal["today", "people", "letters", "records", "portal"]

SECTIONS: Final[dict[Name, Text]] = {
    "today": _("Today"),
    "people": _("People"),
    "letters": _("Letters"),
    "records": _("Records"),
    "portal": _("Portal"),
}


class Visitor(Protocol):
    def may(self, permission: str) -> bool: ...


@dataclass(frozen=True)
class Page:
    """One of the pages that share an entry; `count` says how much waits there, 0 for nothing."""

    label: Text
    url_name: str
    permission: str
    count: Callable[[], int] | None = None


@dataclass(frozen=True)
class Entry:
    """A page for staff, shown to those who hold the permission.

    One with `pages` leads to the first of them that this person may see, and each of them shows the others as tabs.
    `count` says how much waits there for this person, beside every link; `total` how much there is, on the overview,
    and `total_of` of what.
    """

    section: Name
    label: Text
    url_name: str
    icon: str
    permission: str
    order: int = 50
    count: Callable[[Any], int | None] | None = None
    total: Callable[[], int] | None = None
    total_of: Text = ""
    pages: tuple[Page, ...] = ()


@dataclass(frozen=True)
class MemberEntry:
    """A page for everybody who is signed in; `shown` may leave it out for those whom it does not concern.

    With `is_open` strangers find it too, and `shown` is asked with None.
    """

    label: Text
    url_name: str
    icon: str
    order: int = 50
    shown: Callable[[Any], bool] | None = None
    is_open: bool = False


@dataclass(frozen=True)
class HomePart:
    """A part of the home page: a template, drawn when `context(person)` is not None. Two narrow ones share a row.

    `instead_of` is the template of a part that says less of the same; it stays away when this one is drawn, which
    comes before it. With `is_open` strangers see it too, drawn by `context(None)`.
    """

    template: str
    context: Callable[[Any], dict[str, Any] | None]
    order: int = 50
    wide: bool = True
    instead_of: str = ""
    is_open: bool = False


_entries: dict[str, Entry] = {}
_member_entries: dict[str, MemberEntry] = {}
_home: dict[str, HomePart] = {}


def add(entry: Entry) -> None:
    _entries[entry.url_name] = entry


def add_member(entry: MemberEntry) -> None:
    _member_entries[entry.url_name] = entry


def add_home(part: HomePart) -> None:
    _home[part.template] = part


def entries_for(person: Visitor) -> Iterator[tuple[Text, list[Entry]]]:
    """The staff menu of this person: titles of sections and their entries; empty sections are left out."""
    places = list(SECTIONS)
    seen = (_as_seen(entry, person) for entry in _entries.values() if entry.permission != ANY_STAFF)
    allowed = [entry for entry in seen if entry]
    if allowed:
        allowed += [entry for entry in _entries.values() if entry.permission == ANY_STAFF]
    allowed.sort(key=lambda entry: (places.index(entry.section), entry.order))
    for name, entries in groupby(allowed, key=lambda entry: entry.section):
        yield SECTIONS[name], list(entries)


def _as_seen(entry: Entry, person: Visitor) -> Entry | None:
    if not entry.pages:
        return entry if person.may(entry.permission) else None
    pages = tuple(page for page in entry.pages if person.may(page.permission))
    return replace(entry, url_name=pages[0].url_name, pages=pages) if pages else None


def member_entries(person: Any) -> list[MemberEntry]:
    """Of somebody who is signed in, or with None of a stranger."""
    listed = [entry for entry in _member_entries.values() if entry.is_open or person is not None]
    shown = [entry for entry in listed if entry.shown is None or entry.shown(person)]
    return sorted(shown, key=lambda entry: entry.order)


def home_parts() -> list[HomePart]:
    return sorted(_home.values(), key=lambda part: part.order)
