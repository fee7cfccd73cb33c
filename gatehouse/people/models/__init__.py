"""The core noun: people, what they belong to, what they may do, and the rosters that bring them."""

from gatehouse.people.models.persons import (
    UNTOLD,
    ExternalId,
    Group,
    GroupPlace,
    Membership,
    Organisation,
    PeopleManager,
    Person,
    Role,
    RoleGrant,
)
from gatehouse.people.models.rosters import (
    Invitation,
    RefusedLine,
    RosterChange,
    RosterImport,
    SavedMapping,
    StagedLine,
)

__all__ = [
    "UNTOLD",
    "ExternalId",
    "Group",
    "GroupPlace",
    "Invitation",
    "Membership",
    "Organisation",
    "PeopleManager",
    "Person",
    "RefusedLine",
    "Role",
    "RoleGrant",
    "RosterChange",
    "RosterImport",
    "SavedMapping",
    "StagedLine",
]
