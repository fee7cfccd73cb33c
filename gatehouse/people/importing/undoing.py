"""Taking an import back: what it changed gets its old cells, whom it brought goes, unless somebody worked on them since."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db.models import ProtectedError, Q, QuerySet
from django.utils.dateparse import parse_date, parse_datetime

from gatehouse.core import clock
from gatehouse.people.importing.places import settle
from gatehouse.people.models import Membership, Person, RosterChange, RosterImport

AT_ONCE = 500

Progress = Callable[[int, int], None]


def undo(roster_import: RosterImport, *, progress: Progress) -> int:
    """Within the caller's transaction; gives the number of changes that stay, for they were worked on since."""
    changes = done_by(roster_import)
    total, done, kept = changes.count(), 0, 0
    for some in _portions(changes.exclude(kind="joined")):
        kept += _restore(roster_import, some)
        done += len(some)
        progress(done, total)
    for some in _portions(changes.filter(kind="joined")):
        kept += _remove(roster_import, some)
        done += len(some)
        progress(done, total)
    return kept


def done_by(roster_import: RosterImport) -> QuerySet[RosterChange]:
    """What the import did; of the missing only when they were not left as they were."""
    idle = ["undecided"] if roster_import.missing_choice != RosterImport.Missing.LEAVE else ["undecided", "missing"]
    return RosterChange.objects.filter(roster_import=roster_import).exclude(kind__in=idle)


def _portions(changes: QuerySet[RosterChange]) -> Iterator[list[RosterChange]]:
    rows = changes.order_by("pk").iterator()
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _restore(roster_import: RosterImport, changes: list[RosterChange]) -> int:
    assert roster_import.applied_at
    memberships = Membership.objects.in_bulk([change.membership_id for change in changes])
    people = Person.objects.in_bulk([change.person_id for change in changes])
    kept = 0
    for change in changes:
        membership, person = memberships.get(change.membership_id), people.get(change.person_id)
        if membership is None or person is None or _worked_on(roster_import, membership, person):
            kept += 1
            continue
        _put_back(change, membership, person)
    Membership.objects.bulk_update(memberships.values(), _names(Membership))
    Person.objects.bulk_update(people.values(), _names(Person))
    for source in roster_import.sources:
        settle(list(people), source=source)
    return kept


def _worked_on(roster_import: RosterImport, *rows: Membership | Person) -> bool:
    applied: datetime | None = roster_import.applied_at
    return any(applied is not None and row.changed_at > applied for row in rows)


def _put_back(change: RosterChange, membership: Membership, person: Person) -> None:
    was = person.left_at
    for name, value in (change.before or {}).items():
        row: Any = person if name.startswith("person_") else membership
        setattr(row, name.removeprefix("person_"), _typed(name, value))
    person.left_by_import = person.left_by_import if person.left_at else None
    if person.left_at != was:
        person.told_left_at = None  # gone again: they may have signed in meanwhile


def _typed(name: str, value: Any) -> Any:
    if isinstance(value, str) and name.endswith("_at"):
        at = parse_datetime(value)
        return at if at is None or at.tzinfo else at.replace(tzinfo=UTC)
    if isinstance(value, str) and name.endswith(("_on", "valid_from")):
        return parse_date(value)
    return value


def _names(model: type[Membership] | type[Person]) -> list[str]:
    fixed = {"id", "person", "source", "number", "password", "last_login", "created_at"}
    return [field.name for field in model._meta.concrete_fields if field.name not in fixed]  # noqa: SLF001


def _remove(roster_import: RosterImport, changes: list[RosterChange]) -> int:
    """New memberships go, and the new people with them who never signed in and have nothing else."""
    Membership.objects.filter(pk__in=[change.membership_id for change in changes]).delete()
    new = [change.person_id for change in changes if change.is_new_person]
    people = Person.objects.filter(pk__in=new)
    attached = Q(memberships__isnull=False) | Q(last_login__isnull=False) | Q(grants__source="")
    stay = set(people.filter(attached).values_list("pk", flat=True))
    gone = [pk for pk in new if pk not in stay]
    for source in roster_import.sources:
        settle(list(stay), source=source)
    return len(stay) + _delete(gone)


def _delete(people: list[UUID]) -> int:
    """Those whom another record must not lose are kept, one by one."""
    try:
        Person.objects.filter(pk__in=people).delete()
    except ProtectedError:
        return sum(_delete_one(person) for person in people)
    return 0


def _delete_one(person: UUID) -> int:
    try:
        Person.objects.filter(pk=person).delete()
    except ProtectedError:
        Person.objects.filter(pk=person).update(left_at=clock.now())
        return 1
    return 0
