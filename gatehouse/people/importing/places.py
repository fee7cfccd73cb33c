"""Places in groups and granted roles that follow from what the roster lists, for the people of this import."""

from collections.abc import Iterator
from itertools import islice
from typing import Any
from uuid import UUID

from gatehouse.people.models import Group, GroupPlace, Membership, Role, RoleGrant, RosterChange, RosterImport

AT_ONCE = 500


def settle_places(roster_import: RosterImport) -> None:
    """Only people whose lines joined or changed; groups and grants of other sources, or given by hand, stay."""
    touched = RosterChange.objects.filter(roster_import=roster_import, kind__in=["joined", "changed", "missing"])
    people = touched.order_by("person_id").values_list("person_id", flat=True).distinct().iterator()
    while some := list(islice(people, AT_ONCE)):
        for source in roster_import.sources:
            settle(some, source=source)


def settle(people: list[UUID], *, source: str) -> None:
    """Make these people's places and grants of this source what their memberships list."""
    listed = Membership.objects.filter(person__in=people, source=source).exclude(status="ended")
    _settle_groups(people, source, dict(_wanted_places(listed)))
    _settle_roles(people, source, {(m.person_id, m.listed_role) for m in listed if m.listed_role})


def _wanted_places(memberships: Any) -> Iterator[tuple[tuple[UUID, str], str]]:
    for membership in memberships:
        for group in membership.listed_groups:
            yield (membership.person_id, group["name"]), group.get("section", "")


def _settle_groups(people: list[UUID], source: str, wanted: dict[tuple[UUID, str], str]) -> None:
    groups = _groups(wanted, source)
    there = {
        (place.person_id, place.group.name): place
        for place in GroupPlace.objects.filter(person__in=people, group__source=source).select_related("group")
    }
    surplus = [place.pk for key, place in there.items() if key not in wanted]
    GroupPlace.objects.filter(pk__in=surplus).delete()
    moved = [place for key, place in there.items() if key in wanted and place.section != wanted[key]]
    for place in moved:
        place.section = wanted[place.person_id, place.group.name]
    GroupPlace.objects.bulk_update(moved, ["section"])
    GroupPlace.objects.bulk_create(
        GroupPlace(person_id=person, group=groups[name], section=section)
        for (person, name), section in wanted.items()
        if (person, name) not in there
    )


def _groups(wanted: dict[tuple[UUID, str], str], source: str) -> dict[str, Group]:
    """What has sections is a course; what else it is, somebody may say on its page."""
    names = {name for _person, name in wanted}
    courses = {name for (_person, name), section in wanted.items() if section}
    kinds = {name: Group.Kind.COURSE if name in courses else Group.Kind.OTHER for name in sorted(names)}
    Group.objects.bulk_create(
        [Group(name=name, source=source, kind=kind) for name, kind in kinds.items()], ignore_conflicts=True
    )
    return {group.name: group for group in Group.objects.filter(source=source, name__in=names)}


def _settle_roles(people: list[UUID], source: str, wanted: set[tuple[UUID, str]]) -> None:
    """`member` needs no grant: whoever has an active membership is one."""
    roles = {
        role.slug: role for role in Role.objects.filter(is_built_in=True).exclude(slug__in=["owner", "admin", "member"])
    }
    granted = RoleGrant.objects.filter(person__in=people, source=source).select_related("role")
    surplus = [grant.pk for grant in granted if (grant.person_id, grant.role.slug) not in wanted]
    RoleGrant.objects.filter(pk__in=surplus).delete()
    RoleGrant.objects.bulk_create(
        [RoleGrant(person_id=person, role=roles[slug], source=source) for person, slug in wanted if slug in roles],
        ignore_conflicts=True,
    )
