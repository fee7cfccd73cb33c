"""Who may do what with other people's sessions and factors."""

from gatehouse.people.models import Person
from gatehouse.people.policies import reaches

END_SESSIONS = "sessions.end"
RESET_FACTORS = "factors.reset"


def can_end_sessions_of(actor: Person, person: Person) -> bool:
    """Oneself, and those who may do no more: the same rule as for changing a person."""
    return actor == person or (actor.may(END_SESSIONS) and reaches(actor, person.permissions))


def can_reset_factors_of(actor: Person, person: Person) -> bool:
    """Owners, and roles they gave it to; never one's own, which are changed on one's own pages."""
    return actor != person and actor.may(RESET_FACTORS) and reaches(actor, person.permissions)
