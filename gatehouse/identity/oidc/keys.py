"""Kernel: key pairs for signing tokens, and which of them signs or is published, reckoned from times alone.

So no job has to be in time for a token to be right: a key signs from its hour until the hour of its successor, and a
successor is known to everybody before its hour comes.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest
from typing import Any, Final, Literal, Protocol, TypeAlias, TypeVar

from joserfc.jwk import ECKey, RSAKey

Algorithm: TypeAlias = Literal["ES256", "RS256"]
SigningJwk: TypeAlias = ECKey | RSAKey

ALGORITHMS: Final[tuple[Algorithm, ...]] = ("ES256", "RS256")
RSA_BITS: Final = 2048  # RFC 7518, section 3.3: at least


class Timed(Protocol):
    """What is asked of a key here: a row of the database will do."""

    @property
    def algorithm(self) -> str: ...
    @property
    def signs_from(self) -> datetime: ...
    @property
    def signs_until(self) -> datetime: ...
    @property
    def withdrawn_at(self) -> datetime | None: ...


Key = TypeVar("Key", bound=Timed)


@dataclass(frozen=True)
class Pair:
    """`kid` is the thumbprint (RFC 7638); `private` is a JWK as JSON and never leaves the portal unsealed."""

    kid: str
    algorithm: Algorithm
    private: bytes
    public: Mapping[str, Any]

    def __repr__(self) -> str:
        return f"<Pair {self.algorithm} {self.kid}>"


def new_pair(algorithm: Algorithm) -> Pair:
    key: SigningJwk = ECKey.generate_key("P-256") if algorithm == "ES256" else RSAKey.generate_key(RSA_BITS)
    kid = key.thumbprint()
    said = {"kid": kid, "alg": algorithm, "use": "sig"}
    public = {**key.as_dict(private=False), **said}
    private = {**key.as_dict(private=True), **said}
    return Pair(kid, algorithm, json.dumps(private).encode(), public)


def opened(private: bytes) -> SigningJwk:
    """A key ready to sign, from the bytes of `Pair.private`."""
    values = json.loads(private)
    return ECKey.import_key(values) if values["kty"] == "EC" else RSAKey.import_key(values)


def signer(keys: Iterable[Key], algorithm: str, now: datetime) -> Key | None:
    """The latest whose hour has come; it goes on past `signs_until` as long as no successor's hour has come."""
    ready = [key for key in _line(keys, algorithm) if key.signs_from <= now]
    return ready[-1] if ready else None


def published(keys: Iterable[Key], now: datetime, *, kept_after: timedelta) -> list[Key]:
    """Those that sign, will sign, or signed what may still be about: until `kept_after` their successor's hour."""
    keys = list(keys)
    return [key for algorithm in ALGORITHMS for key in _still(_line(keys, algorithm), now - kept_after)]


def next_hour(keys: Iterable[Timed], algorithm: str, now: datetime, *, ahead: timedelta) -> datetime | None:
    """When a key that ought to be made now would begin to sign; None while none is needed.

    The first one signs at once. Any other is published for `ahead` before its hour, however late we are.
    """
    line = _line(keys, algorithm)
    if not line:
        return now
    last = line[-1]
    return max(last.signs_until, now + ahead) if last.signs_until - now <= 2 * ahead else None


def _line(keys: Iterable[Key], algorithm: str) -> list[Key]:
    ours = [key for key in keys if key.algorithm == algorithm and key.withdrawn_at is None]
    return sorted(ours, key=lambda key: key.signs_from)


def _still(line: list[Key], since: datetime) -> list[Key]:
    return [key for key, after in zip_longest(line, line[1:]) if after is None or after.signs_from > since]
