"""Who may do what with people. No actor means Gatehouse itself, or whoever sits at the server's command line."""

from collections.abc import Iterable
from typing import Any

from gatehouse.core.access import EVERYTHING

VIEW, EDIT, IMPORT, EXPORT, ROLES, PORTAL = (
    "people.view",
    "people.edit",
    "roster.import",
    "people.export",
    "roles.edit",
    "portal.edit",
)


def can_import_roster(person: Any) -> bool:
    return bool(person and person.may(IMPORT))


def can_edit_people(actor: Any) -> bool:
    return actor is None or actor.may(EDIT)


def can_edit_person(actor: Any, person: Any) -> bool:
    """Oneself, and those who may do no more: whoever can change an owner's address can sign in as that owner."""
    if actor is None or actor.pk == person.pk:
        return True
    return actor.may(EDIT) and reaches(actor, person.permissions)


def can_erase(actor: Any) -> bool:
    return actor is None or actor.may(EVERYTHING)


def can_export(actor: Any) -> bool:
    return actor is None or actor.may(EXPORT)


def can_edit_roles(actor: Any) -> bool:
    return actor is None or actor.may(ROLES)


def can_give(actor: Any, permissions: Iterable[str]) -> bool:
    """Nobody gives or takes what he lacks."""
    return can_edit_roles(actor) and reaches(actor, permissions)


def can_edit_portal(actor: Any) -> bool:
    return actor is None or actor.may(PORTAL)


def reaches(actor: Any, permissions: Iterable[str]) -> bool:
    """Whether the actor holds every one of these permissions."""
    return actor is None or all(actor.may(permission) for permission in permissions)
