"""Groups are made, edited, filled and deleted."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from gatehouse.core.events import publish
from gatehouse.journal import actions as journal
from gatehouse.people import policies
from gatehouse.people.events import PeopleChanged
from gatehouse.people.models import Group, GroupPlace, Person
from gatehouse.people.refusals import NameTaken
from gatehouse.people.tidying import one_line, several_lines


@transaction.atomic
def add_group(*, name: str, kind: str = Group.Kind.OTHER, note: str = "", actor: Person | None) -> Group:
    _check_may(actor)
    group = Group(name=one_line(name), kind=kind, note=several_lines(note))
    _save(group)
    journal.record(actor=actor, verb="group.added", subject=group.name, subject_id=_id(group))
    return group


@transaction.atomic
def edit_group(*, group: Group, name: str, kind: str, note: str = "", actor: Person | None) -> Group:
    _check_may(actor)
    held = Group.objects.select_for_update().get(pk=group.pk)
    is_renamed = held.name != (new_name := one_line(name))
    held.name, held.kind, held.note = new_name, kind, several_lines(note)
    _save(held)
    journal.record(actor=actor, verb="group.edited", subject=held.name, subject_id=_id(held))
    if is_renamed:
        publish(PeopleChanged(_people_in(held)))
    return held


@transaction.atomic
def delete_group(*, group: Group, actor: Person | None) -> int:
    """The group is no more, its people stay; returns how many were in it."""
    _check_may(actor)
    people = _people_in(group)
    about = {"people": len(people)}
    journal.record(actor=actor, verb="group.deleted", subject=group.name, subject_id=_id(group), details=about)
    group.delete()
    if people:
        publish(PeopleChanged(people))
    return len(people)


@transaction.atomic
def add_to_group(*, group: Group, people: Iterable[Person], section: str = "", actor: Person | None) -> int:
    """Returns how many were not in it yet."""
    _check_may(actor)
    there = set(_people_in(group))
    new = [person for person in people if person.pk not in there]
    places = [GroupPlace(group=group, person=person, section=one_line(section)[:60]) for person in new]
    GroupPlace.objects.bulk_create(places, ignore_conflicts=True)
    for person in new:
        journal.record(actor=actor, verb="group.joined", subject=f"{person.name}, {group.name}", subject_id=person.pk)
    if new:
        publish(PeopleChanged(tuple(person.pk for person in new)))
    return len(new)


@transaction.atomic
def remove_from_group(*, group: Group, person: Person, actor: Person | None) -> bool:
    """False when the person was not in it."""
    _check_may(actor)
    taken, _each = GroupPlace.objects.filter(group=group, person=person).delete()
    if taken:
        journal.record(actor=actor, verb="group.left", subject=f"{person.name}, {group.name}", subject_id=person.pk)
        publish(PeopleChanged((person.pk,)))
    return bool(taken)


def _check_may(actor: Person | None) -> None:
    if not policies.can_edit_people(actor):
        raise PermissionDenied


def _people_in(group: Group) -> tuple[UUID, ...]:
    return tuple(group.places.values_list("person_id", flat=True))


def _id(group: Group) -> str:
    return f"group {group.pk}"


def _save(group: Group) -> None:
    group.clean_fields()
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError as error:
        raise NameTaken(group.name) from error
