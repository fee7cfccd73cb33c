"""Reading one cell: each function takes tidy text and gives what is kept, or raises `Unfit` with what is allowed."""

import json
import re
from collections.abc import Callable
from typing import Any

from gatehouse.core.said import noop as _
from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.roster.errors import Unfit
from gatehouse.people.roster.names import folded

_STATUSES = {
    "active": "active current valid good standing goodstanding yes true 1 aktiv gültig ja member mitglied enrolled",
    "lapsed": "lapsed expired inactive overdue unpaid no false 0 abgelaufen inaktiv nein ungültig verfallen",
    "suspended": "suspended pending onhold hold paused frozen blocked ruhend gesperrt ausstehend pausiert",
    "ended": "ended cancelled canceled dropped terminated resigned withdrawn deceased left former "
    "beendet gekündigt ausgetreten storniert ehemalig verstorben exmatrikuliert",
}
_ROLES = {
    "member": "member mitglied",
    "student": "student learner studentin studierende studierender st",
    "tutor": "tutor tutorin ta teachingassistant",
    "instructor": "instructor teacher lecturer professor faculty dozent dozentin lehrkraft",
}
_NO_EMAIL = frozenset({"-", "--", "n/a", "na", "none", "null", "keine", "unknown"})
_TIMES = re.compile(r"(.*\S)\s+[x×]\s?(\d{1,5})", re.DOTALL)
_SECTION = re.compile(r"(.*\S)\s*\[([^\[\]]{1,60})\]", re.DOTALL)
_BAD_EMAIL = _("“%(cell)s” is not an e-mail address. Correct it, or leave it empty.")
_BAD_STATUS = _("“%(cell)s” is no status we know. Write active, lapsed, suspended or ended.")
_BAD_ROLE = _("“%(cell)s” is no role a file can give. Write member, student, tutor or instructor.")
_BAD_QUANTITY = _("“%(cell)s” is not a quantity. Write a whole number up to 9999.")
_LONG_NAME = _("“%(cell)s …” is longer than 200 characters.")
to_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _words(table: dict[str, str]) -> dict[str, str]:
    return {folded(word): value for value, words in table.items() for word in words.split()}


_STATUS_OF, _ROLE_OF = _words(_STATUSES), _words(_ROLES)


class Known(dict[Any, str]):
    """Cell (or several) → value, reckoned once for each; starts anew when it has grown past 50,000."""

    def __init__(self, read: Callable[[Any], str], *, blank: str = "") -> None:
        super().__init__({"": blank})
        self.read, self.blank = read, blank

    def __missing__(self, cell: Any) -> str:
        if len(self) > 50_000:
            self.clear()
            self[""] = self.blank
        value = self[cell] = self.read(cell)
        return value


def email(cell: str) -> str:
    """The one spelling we keep; “n/a” and the like are no address."""
    address = normal_email(cell)
    if address in _NO_EMAIL:
        return ""
    if not is_email(address) or not address.isprintable():
        raise Unfit(_BAD_EMAIL, cell=cell[:80])
    return address


def status(cell: str) -> str:
    return _one_of(_STATUS_OF, cell, _BAD_STATUS)


def role(cell: str) -> str:
    """Never one that manages: a file grants no rights over others."""
    return _one_of(_ROLE_OF, cell, _BAD_ROLE)


def _one_of(values: dict[str, str], cell: str, refusal: str) -> str:
    value = values.get(folded(cell))
    if value is None:
        raise Unfit(refusal, cell=cell[:80])
    return value


def add_on(name: str, quantity: str) -> str:
    """One add-on with its quantity, 1 where none is said and nothing at all for 0, as JSON."""
    count = _quantity(quantity)
    return _listed("quantity", {name.replace(";", ","): count}) if name and count else ""


def add_ons(cell: str) -> str:
    """`Parking x2; Guest pass` as JSON."""
    parts = [part.strip() for part in cell.split(";") if part.strip()]
    found = [(match[1], match[2]) if (match := _TIMES.fullmatch(part)) else (part, "1") for part in parts]
    counts = {name: _quantity(quantity) for name, quantity in found}
    return _listed("quantity", {name: count for name, count in counts.items() if count})


def group(name: str, section: str) -> str:
    """One group and the section in it, as JSON."""
    return _listed("section", {name.replace(";", ","): section}) if name else ""


def groups(cell: str) -> str:
    """`MATH 101 [02]; Garden committee` as JSON."""
    parts = [part.strip() for part in cell.split(";") if part.strip()]
    found = [(match[1], match[2].strip()) if (match := _SECTION.fullmatch(part)) else (part, "") for part in parts]
    return _listed("section", dict(found))


def add_ons_text(items: list[dict[str, str | int]]) -> str:
    """What `add_ons` reads back as these."""
    return "; ".join(
        f"{item['name']} x{item['quantity']}" if item["quantity"] != 1 or _TIMES.fullmatch(str(item["name"])) else str(item["name"])
        for item in items
    )  # fmt: skip


def groups_text(items: list[dict[str, str]]) -> str:
    """What `groups` reads back as these."""
    return "; ".join(f"{item['name']} [{item['section']}]" if item["section"] else item["name"] for item in items)


def _listed(key: str, found: dict[str, str] | dict[str, int]) -> str:
    for name in found:
        if len(name) > 200:
            raise Unfit(_LONG_NAME, cell=name[:80])
    return to_json([{"name": name, key: value} for name, value in found.items()]) if found else ""


def _quantity(cell: str) -> int:
    try:
        count = float(cell.replace("_", "x") or 1)
    except ValueError:
        count = -1.0
    if not 0 <= count <= 9999 or not count.is_integer():
        raise Unfit(_BAD_QUANTITY, cell=cell[:40])
    return int(count)
