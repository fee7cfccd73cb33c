"""Kernel: the name a service has for a browser session."""

import hashlib
from uuid import UUID


def sid_of(session: UUID | None, client_id: str) -> str:
    """The `sid`: the same for one session at one service, another at each other, so that no two can compare theirs.

    A session's id has 122 random bits, so its hash tells nothing of it; "" without a session.
    """
    if session is None:
        return ""
    return hashlib.sha256(f"sid:{session.hex}:{client_id}".encode()).hexdigest()[:32]
