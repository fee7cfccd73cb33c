"""What every page knows: the host, the menus of this person, the chosen theme."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, cached_property, partial
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.functional import SimpleLazyObject

from gatehouse.core import menu
from gatehouse.people import queries

THEME_COOKIE = "gatehouse_theme"
THEMES = ("light", "dark")
ROOTS = {"/", "/manage/"}


@dataclass(frozen=True)
class Link:
    label: menu.Text
    url: str
    icon: str
    is_current: bool
    counted: Callable[[], int | None] = lambda: None
    totalled: Callable[[], int] | None = None
    total_of: menu.Text = ""
    tabs: tuple["Tab", ...] = ()

    @cached_property
    def count(self) -> int | None:
        """What waits there; asked for only where it is shown."""
        return self.counted()

    @cached_property
    def total(self) -> int | None:
        """How much there is; likewise."""
        return self.totalled() if self.totalled else None


@dataclass(frozen=True)
class Tab:
    """One of the pages that share an entry of the menu."""

    label: menu.Text
    url: str
    is_current: bool
    counted: Callable[[], int] | None = None

    @cached_property
    def count(self) -> int:
        return self.counted() if self.counted else 0


def page(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that a page or a part that shows no menu asks the database nothing for it."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    staff_menu = SimpleLazyObject(lambda: _staff_menu(request))
    return {
        "organisation": SimpleLazyObject(queries.organisation),
        "member_menu": SimpleLazyObject(lambda: _member_menu(request)),
        "staff_menu": staff_menu,
        "tabbed": SimpleLazyObject(lambda: _tabbed(staff_menu)),
        "theme": chosen if chosen in THEMES else "",
        "visitor": SimpleLazyObject(lambda: _visitor(request)),
    }


def _visitor(request: HttpRequest) -> str:
    """A name for whoever is signed in, "" for nobody: what a browser keeps is theirs, see js/kept.js."""
    person: Any = getattr(request, "user", None)
    known = person is not None and person.is_authenticated
    return salted_hmac("gatehouse.visitor", str(person.pk), algorithm="sha256").hexdigest()[:24] if known else ""


def _member_menu(request: HttpRequest) -> list[Link]:
    person = getattr(request, "user", None)
    person = person if person is not None and person.is_authenticated else None
    entries = [(entry, reverse(entry.url_name)) for entry in menu.member_entries(person)]
    current = _nearest(request.path, [url for _entry, url in entries])
    return [Link(entry.label, url, entry.icon, url == current) for entry, url in entries]


def _staff_menu(request: HttpRequest) -> list[tuple[menu.Text, list[Link]]]:
    person: Any = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return []
    sections = list(menu.entries_for(person))
    addresses = [address for _title, entries in sections for entry in entries for address in _addresses(entry)]
    current = _nearest(request.path, addresses)
    return [(title, [_link(entry, current, request.path, person) for entry in entries]) for title, entries in sections]


@cache
def _addresses(entry: menu.Entry) -> list[str]:
    return [reverse(name) for name in (entry.url_name, *(page.url_name for page in entry.pages))]


def _link(entry: menu.Entry, current: str, path: str, person: Any) -> Link:
    addresses = _addresses(entry)
    tabs = tuple(
        Tab(page.label, url, url == path, page.count) for page, url in zip(entry.pages, addresses[1:], strict=True)
    )
    counted: Callable[[], int | None] = Link.counted
    if entry.count:
        counted = partial(entry.count, person)
    elif tabs:
        counted = partial(_waiting_on, tabs)
    is_current = current in addresses
    return Link(entry.label, addresses[0], entry.icon, is_current, counted, entry.total, entry.total_of, tabs)


def _waiting_on(tabs: tuple[Tab, ...]) -> int | None:
    return sum(tab.count for tab in tabs) or None


def _tabbed(sections: Any) -> Link | None:
    """The entry whose tabs this page shows: one of its own pages is open, not one below them."""
    links = (link for _title, links in sections for link in links)
    return next((link for link in links if any(tab.is_current for tab in link.tabs)), None)


def _nearest(path: str, addresses: list[str]) -> str:
    """The entry one is in: the longest address that the path begins with, by whole steps; a root is only itself."""
    within = [url for url in addresses if url not in ROOTS and f"{path}/".startswith(f"{url.rstrip('/')}/")]
    return path if path in addresses else max(within, key=len, default="")
