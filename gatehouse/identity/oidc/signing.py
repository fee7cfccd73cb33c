"""Signing JWTs with the portal's keys, and reading back what we signed."""

from collections.abc import Mapping
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry

from gatehouse.identity.oidc import keys
from gatehouse.identity.oidc.queries import keys as ring

LONGEST: Final = 8_192  # letters; ours have some 700
FOREIGN: Final = frozenset({"jku", "jwk", "x5u", "x5c", "x5t", "x5t#S256"})  # a key is never taken from a token
REGISTRY: Final = JWSRegistry(algorithms=keys.ALGORITHMS)


class NotOurs(ValueError):
    """Not a JWT that we signed for this purpose."""


def signed(claims: Mapping[str, Any], *, typ: str, algorithm: str) -> str:
    """With the key that signs now; `typ` tells one kind of token from every other (RFC 8725, section 3.11)."""
    key = ring.signing_key(algorithm)
    header = {"alg": algorithm, "typ": typ, "kid": key.kid}
    return jwt.encode(header, dict(claims), key, registry=REGISTRY)


def claims_of(text: str, *, typ: str) -> dict[str, Any]:
    """The claims of a JWT of ours of this very kind; raises `NotOurs`. Whether it has run out is for the caller."""
    if len(text) > LONGEST or not text.isascii():
        raise NotOurs
    try:
        token = jwt.decode(text, _key_for, registry=REGISTRY)
    except (JoseError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotOurs from error
    if str(token.header.get("typ", "")).lower() != typ:
        raise NotOurs
    return token.claims


def _key_for(token: Any) -> keys.SigningJwk:
    """By kid, and only for the algorithm the key was made for (RFC 8725, section 3.1)."""
    header = token.headers()
    key = ring.verifying_key(header.get("kid"))
    if key is None or key.get("alg") != header.get("alg") or FOREIGN & set(header):
        raise NotOurs
    return key
