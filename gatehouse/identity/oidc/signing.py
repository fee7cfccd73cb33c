"""Signing JWTs with the portal's keys, and reading back what we signed."""

import functools
import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry
from joserfc.util import urlsafe_b64encode

from gatehouse.identity.oidc import keys
from gatehouse.identity.oidc.queries import keys as ring

LONGEST: Final = 8_192  # letters; ours have some 700
FOREIGN: Final = frozenset({"jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256"})  # a key is never taken from a token
REGISTRY: Final = JWSRegistry(algorithms=keys.ALGORITHMS)


class NotOurs(ValueError):
    """Not a JWT that we signed for this purpose."""


def signed(claims: Mapping[str, Any], *, typ: str, algorithm: str) -> str:
    """With the key that signs now; `typ` tells one kind of token from every other (RFC 8725, section 3.11).

    The compact form (RFC 7515, section 7.1) is put together here, for its header is the same each time.
    """
    key = ring.signing_key(algorithm)
    payload = json.dumps(claims, ensure_ascii=False, separators=(",", ":")).encode()
    said = b".".join((_header(algorithm, typ, str(key.kid)), urlsafe_b64encode(payload)))
    proof = REGISTRY.get_alg(algorithm).sign(said, key)
    return b".".join((said, urlsafe_b64encode(proof))).decode("ascii")


@functools.lru_cache(maxsize=64)
def _header(algorithm: str, typ: str, kid: str) -> bytes:
    return urlsafe_b64encode(json.dumps({"alg": algorithm, "typ": typ, "kid": kid}, separators=(",", ":")).encode())


def claims_of(text: str, *, typ: str) -> Mapping[str, Any]:
    """The claims of a JWT of ours of this very kind; raises `NotOurs`. Whether it has run out is for the caller."""
    if len(text) > LONGEST or not text.isascii():
        raise NotOurs
    header, claims = _proved(text, ring.turn())
    if str(header.get("typ", "")).lower() != typ:
        raise NotOurs
    return claims


@functools.lru_cache(maxsize=1024)
def _proved(text: str, turn: float) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """Header and claims, proved by our key. A signature once proved stays so until the ring is read again (`turn`):
    who shows one token at every click pays for it once, and a withdrawn key is forgotten with its tokens.
    """
    try:
        token = jwt.decode(text, _key_for, registry=REGISTRY)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotOurs from error
    return MappingProxyType(token.header), MappingProxyType(token.claims)


def _key_for(token: Any) -> keys.SigningJwk:
    """By kid, and only for the algorithm the key was made for (RFC 8725, section 3.1)."""
    header = token.headers()
    key = ring.verifying_key(header.get("kid"))
    if key is None or key.get("alg") != header.get("alg") or FOREIGN & set(header):
        raise NotOurs
    return key
