"""Kernel: secrets of the form `id.hex:token`. The id finds the row, only a hash of the token is kept in it."""

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from uuid import UUID

SECRET_BYTES = 32
_SHAPE = re.compile(r"([0-9a-f]{32}):([A-Za-z0-9_-]{43})")


@dataclass(frozen=True)
class Token:
    id: UUID
    secret: str

    def __str__(self) -> str:
        return f"{self.id.hex}:{self.secret}"

    def __repr__(self) -> str:
        """Without the secret, for this is what reaches logs and error pages."""
        return f"<Token {self.id}>"

    @property
    def digest(self) -> str:
        """SHA-256, 64 hex digits: enough for 256 random bits, which nobody guesses."""
        return hashlib.sha256(self.secret.encode("ascii")).hexdigest()

    def fits(self, digest: str) -> bool:
        return hmac.compare_digest(self.digest, digest)


def new(row_id: UUID) -> Token:
    return Token(row_id, secrets.token_urlsafe(SECRET_BYTES))


def parse(text: str | None) -> Token | None:
    """None for whatever is not a token, however it looks."""
    shape = _SHAPE.fullmatch(text or "")
    return Token(UUID(hex=shape[1]), shape[2]) if shape else None
