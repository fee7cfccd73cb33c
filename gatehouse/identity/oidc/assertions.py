"""A service proves who it is by a JWT that it signed (private_key_jwt: RFC 7523, OpenID Connect Core 1.0, section 9)."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any, Final, cast

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization
from joserfc.jws import JWSRegistry

from gatehouse.core import clock
from gatehouse.identity.oidc import addresses, keys
from gatehouse.identity.oidc.actions.once import see_once
from gatehouse.identity.oidc.models import Client

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
ALGORITHMS: Final = keys.ALGORITHMS
LONGEST: Final = 8_192  # letters
LIVES: Final = timedelta(minutes=10)  # at most, from now
REGISTRY: Final = JWSRegistry(algorithms=ALGORITHMS)


class NotProved(ValueError):
    """The assertion is not of this service, not for us, not now, or was shown before."""


def claimed_client(text: str) -> str:
    """Who it says it is of, not checked yet; "" when it says nothing one could look for."""
    try:
        subject = _payload(text).get("sub", "")
    except NotProved:
        return ""
    return subject if isinstance(subject, str) and subject.isprintable() else ""  # JSON can say what no database keeps


def check(text: str, *, client: Client) -> None:
    """Raises `NotProved`. Its `jti` is remembered until it runs out, so each assertion opens once."""
    try:
        known = KeySet.import_key_set(cast("KeySetSerialization", client.jwks or {"keys": []}))
        claims = jwt.decode(text, _only_by_kid(known), registry=REGISTRY).claims
    except (JoseError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise NotProved from error
    now, until = clock.now(), _time(claims.get("exp"))
    is_of_client = claims.get("iss") == client.client_id == claims.get("sub")
    is_for_us = bool(_audience(claims)) and _audience(claims) <= _our_names()
    is_now = now < until <= now + LIVES and _time(claims.get("nbf", 0)) <= now + timedelta(minutes=1)
    jti = claims.get("jti")
    if not (is_of_client and is_for_us and is_now and isinstance(jti, str) and 0 < len(jti) <= 512):
        raise NotProved
    if not see_once(what=f"assertion:{client.client_id}:{jti}", until=until):
        raise NotProved


def _our_names() -> set[str]:
    """The issuer, or the endpoint that is called (OpenID Connect Core 1.0, section 9; RFC 9126, section 2)."""
    return {addresses.issuer(), addresses.whole(addresses.TOKEN), addresses.whole(addresses.PUSH)}


def _only_by_kid(known: KeySet) -> Any:
    """One of the service's own keys, whatever its JWT says beside; a set of one needs no kid."""

    def found(token: Any) -> Any:
        return known.get_by_kid(token.headers().get("kid"))

    return found


def _payload(text: str) -> dict[str, Any]:
    """Read before it is proved, only to know whose keys to try."""
    if len(text) > LONGEST or not text.isascii():
        raise NotProved
    try:
        claims = json.loads(jws.extract_compact(text.encode(), registry=REGISTRY).payload or b"")
    except (JoseError, ValueError, TypeError, RecursionError) as error:
        raise NotProved from error
    return claims if isinstance(claims, dict) else {}


def _audience(claims: dict[str, Any]) -> set[str]:
    aud = claims.get("aud")
    return {one for one in (aud if isinstance(aud, list) else [aud]) if isinstance(one, str)}


def _time(seconds: object) -> datetime:
    if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 <= seconds < 2**33:
        raise NotProved
    return datetime.fromtimestamp(seconds, UTC)
