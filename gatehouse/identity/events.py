"""What the identity app announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CodeAsked:
    """Somebody asked for a code, whether or not anybody has the address: the outbox is woken in either case."""

    flow_id: UUID


@dataclass(frozen=True)
class SessionsEnded:
    """These sessions ended, for whatever reason; of `person_ids` all ends that they signed in to, by any session.

    `why` is signed-out, replaced (another person came in), session (ended from elsewhere), expired, left or password.
    """

    session_ids: tuple[UUID, ...] = ()
    person_ids: tuple[UUID, ...] = ()
    why: str = "session"
