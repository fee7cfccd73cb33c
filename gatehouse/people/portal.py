"""What the people app adds to the portal: permissions, entries of the menus, parts of the home page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.core.menu import Entry, HomePart, add, add_home
from gatehouse.journal import words
from gatehouse.people import policies, queries
from gatehouse.people.queries import ledger

declare(
    Permission(policies.VIEW, _("see people and their memberships")),
    Permission(policies.EDIT, _("edit people, memberships and groups")),
    Permission(policies.IMPORT, _("import rosters")),
    Permission(policies.EXPORT, _("export people")),
    Permission(policies.ROLES, _("give roles and edit them")),
    Permission(policies.PORTAL, _("change the organisation's name, mark and colour")),
)

add(
    Entry(
        "people",
        _("People"),
        "people:people",
        "users",
        policies.VIEW,
        order=10,
        total=queries.number_here,
        total_of=_("who are here"),
    )
)
add(
    Entry(
        "people",
        _("Imports"),
        "people:rosters",
        "file-up",
        policies.IMPORT,
        order=15,
        count=lambda _person: queries.imports_that_wait().count(),
    )
)
add(
    Entry(
        "people",
        _("Memberships"),
        "people:memberships",
        "id-card",
        policies.VIEW,
        order=20,
        total=queries.number_of_active_memberships,
        total_of=_("that are active"),
    )
)
add(Entry("people", _("Groups"), "people:groups", "users-round", policies.VIEW, order=30))
add(Entry("people", _("Roles"), "people:roles", "shield", policies.VIEW, order=40))


def own_memberships(person: Any) -> dict[str, Any] | None:
    memberships = queries.memberships_of(person)
    return {"memberships": memberships} if memberships else None


def own_groups(person: Any) -> dict[str, Any] | None:
    groups = list(queries.groups_of(person))
    return {"groups": groups} if groups else None


add_home(HomePart("people/home/memberships.html", own_memberships, order=30, wide=False))
add_home(HomePart("people/home/groups.html", own_groups, order=40, wide=False))
words.name(
    {
        **ledger.TITLES,
        "person.erased": _("Person erased"),
        "membership.lapsed": _("Memberships lapsed"),
        "role.added": _("Role added"),
        "role.edited": _("Role changed"),
        "role.archived": _("Role archived"),
        "role.restored": _("Role restored"),
        "group.added": _("Group added"),
        "group.edited": _("Group changed"),
        "group.deleted": _("Group deleted"),
        "organisation.edited": _("Organisation changed"),
        "roster.imported": _("Roster imported"),
        "roster.undone": _("Import undone"),
    }
)
