"""An id_token that a service gives back to us as a hint: of whom, and of which sign-in, it speaks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gatehouse.core import clock
from gatehouse.identity.oidc import id_tokens, signing


@dataclass(frozen=True)
class Hint:
    """`is_over` when it has run out: it says whom it was for, but proves nothing about now."""

    subject: str
    session: str
    audience: str
    is_over: bool


def read(text: str) -> Hint | None:
    """None for whatever we did not sign as an id_token ourselves, however it looks."""
    try:
        return _hint(id_tokens.read_hint(text))
    except signing.NotOurs:
        return None


def _hint(said: Mapping[str, Any]) -> Hint | None:
    subject, session, audience, end = (said.get(name) for name in ("sub", "sid", "aud", "exp"))
    if not (isinstance(subject, str) and isinstance(audience, str) and isinstance(end, int)):
        return None
    is_over = end <= clock.now().timestamp()
    return Hint(subject, session if isinstance(session, str) else "", audience, is_over)
