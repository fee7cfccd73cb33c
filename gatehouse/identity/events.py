"""What the identity app announces."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True)
class CodeAsked:
    """Somebody asked for a code, whether or not anybody has the address: the outbox is woken in either case."""

    flow_id: UUID


@dataclass(frozen=True)
class SessionsEnded:
    """These browsers are signed in no more; `why` is signed-out, replaced, ended, left, merged, expired or password.

    The rows are gone already. At most a thousand sessions are named at a time, and people may be named twice. With
    `are_all`, whatever these people are signed in to ends, whichever session it came of.
    """

    session_ids: tuple[UUID, ...]
    person_ids: tuple[UUID, ...]
    why: str
    are_all: bool = False


@dataclass(frozen=True)
class SignInDenied:
    """It was not this person who signed in then; what was let in by it since, they did not let in."""

    person_id: UUID
    since: datetime
