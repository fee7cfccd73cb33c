"""Who may do what with people."""

from typing import Any

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
