"""People are added, edited, brought to an end, brought back, and erased."""

from datetime import date
from typing import Any, TypedDict, Unpack

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.journal import actions as journal
from gatehouse.people import policies
from gatehouse.people.actions.owners import an_owner_remains
from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.events import PeopleChanged, PersonErased, PersonLeft
from gatehouse.people.models import Person
from gatehouse.people.refusals import ChangedMeanwhile, EmailTaken, EmailUnfit, Nameless, PersonGone
from gatehouse.people.tidying import one_line


class PersonFields(TypedDict, total=False):
    email: str
    given_name: str
    family_name: str
    preferred_name: str
    language: str
    attributes: dict[str, Any]
    joined_on: date | None


@transaction.atomic
def add_person(*, actor: Person | None, **fields: Unpack[PersonFields]) -> Person:
    """A new person, who joined today unless another day is given; `EmailTaken` names whose address it is."""
    if not policies.can_edit_people(actor):
        raise PermissionDenied
    person = Person(**{"joined_on": clock.today(), **_tidied(fields)})
    if not (person.email or person.given_name or person.family_name):
        raise Nameless
    person.set_unusable_password()
    _save(person, force_insert=True)
    journal.record(actor=actor, verb="person.added", subject=person.name, subject_id=person.pk)
    publish(PeopleChanged((person.pk,)))
    return person


@transaction.atomic
def edit_person(
    *, person: Person, actor: Person | None, seen: str | None = None, **fields: Unpack[PersonFields]
) -> Person:
    """Change the fields given. With `seen` (the `version` the writer looked at), `ChangedMeanwhile` if it is older.

    The journal keeps which fields changed, not their contents: these end with the person's record.
    """
    held = hold(person)
    if not policies.can_edit_person(actor, held):
        raise PermissionDenied
    if seen is not None and seen != version(held):
        raise ChangedMeanwhile
    changed = {name: value for name, value in _tidied(fields).items() if value != getattr(held, name)}
    for name, value in changed.items():
        setattr(held, name, value)
    if not (held.email or held.given_name or held.family_name):
        raise Nameless
    if changed:
        held.changed_at = clock.now()
        _save(held, update_fields=[*changed, "changed_at"])
        about = {"fields": sorted(changed)}
        journal.record(actor=actor, verb="person.edited", subject=held.name, subject_id=held.pk, details=about)
        publish(PeopleChanged((held.pk,)))
    return held


def end_person(*, person: Person, actor: Person | None, note: str = "") -> Person:
    """The person left, now: signs in nowhere any more, and nothing is forgotten. Saying it twice changes nothing."""
    with an_owner_remains():
        held = hold(person)
        if not policies.can_edit_person(actor, held):
            raise PermissionDenied
        if not held.is_active:
            return held
        _mark_left(held, left_at=clock.now())
        about = {"note": one_line(note)[:300]} if note.strip() else {}
        journal.record(actor=actor, verb="person.left", subject=held.name, subject_id=held.pk, details=about)
        publish(PersonLeft((held.pk,)))
    return held


@transaction.atomic
def bring_back(*, person: Person, actor: Person | None) -> Person:
    """Undo `end_person`: the person may sign in again, with the roles and memberships that are still there."""
    held = hold(person)
    if not policies.can_edit_people(actor) or not policies.can_edit_person(actor, held):
        raise PermissionDenied
    if held.left_at is not None:
        _mark_left(held, left_at=None)
        journal.record(actor=actor, verb="person.returned", subject=held.name, subject_id=held.pk)
        publish(PeopleChanged((held.pk,)))
    return held


def erase_person(*, person: Person, actor: Person | None) -> None:
    """Delete the record and all that hangs on it, for good; `PersonErased` tells the other apps to do the same.

    The journal stays as it was written; of this act it keeps the id alone.
    """
    if not policies.can_erase(actor):
        raise PermissionDenied
    with an_owner_remains():
        held = hold(person)
        publish(PersonLeft((held.pk,)))
        publish(PersonErased(held.pk))
        journal.record(actor=actor, verb="person.erased", subject=_("a person"), subject_id=held.pk)
        held.delete()


def hold(person: Person) -> Person:
    """The row as it is now, locked until the act is done; `PersonGone` when somebody merged or erased it."""
    held = Person.objects.select_for_update().filter(pk=person.pk).first()
    if held is None:
        raise PersonGone
    return held


def version(person: Person) -> str:
    """Changes with every edit; what a form keeps to know whether somebody else was faster."""
    return person.changed_at.isoformat()


def _tidied(fields: PersonFields) -> dict[str, Any]:
    tidied: dict[str, Any] = {
        name: one_line(value) if isinstance(value, str) else value for name, value in fields.items()
    }
    if "email" in tidied:
        tidied["email"] = normal_email(tidied["email"]) or None
        if tidied["email"] and not is_email(tidied["email"]):
            raise EmailUnfit(tidied["email"])
    return tidied


def _mark_left(person: Person, *, left_at: Any) -> None:
    """Said by hand: a roster that marked somebody as left may take only its own word back."""
    person.left_at, person.left_by_import, person.changed_at = left_at, None, clock.now()
    person.told_left_at = left_at  # by whoever calls
    person.save(update_fields=["left_at", "left_by_import", "told_left_at", "changed_at"])


def _save(person: Person, **how: Any) -> None:
    """Checked field by field, then written; the unique key on the address decides between two who are as fast."""
    person.clean_fields(exclude=["email", "password"])
    try:
        with transaction.atomic():
            person.save(**how)
    except IntegrityError as error:
        raise EmailTaken(Person.objects.filter(email=person.email).exclude(pk=person.pk).first()) from error
