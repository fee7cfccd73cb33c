"""What the OpenID provider announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class SignOutsToTell:
    """Logout notices were written and wait."""


@dataclass(frozen=True)
class ReuseSeen:
    """A code or a refresh token was used twice: its grant ended, and the person is told."""

    grant_id: UUID
