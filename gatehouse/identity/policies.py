"""Who may do what with other people's sessions."""

from gatehouse.people.models import Person
from gatehouse.people.policies import reaches

END_SESSIONS = "sessions.end"


def can_end_sessions_of(actor: Person, person: Person) -> bool:
    """Oneself, and those who may do no more: the same rule as for changing a person."""
    return actor == person or (actor.may(END_SESSIONS) and reaches(actor, person.permissions))
