"""Roles are given and taken back; roles of one's own are made, edited and archived."""

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.text import slugify

from gatehouse.core import access, clock
from gatehouse.core.events import publish
from gatehouse.journal import actions as journal
from gatehouse.people import policies
from gatehouse.people.actions.owners import an_owner_remains
from gatehouse.people.actions.people import hold
from gatehouse.people.events import RoleGranted, RoleRevoked, RoleShut
from gatehouse.people.models import Person, Role, RoleGrant
from gatehouse.people.refusals import NameTaken, PermissionUnknown, RoleArchived, RoleFixed
from gatehouse.people.tidying import one_line


@transaction.atomic
def grant_role(*, person: Person, role: Role, actor: Person | None, source: str = "") -> RoleGrant:
    """Give the role; nobody gives what he lacks. Giving it twice changes nothing."""
    held, role = hold(person), _hold(role)
    if not policies.can_give(actor, role.holds):
        raise PermissionDenied
    if role.archived_at:
        raise RoleArchived
    grant, is_new = RoleGrant.objects.get_or_create(person=held, role=role, defaults={"source": source})
    if is_new:
        about = {"role": role.slug}
        journal.record(actor=actor, verb="role.granted", subject=held.name, subject_id=held.pk, details=about)
        publish(RoleGranted(held.pk, role.slug))
    _forget(person)
    return grant


def revoke_role(*, person: Person, role: Role, actor: Person | None) -> bool:
    """Take the role back; False when it was not held. `LastOwner` keeps the last one who owns the portal."""
    with an_owner_remains():
        if not policies.can_give(actor, role.holds):
            raise PermissionDenied
        taken, _each = RoleGrant.objects.filter(person=person, role=role).delete()
        if taken:
            about = {"role": role.slug}
            journal.record(actor=actor, verb="role.revoked", subject=person.name, subject_id=person.pk, details=about)
            publish(RoleRevoked(person.pk, role.slug))
    _forget(person)
    return bool(taken)


@transaction.atomic
def add_role(*, name: str, permissions: Iterable[str], actor: Person | None) -> Role:
    """A role of one's own, allowing no more than its maker may."""
    wanted = _checked(permissions)
    if not policies.can_give(actor, wanted):
        raise PermissionDenied
    role = Role(name=one_line(name), slug=_free_slug(name), permissions=sorted(wanted))
    _save(role)
    journal.record(actor=actor, verb="role.added", subject=role.name, details={"permissions": role.permissions})
    return role


@transaction.atomic
def edit_role(*, role: Role, name: str, permissions: Iterable[str], actor: Person | None) -> Role:
    """Neither adds nor takes away a permission that the actor lacks; built-in roles are `RoleFixed`."""
    held, wanted = _hold(role), _checked(permissions)
    if not policies.can_give(actor, wanted ^ set(held.permissions)):
        raise PermissionDenied
    if held.is_built_in:
        raise RoleFixed
    before = held.permissions
    held.name, held.permissions = one_line(name), sorted(wanted)
    _save(held)
    about = {"permissions": [before, held.permissions]}
    journal.record(actor=actor, verb="role.edited", subject=held.name, details=about)
    return held


def archive_role(*, role: Role, actor: Person | None) -> Role:
    """The role stays with those who hold it but allows nothing any more, and is given to nobody else."""
    return _archive(role, actor, is_archived=True)


def restore_role(*, role: Role, actor: Person | None) -> Role:
    """Undo `archive_role`."""
    return _archive(role, actor, is_archived=False)


@transaction.atomic
def _archive(role: Role, actor: Person | None, *, is_archived: bool) -> Role:
    held = _hold(role)
    if not policies.can_give(actor, held.permissions):
        raise PermissionDenied
    if held.is_built_in:
        raise RoleFixed
    if bool(held.archived_at) != is_archived:
        held.archived_at = clock.now() if is_archived else None
        held.save(update_fields=["archived_at"])
        if is_archived:
            publish(RoleShut(held.slug))
        journal.record(actor=actor, verb="role.archived" if is_archived else "role.restored", subject=held.name)
    return held


def _hold(role: Role) -> Role:
    return Role.objects.select_for_update(no_key=True).get(pk=role.pk)


def _checked(permissions: Iterable[str]) -> set[str]:
    wanted = set(permissions)
    for name in sorted(wanted - access.permissions.keys()):
        raise PermissionUnknown(name)
    return wanted


def _free_slug(name: str) -> str:
    start = slugify(name)[:40] or "role"
    taken = set(Role.objects.filter(slug__startswith=start).values_list("slug", flat=True))
    return next(slug for n in range(1, len(taken) + 2) if (slug := f"{start}-{n}" if n > 1 else start) not in taken)


def _save(role: Role) -> None:
    """The name is unique without case, slug and name together: two who are as fast meet at the slug."""
    if Role.objects.filter(name__iexact=role.name).exclude(pk=role.pk).exists():
        raise NameTaken(role.name)
    role.clean_fields()
    try:
        with transaction.atomic():
            role.save()
    except IntegrityError as error:
        raise NameTaken(role.name) from error


def _forget(person: Person) -> None:
    """What this object remembers of its permissions is no longer so."""
    person.__dict__.pop("permissions", None)
