"""A page of a preview in words: what stood in each cell, and what the file makes of it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.utils.dateparse import parse_date
from django.utils.functional import Promise
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.people import roster
from gatehouse.people.importing.setwise import JSON, MEMBERSHIP, NULLABLE, PERSON
from gatehouse.people.models import Membership, Person, RosterChange, RosterImport, StagedLine
from gatehouse.people.queries.roster_words import IN_PREVIEW

OF_A_NEW_ONE = ("level", "status", "expires_on", "email", "add_ons", "listed_groups", "listed_role")
ROLES = {
    "student": gettext_lazy("Student"),
    "tutor": gettext_lazy("Tutor"),
    "instructor": gettext_lazy("Instructor"),
    "member": gettext_lazy("Member"),
}
Text = str | Promise


@dataclass(frozen=True)
class Cell:
    """One difference; days are dates, everything else is text. A new person's cells have no `before`."""

    label: Text
    before: date | Text | None
    after: date | Text | None


@dataclass(frozen=True)
class Shown:
    """A row of the table."""

    line: int | None
    name: str
    number: str
    kind: str
    cells: tuple[Cell, ...]
    change: RosterChange | None = None


def shown(roster_import: RosterImport, changes: Sequence[RosterChange]) -> list[Shown]:
    """Four questions for any number of changes."""
    staged = {
        line.line: line
        for line in StagedLine.objects.filter(roster_import=roster_import, line__in=[c.line for c in changes])
    }
    people = Person.objects.in_bulk({change.person_id for change in changes})
    memberships = Membership.objects.in_bulk([change.membership_id for change in changes])
    lesser = _first_numbers(people, roster_import.sources)
    page = _Page(roster_import.mapped, people, memberships, lesser)
    return [page.row(change, staged[change.line]) for change in changes if change.line in staged]


def shown_missing(memberships: Iterable[Membership]) -> list[Shown]:
    return [
        Shown(None, listed(one.person), one.number, RosterChange.Kind.MISSING, tuple(_standing(one)))
        for one in memberships
    ]


def _standing(membership: Membership) -> Iterator[Cell]:
    if membership.level:
        yield Cell(IN_PREVIEW["level"], None, membership.level)
    if membership.expires_on:
        yield Cell(IN_PREVIEW["expires_on"], None, membership.expires_on)
    if membership.status != Membership.Status.ACTIVE:
        yield Cell(IN_PREVIEW["status"], None, Membership.Status(membership.status).label)


def _first_numbers(people: Iterable[UUID], sources: Sequence[str]) -> dict[tuple[UUID, str], str]:
    """(person, source) → the number that speaks for the person."""
    theirs = Membership.objects.filter(person__in=list(people), source__in=sources).exclude(status="ended")
    rows = theirs.order_by("-number").values_list("person_id", "source", "number")
    return {(person, source): number for person, source, number in rows}


@dataclass(frozen=True)
class _Page:
    mapped: list[str]
    people: dict[UUID, Person]
    memberships: dict[UUID, Membership]
    first_numbers: dict[tuple[UUID, str], str]

    def row(self, change: RosterChange, line: StagedLine) -> Shown:
        person = self.people.get(change.person_id)
        is_known = change.before is not None
        cells = self._changed(change, line, person) if is_known else self._new(change, line, person)
        name = listed(line) or (listed(person) if person else "")
        return Shown(line.line, name, line.number, change.kind, tuple(cells), change)

    def _new(self, change: RosterChange, line: StagedLine, person: Person | None) -> Iterator[Cell]:
        if not change.is_new_person and person:
            yield Cell(_("Known already as"), None, person.name)
        for column in OF_A_NEW_ONE:
            value = getattr(line, column)
            is_usual = column == "status" and value == Membership.Status.ACTIVE
            is_withheld = column == "email" and change.without_email
            if column in self.mapped and value and not is_usual and not is_withheld:
                yield Cell(IN_PREVIEW[column], None, in_words(column, value))
        if line.left_on:
            yield Cell(IN_PREVIEW["left_on"], None, line.left_on)

    def _changed(self, change: RosterChange, line: StagedLine, person: Person | None) -> Iterator[Cell]:
        before = change.before or {}
        for column in MEMBERSHIP:
            if column in self.mapped or column == "status":
                yield from _difference(column, before.get(column), self._new_value(column, line, before))
        if person:
            yield from self._person_differences(change, line, person)
            yield from _coming_and_going(line, person, before)

    def _new_value(self, column: str, line: StagedLine, before: dict[str, Any]) -> Any:
        """A file without a status still brings back those who had been marked as left."""
        if column == "status" and "status" not in self.mapped and before.get("status") != Membership.Status.ENDED:
            return before.get("status")
        return getattr(line, column)

    def _person_differences(self, change: RosterChange, line: StagedLine, person: Person) -> Iterator[Cell]:
        """The source that first brought a person says who they are, by their first number; others only fill in blanks."""
        is_home = person.source == line.source
        speaks = self.first_numbers.get((person.pk, line.source), line.number) >= line.number
        for column in PERSON:
            before, after = (change.before or {}).get(f"person_{column}"), getattr(line, column)
            if column not in self.mapped or (is_home and not speaks) or (not is_home and before not in _BLANK):
                continue
            if column == "attributes":
                yield from _details(before or {}, after)
            elif column != "email" or (after and not self._is_without_email(change)):
                yield from _difference(column, before, after)

    def _is_without_email(self, change: RosterChange) -> bool:
        membership = self.memberships.get(change.membership_id)
        return change.without_email or bool(membership and membership.without_email)


_BLANK: tuple[Any, ...] = (None, "", {})


def _difference(column: str, before: Any, after: Any) -> Iterator[Cell]:
    was, becomes = in_words(column, before), in_words(column, after)
    if was != becomes:
        yield Cell(IN_PREVIEW[column], was, becomes)


def _details(before: dict[str, Any], after: dict[str, Any]) -> Iterator[Cell]:
    for name, value in after.items():
        if before.get(name, "") != value:
            yield Cell(name, str(before.get(name, "")), str(value))


def _coming_and_going(line: StagedLine, person: Person, before: dict[str, Any]) -> Iterator[Cell]:
    if line.left_on and not before.get("person_left_at"):
        yield Cell(IN_PREVIEW["left_on"], None, line.left_on)
    elif person.left_by_import and not line.left_on and line.status != Membership.Status.ENDED:
        yield Cell(_("Had left"), None, _("comes back"))


def listed(one: StagedLine | Person) -> str:
    """“Okafor, Maya”: as lists are sorted."""
    given, family = one.given_name, one.family_name
    if given and family:
        return f"{family}, {given}"
    return family or given or (one.name if isinstance(one, Person) else one.preferred_name)


def in_words(column: str, value: Any) -> date | Text:
    """A cell as somebody reads it; "" where nothing is said."""
    if value in (None, "", [], {}):
        return ""
    if column in NULLABLE:
        return value if isinstance(value, date) else parse_date(str(value)) or str(value)
    if column == "status":
        return Membership.Status(value).label
    if column in JSON:
        return roster.add_ons_text(value) if column == "add_ons" else roster.groups_text(value)
    return ROLES.get(value, value) if column == "listed_role" else str(value)
