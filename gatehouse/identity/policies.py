"""Who may do what with other people's sessions."""

from gatehouse.people.models import Person

END_SESSIONS = "sessions.end"


def can_end_sessions_of(actor: Person, person: Person) -> bool:
    return actor == person or actor.may(END_SESSIONS)
