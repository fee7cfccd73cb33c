"""The key ring: read from the database every few seconds at most, its keys opened once in a process."""

import functools
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from gatehouse.core import clock
from gatehouse.identity.oidc import keys
from gatehouse.identity.oidc.models import SigningKey

REREAD = 10.0  # seconds after which a key that another process withdrew is no good here either


@dataclass
class Ring:
    rows: dict[str, SigningKey]
    read_at: float


_ring = Ring({}, 0.0)


def signing_key(algorithm: str) -> keys.SigningJwk:
    """The key that signs now. The very first question makes the first keys."""
    row = keys.signer(_rows().values(), algorithm, clock.now())
    assert row is not None, algorithm
    return _opened(row.kid, bytes(row.private_sealed))


def verifying_key(kid: object) -> keys.SigningJwk | None:
    """A key of ours that was not withdrawn, however old: whether a token has run out says the token."""
    row = _rows().get(kid) if isinstance(kid, str) else None
    return _opened(row.kid, bytes(row.private_sealed)) if row and row.withdrawn_at is None else None


def published() -> list[Mapping[str, Any]]:
    """Public JWKs, with nothing private in them."""
    rows = keys.published(_rows().values(), clock.now(), kept_after=SigningKey.KEPT_AFTER)
    return [row.public for row in rows]


def turn() -> float:
    """Another one each time the ring was read; for what is kept only as long as its keys."""
    _rows()
    return _ring.read_at


def forget() -> None:
    """Read again at the next question; for whoever just changed the keys."""
    _ring.read_at = 0.0


def _rows() -> dict[str, SigningKey]:
    if not _ring.read_at or time.monotonic() - _ring.read_at > REREAD:
        _ring.rows = _read()
        _ring.read_at = time.monotonic()
    return _ring.rows


def _read() -> dict[str, SigningKey]:
    rows = {row.kid: row for row in SigningKey.objects.all()}
    if any(keys.signer(rows.values(), algorithm, clock.now()) is None for algorithm in keys.ALGORITHMS):
        SigningKey.objects.top_up()
        rows = {row.kid: row for row in SigningKey.objects.all()}
    return rows


@functools.lru_cache(maxsize=64)
def _opened(kid: str, private_sealed: bytes) -> keys.SigningJwk:
    return SigningKey(kid=kid, private_sealed=private_sealed).opened
