"""Kernel: generated secrets of 256 random bits, of which a fast hash is kept; nobody guesses them, so none is slow."""

import hashlib
import hmac
import secrets
from typing import Final

SECRET_BYTES: Final = 32
LONGEST: Final = 512


def new_secret() -> str:
    """43 letters, safe in a URL, a header and a form."""
    return secrets.token_urlsafe(SECRET_BYTES)


def digest(secret: str) -> str:
    """SHA-256, 64 hex digits, of whatever was sent."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def fits(secret: str, kept: str) -> bool:
    """In constant time."""
    return hmac.compare_digest(digest(secret), kept)
