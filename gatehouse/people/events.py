"""What the people app announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class PeopleChanged:
    """Name, address, membership or group of people changed: of these persons, or of all that an import touched."""

    person_ids: tuple[UUID, ...] = ()
    import_id: int | None = None


@dataclass(frozen=True)
class MembershipChanged:
    """One membership was made, edited or ended by hand; imports announce `PeopleChanged`."""

    membership_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class MembershipLapsed:
    """These memberships ran past their last day."""

    membership_ids: tuple[UUID, ...]


@dataclass(frozen=True)
class PersonLeft:
    """These people left, at once, or on the day that was named before; or all that an import marked (`import_id`).

    Told once of each leaving (`Person.told_left_at`).
    """

    person_ids: tuple[UUID, ...] = ()
    import_id: int | None = None


@dataclass(frozen=True)
class PeopleMerged:
    """Two records were one person: everything of `gone_id` belongs to `kept_id` now."""

    kept_id: UUID
    gone_id: UUID


@dataclass(frozen=True)
class PersonErased:
    """This person's record is about to be deleted for good; what must not outlive it goes now."""

    person_id: UUID


@dataclass(frozen=True)
class RoleGranted:
    """Given by hand or by another part of the portal; imports announce `PeopleChanged`."""

    person_id: UUID
    role: str


@dataclass(frozen=True)
class RoleRevoked:
    """Taken back by hand; imports, and what undoes them, announce `PeopleChanged`."""

    person_id: UUID
    role: str


@dataclass(frozen=True)
class RoleShut:
    """This role was archived: it allows nothing any more, whoever holds it."""

    role: str


@dataclass(frozen=True)
class PeopleInvited:
    """Invitations wait to be written (`Invitation` rows without `written_at`)."""

    count: int


@dataclass(frozen=True)
class OrganisationChanged:
    """The host has another name, unit, address, mark or colour."""


@dataclass(frozen=True)
class RosterAsked:
    """An import waits to be read, applied or undone."""

    import_id: int
