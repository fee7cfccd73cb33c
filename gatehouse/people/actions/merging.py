"""Two records of one person become one."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.journal import actions as journal
from gatehouse.people import policies
from gatehouse.people.actions.owners import an_owner_remains
from gatehouse.people.events import PeopleChanged, PeopleMerged
from gatehouse.people.models import ExternalId, GroupPlace, Membership, Person, RoleGrant
from gatehouse.people.refusals import PersonGone, SamePerson

FILLED = ("given_name", "family_name", "preferred_name", "language", "source", "joined_on")


def merge_people(*, kept: Person, gone: Person, actor: Person | None) -> Person:
    """Everything of `gone` becomes `kept`'s, whose own fields win; then `gone` is no more. Cannot be undone.

    The other apps give their rows to `kept` when they hear of `PeopleMerged`, before `gone` is deleted.
    """
    if kept.pk == gone.pk:
        raise SamePerson
    with an_owner_remains():
        kept, gone = _hold_both(kept.pk, gone.pk)
        if not (policies.can_edit_people(actor) and all(policies.can_edit_person(actor, one) for one in (kept, gone))):
            raise PermissionDenied
        about = {"gone": str(gone.pk), **_move_rows(kept, gone), "filled": _fill(kept, gone)}
        publish(PeopleMerged(kept_id=kept.pk, gone_id=gone.pk))
        gone.delete()
        kept.save()
        journal.record(actor=actor, verb="people.merged", subject=kept.name, subject_id=kept.pk, details=about)
        publish(PeopleChanged((kept.pk,)))
    return kept


def _hold_both(kept: UUID, gone: UUID) -> tuple[Person, Person]:
    """Locked in one order, so that two who merge the same records the other way round do not wait for ever."""
    held = {row.pk: row for row in Person.objects.select_for_update().filter(pk__in=[kept, gone]).order_by("pk")}
    if len(held) < 2:
        raise PersonGone
    return held[kept], held[gone]


def _move_rows(kept: Person, gone: Person) -> dict[str, Any]:
    """What was whose, for the journal; places and grants that `kept` has already end with `gone`."""
    moved = {
        "memberships": list(gone.memberships.values_list("number", flat=True)),
        "external_ids": [str(one) for one in gone.external_ids.all()],
        "groups": list(gone.groups.values_list("name", flat=True)),
        "roles": list(gone.roles.values_list("slug", flat=True)),
    }
    Membership.objects.filter(person=gone).update(person=kept, changed_at=clock.now())
    ExternalId.objects.filter(person=gone).update(person=kept)
    here = GroupPlace.objects.filter(person=kept).values("group")
    GroupPlace.objects.filter(person=gone).exclude(group__in=list(here.values_list("group", flat=True))).update(
        person=kept
    )
    held = RoleGrant.objects.filter(person=kept).values_list("role", flat=True)
    RoleGrant.objects.filter(person=gone).exclude(role__in=list(held)).update(person=kept)
    return moved


def _fill(kept: Person, gone: Person) -> list[str]:
    """Fill what is empty in `kept`; with the address goes the password, for it belongs to that way of signing in."""
    filled = [name for name in FILLED if not getattr(kept, name) and getattr(gone, name)]
    for name in filled:
        setattr(kept, name, getattr(gone, name))
    if not kept.email and gone.email:
        kept.email, kept.password = gone.email, gone.password
        filled.append("email")
    added = {name: value for name, value in gone.attributes.items() if name not in kept.attributes}
    kept.attributes = {**kept.attributes, **added}
    kept.changed_at = clock.now()
    return sorted([*filled, *(f"attr:{name}" for name in added)])
