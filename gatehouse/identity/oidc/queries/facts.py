"""What is known of a person, gathered for claims: as few questions as were asked for."""

from typing import Any

from django.db.models import UUIDField

from gatehouse.core.ready import Place, Ready
from gatehouse.identity.oidc.claims import Facts, Member
from gatehouse.people.models import GroupPlace, Membership, Person, RoleGrant

_PERSON = Place("person", UUIDField())
_ROLES = Ready(
    lambda: RoleGrant.objects.filter(person=_PERSON, role__archived_at=None).order_by().values_list("role__slug")
)
_GROUPS = Ready(lambda: GroupPlace.objects.filter(person=_PERSON).order_by().values_list("group__name"))
_MEMBERSHIPS = Ready(
    lambda: (
        Membership.objects.filter(person=_PERSON)
        .order_by()
        .values_list("level", "status", "number", "valid_from", "expires_on")
    )
)


def facts_of(person: Person, *, needed: frozenset[str]) -> Facts:
    """`needed` names those parts that cost a question: roles, groups, membership (`claims.needed`)."""
    memberships = _memberships(person) if needed & {"roles", "membership"} else []
    return Facts(
        name=person.name,
        given_name=person.given_name,
        family_name=person.family_name,
        preferred_name=person.preferred_name,
        email=person.email or "",
        is_email_proved=person.email is not None and person.email == person.proved_email,
        language=person.language,
        changed_at=int(person.changed_at.timestamp()),
        attributes=person.attributes,
        roles=_roles(person, memberships) if "roles" in needed else (),
        groups=tuple(sorted({name for (name,) in _GROUPS.all(person=person.pk)})) if "groups" in needed else (),
        membership=memberships[0] if memberships else None,
    )


def _roles(person: Person, memberships: list[Member]) -> tuple[str, ...]:
    """Slugs; whoever has an active membership is a member without a grant (`Person.permissions`)."""
    is_member = any(one.status == Membership.Status.ACTIVE for one in memberships)
    held = {slug for (slug,) in _ROLES.all(person=person.pk)} | ({"member"} if is_member else set())
    return tuple(sorted(held))


def _memberships(person: Person) -> list[Member]:
    """The one that counts first: active before others, then the one that lasts longest."""
    rows = [_member(row) for row in _MEMBERSHIPS.all(person=person.pk)]
    rows.sort(key=lambda one: (one.expires_on or "9999", one.number), reverse=True)
    return sorted(rows, key=lambda one: one.status != Membership.Status.ACTIVE)


def _member(row: tuple[Any, ...]) -> Member:
    *texts, valid_from, expires_on = row
    return Member(*texts, *(day.isoformat() if day else "" for day in (valid_from, expires_on)))
