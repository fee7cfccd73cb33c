"""What the journal tells about one person, in words, and what files brought of their memberships."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext, gettext_lazy as _

from gatehouse.journal import words
from gatehouse.journal.models import Entry
from gatehouse.people.models import Membership, Person, RosterChange, RosterImport

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
    """One entry or import: its title in words, and what of its details is worth a line."""

    at: datetime
    title: Any
    who: str
    more: str
    verb: str = ""
    import_id: int = 0
    """Where somebody who may import can look."""


def ledger_of(person: Person, *, at_most: int = 20) -> list[Line]:
    """The latest entries about this person, newest first; also those about records that were merged into this one."""
    merged = Entry.objects.filter(subject_id=str(person.pk), verb="people.merged").values_list("details", flat=True)
    ids = [str(person.pk), *(details["gone"] for details in merged)]
    entries = Entry.objects.filter(subject_id__in=ids).order_by("-at", "-id")[:at_most]
    told = [
        Line(
            entry.at, TITLES.get(entry.verb) or words.of(entry.verb), entry.actor_name, _more(entry.details), entry.verb
        )
        for entry in entries
    ]
    return sorted([*told, *_from_files(person)], key=attrgetter("at"), reverse=True)[:at_most]


def _from_files(person: Person) -> Iterator[Line]:
    """The imports, among the last twenty applied, that brought or changed a membership: two questions."""
    applied = RosterImport.objects.filter(applied_at__isnull=False, undone_at=None).order_by("-applied_at")
    imports = {one.pk: one for one in applied.only("pk", "filename", "applied_at", "actor_name")[:20]}
    kinds = RosterChange.Kind
    changes = RosterChange.objects.filter(
        roster_import__in=list(imports),
        kind__in=(kinds.JOINED, kinds.CHANGED),
        membership_id__in=Membership.objects.filter(person=person).values("pk"),
    )
    for import_id, kind in changes.order_by().values_list("roster_import", "kind").distinct():
        one = imports[import_id]
        assert one.applied_at  # as asked for
        said = gettext("Brought by %(file)s") if kind == kinds.JOINED else gettext("Changed by %(file)s")
        yield Line(one.applied_at, said % {"file": one.filename}, one.actor_name, "", "roster.imported", import_id)


def _more(details: dict[str, Any]) -> str:
    """Roles, notes and cells before and after; ids and lists of fields are for the journal's own page."""
    changes = (f"{was or '—'} → {now or '—'}" for was, now in filter(_is_change, details.values()))
    plain = (str(details[name]) for name in ("role", "note", "number") if details.get(name))
    return ", ".join([*plain, *changes])


def _is_change(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and all(isinstance(one, str) for one in value)
