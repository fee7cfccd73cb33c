"""Who may do what with other people's sessions and factors."""

from gatehouse.people.models import Person
from gatehouse.people.policies import reaches

END_SESSIONS = "sessions.end"
RESET_FACTORS = "factors.reset"
MANAGE_FOBS = "fobs.manage"
INVITE_UPSTREAM = "upstream.invite"


def can_end_sessions_of(actor: Person, person: Person) -> bool:
    """Oneself, and those who may do no more: the same rule as for changing a person."""
    return actor == person or (actor.may(END_SESSIONS) and reaches(actor, person.permissions))


def can_reset_factors_of(actor: Person, person: Person) -> bool:
    """Owners, and roles they gave it to; never one's own, which are changed on one's own pages."""
    return actor != person and actor.may(RESET_FACTORS) and reaches(actor, person.permissions)


def can_manage_fobs_of(actor: Person, person: Person) -> bool:
    """One's own, and those of people who may do no more."""
    return actor == person or (actor.may(MANAGE_FOBS) and reaches(actor, person.permissions))


def can_invite_upstream(actor: Person, person: Person) -> bool:
    """Whoever invites somebody decides nothing about who uses the letter, so the same rule as for changing a person."""
    return actor.may(INVITE_UPSTREAM) and reaches(actor, person.permissions)
