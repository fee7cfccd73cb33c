"""Kernel: what an upstream's id_token must be before anybody is let in by it (OpenID Connect Core 1.0, 3.1.3.7).

Entra's tokens name the tenant (`tid`) and the person in it (`oid`); together they stay the same for ever, while addresses
and user names are moved from one person to another. So nothing else is looked at.
"""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry

ALGORITHMS: Final = ["ES256", "PS256", "RS256"]
REGISTRY: Final = JWSRegistry(algorithms=ALGORITHMS)
LONGEST: Final = 32_768  # letters
SKEW: Final = timedelta(minutes=2)  # between their clock and ours


class NotGood(ValueError):
    """Not of this upstream, not for us, not now, or not an answer to what we asked; the text says which, for the log."""


class KeyUnknown(NotGood):
    """Signed with a key that was not published when we last looked."""


@dataclass(frozen=True)
class Wanted:
    """What we asked for, of whom."""

    issuer: str
    client_id: str
    nonce: str
    tenant: str = ""  # of Entra
    now: datetime = datetime.min  # noqa: DTZ901  always given


@dataclass(frozen=True)
class Known:
    """Who it is, as the upstream names them: `uid` never changes hands. `signed_in_at` is None where it is not told.

    `text` is the id_token itself, which the upstream wants to see again when they sign out.
    """

    uid: str
    claims: Mapping[str, Any]
    signed_in_at: datetime | None
    text: str = field(default="", repr=False)


def read(text: str, *, keys: KeySet, wanted: Wanted) -> Known:
    """Raises `NotGood`, and `KeyUnknown` where newer keys may help."""
    claims = _signed(text, keys)
    now = wanted.now.timestamp()
    audience = claims.get("aud")
    _hold(claims.get("iss") == wanted.issuer, "issuer")
    _hold(audience in (wanted.client_id, [wanted.client_id]), "audience")
    _hold(claims.get("azp", wanted.client_id) == wanted.client_id, "azp")
    _hold(_number(claims, "exp") > now - SKEW.total_seconds(), "exp")
    _hold(_number(claims, "iat") < now + SKEW.total_seconds(), "iat")
    _hold(not claims.get("nbf") or _number(claims, "nbf") < now + SKEW.total_seconds(), "nbf")
    nonce = claims.get("nonce")
    _hold(isinstance(nonce, str) and hmac.compare_digest(nonce.encode(), wanted.nonce.encode()), "nonce")
    return Known(_uid(claims, wanted.tenant), claims, _auth_time(claims, wanted.now), text)


def _signed(text: str, keys: KeySet) -> dict[str, Any]:
    _hold(len(text) <= LONGEST and text.isascii(), "size")
    try:
        token = jwt.decode(text, _only_by_kid(keys), registry=REGISTRY)
    except NotGood:
        raise
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotGood("signature") from error
    _hold(isinstance(token.claims, dict), "claims")
    return token.claims


def _only_by_kid(keys: KeySet) -> Any:
    """A key that they published, whatever their JWT says beside (no jku, no x5u); a set of one needs no kid."""

    def found(token: Any) -> Any:
        kid = token.headers().get("kid")
        if kid is None and len(keys.keys) == 1:
            return keys.keys[0]
        for key in keys.keys:
            if kid is not None and key.kid == kid:
                return key
        raise KeyUnknown("key")

    return found


def _uid(claims: Mapping[str, Any], tenant: str) -> str:
    if not tenant:
        return _text(claims, "sub")
    _hold(_text(claims, "tid").lower() == tenant.lower(), "tenant")
    return f"{tenant.lower()}:{_text(claims, 'oid').lower()}"


def _auth_time(claims: Mapping[str, Any], now: datetime) -> datetime | None:
    if claims.get("auth_time") is None:
        return None
    at = datetime.fromtimestamp(_number(claims, "auth_time"), now.tzinfo)
    return min(at, now)


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 255 or not value.isprintable():
        raise NotGood(name)
    return value


def _number(claims: Mapping[str, Any], name: str) -> float:
    value = claims.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 2**33:
        raise NotGood(name)
    return value


def _hold(is_so: bool, what: str) -> None:
    if not is_so:
        raise NotGood(what)
