"""What the journal tells about one person, in words."""

from dataclasses import dataclass
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gatehouse.journal.models import Entry
from gatehouse.people.models import Person

TITLES: Final[dict[str, Promise]] = {
    "person.added": _("Added by hand"),
    "person.edited": _("Details changed"),
    "person.left": _("Marked as left"),
    "person.returned": _("Brought back"),
    "people.exported": _("Data exported"),
    "people.merged": _("Merged with another record"),
    "membership.added": _("Membership added"),
    "membership.edited": _("Membership changed"),
    "membership.ended": _("Membership ended"),
    "role.granted": _("Role given"),
    "role.revoked": _("Role taken back"),
    "group.joined": _("Put into a group"),
    "group.left": _("Taken out of a group"),
}


@dataclass(frozen=True)
class Line:
    """One entry: its title in words, and what of its details is worth a line."""

    entry: Entry
    title: Any
    more: str


def ledger_of(person: Person, *, at_most: int = 20) -> list[Line]:
    """The latest entries about this person, newest first; also those about records that were merged into this one."""
    merged = Entry.objects.filter(subject_id=str(person.pk), verb="people.merged").values_list("details", flat=True)
    ids = [str(person.pk), *(details["gone"] for details in merged)]
    entries = Entry.objects.filter(subject_id__in=ids).order_by("-at", "-id")[:at_most]
    return [Line(entry, TITLES.get(entry.verb, entry.verb), _more(entry.details)) for entry in entries]


def _more(details: dict[str, Any]) -> str:
    """Roles, notes and cells before and after; ids and lists of fields are for the journal's own page."""
    changes = (f"{was or '—'} → {now or '—'}" for was, now in filter(_is_change, details.values()))
    plain = (str(details[name]) for name in ("role", "note", "number") if details.get(name))
    return ", ".join([*plain, *changes])


def _is_change(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value)
