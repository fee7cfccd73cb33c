"""What every page knows: the host, the menus of this person, the chosen theme."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
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

    @cached_property
    def count(self) -> int | None:
        """What waits there; asked for only where it is shown."""
        return self.counted()

    @cached_property
    def total(self) -> int | None:
        """How much there is; likewise."""
        return self.totalled() if self.totalled else None


def page(request: HttpRequest) -> dict[str, Any]:
    """Lazy, so that a page or a part that shows no menu asks the database nothing for it."""
    chosen = request.COOKIES.get(THEME_COOKIE, "")
    return {
        "organisation": SimpleLazyObject(queries.organisation),
        "member_menu": SimpleLazyObject(lambda: _member_menu(request)),
        "staff_menu": SimpleLazyObject(lambda: _staff_menu(request)),
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
    if person is None or not person.is_authenticated:
        return []
    entries = [(entry, reverse(entry.url_name)) for entry in menu.member_entries(person)]
    current = _nearest(request.path, [url for _entry, url in entries])
    return [Link(entry.label, url, entry.icon, url == current) for entry, url in entries]


def _staff_menu(request: HttpRequest) -> list[tuple[menu.Text, list[Link]]]:
    person: Any = getattr(request, "user", None)
    if person is None or not person.is_authenticated:
        return []
    sections = list(menu.entries_for(person))
    urls = {entry.url_name: reverse(entry.url_name) for _title, entries in sections for entry in entries}
    current = _nearest(request.path, list(urls.values()))
    return [
        (title, [_link(entry, urls[entry.url_name], current, person) for entry in entries])
        for title, entries in sections
    ]


def _link(entry: menu.Entry, url: str, current: str, person: Any) -> Link:
    counted = partial(entry.count, person) if entry.count else Link.counted
    return Link(entry.label, url, entry.icon, url == current, counted, entry.total, entry.total_of)


def _nearest(path: str, addresses: list[str]) -> str:
    """The entry one is in: the longest address that the path begins with, by whole steps; a root is only itself."""
    within = [url for url in addresses if url not in ROOTS and f"{path}/".startswith(f"{url.rstrip('/')}/")]
    return path if path in addresses else max(within, key=len, default="")
