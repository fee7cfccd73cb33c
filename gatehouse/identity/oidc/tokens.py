"""Access tokens: JWTs as RFC 9068 has them, each checked against what it came of whenever it is used here.

Doors that take one (userinfo, the portal's own API) read it by `bearing`, which asks `read_access`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID, uuid4

from gatehouse.core import clock
from gatehouse.identity.oidc import addresses, scopes, signing
from gatehouse.identity.oidc.models import Client, Grant
from gatehouse.identity.oidc.queries import standing
from gatehouse.identity.oidc.refusals import TokenRefused
from gatehouse.identity.oidc.sids import sid_of
from gatehouse.people.models import Person

TYP: Final = "at+jwt"  # RFC 9068, section 2.1


@dataclass(frozen=True)
class Access:
    """A token that is good now. Without a person it speaks for the service itself, whose id is the subject."""

    client_id: str
    subject: str
    scopes: frozenset[str]
    audience: tuple[str, ...]
    jti: str
    expires_at: int
    claims: Mapping[str, Any]
    told: standing.Told | None

    @property
    def person(self) -> Person | None:
        return self.told.person if self.told else None

    @property
    def key(self) -> str:
        return key_of(self.claims)

    def allows(self, scope: str) -> bool:
        return scope in self.scopes


def mint_access(
    *,
    client: Client,
    scope: str,
    audience: list[str],
    grant: Grant | None = None,
    extra: Mapping[str, Any] | None = None,
) -> str:
    """A token that lives for the client's `access_seconds`; of a grant, or of the service itself.

    `extra` is for what an extension says in it: `cnf` (RFC 9449).
    """
    now = int(clock.now().timestamp())
    claims: dict[str, Any] = {
        "iss": addresses.issuer(),
        "sub": grant.subject if grant else client.client_id,
        "aud": audience if len(audience) > 1 else audience[0],
        "client_id": client.client_id,
        "scope": scope,
        "iat": now,
        "exp": now + client.access_seconds,
        "jti": uuid4().hex,
        **(_of_grant(grant, client) if grant else {}),
        **(extra or {}),
    }
    return signing.signed(claims, typ=TYP, algorithm=client.signs_with)


def _of_grant(grant: Grant, client: Client) -> dict[str, Any]:
    sid = sid_of(grant.session, client.client_id)
    said = {"auth_time": int(grant.signed_in_at.timestamp()), "acr": grant.acr, "amr": grant.amr, "sid": sid}
    return {"grant": grant.pk.hex} | {name: value for name, value in said.items() if value}


def read_access(text: str, *, audience: str = "", key: str = "") -> Access:
    """The token, if it is ours, has not run out, was not given back, and what it came of still stands.

    Costs one question to the database. With `audience` it must be meant for that one (the portal's own API is named
    by its issuer). `key` is the thumbprint whose key the sender proved to hold: the very one it is bound to, and none
    for a token that is bound to none (RFC 9449, section 7). Raises `TokenRefused`.
    """
    claims = signed_access(text)
    if (audience and audience not in audience_of(claims)) or key_of(claims) != key:
        raise TokenRefused
    return access_of(claims)


def access_of(claims: Mapping[str, Any]) -> Access:
    """The same for who only looks at a token and need not hold its key; raises `TokenRefused`.

    Its scopes are those that it was given and its service may still have.
    """
    grant_id, jti = claims.get("grant"), claims["jti"]
    told = standing.told_of(UUID(hex=grant_id), jti=jti) if grant_id else None
    may = told.scopes if told else None if grant_id else standing.scopes_of_service(claims["client_id"], jti=jti)
    if may is None:
        raise TokenRefused
    return Access(
        claims["client_id"],
        claims["sub"],
        scopes.words(claims["scope"]) & set(may),
        audience_of(claims),
        jti,
        claims["exp"],
        claims,
        told,
    )


def signed_access(text: str) -> Mapping[str, Any]:
    """The claims of an access token of ours that has not run out, whether or not its grant stands."""
    try:
        claims = signing.claims_of(text, typ=TYP)
    except signing.NotOurs as error:
        raise TokenRefused from error
    if claims.get("iss") != addresses.issuer() or claims["exp"] <= clock.now().timestamp():
        raise TokenRefused
    return claims


def key_of(claims: Mapping[str, Any]) -> str:
    """The thumbprint of the key it is bound to; "" for a bearer's."""
    jkt = claims.get("cnf", {}).get("jkt", "")
    return str(jkt)


def audience_of(claims: Mapping[str, Any]) -> tuple[str, ...]:
    aud = claims["aud"]
    return tuple(aud) if isinstance(aud, list) else (aud,)
