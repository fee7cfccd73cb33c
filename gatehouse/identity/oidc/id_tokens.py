"""ID tokens: what a service is told, once and signed, about a sign-in (OpenID Connect Core 1.0, section 2)."""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any, Final

from gatehouse.core import clock
from gatehouse.identity.oidc import addresses, claims, scopes, signing
from gatehouse.identity.oidc.models import Client, Grant
from gatehouse.identity.oidc.queries.facts import facts_of
from gatehouse.identity.oidc.sids import sid_of
from gatehouse.people.models import Person

TYP: Final = "jwt"
SECONDS: Final = 3_600
Claims = dict[str, Any]


def mint_id(*, client: Client, grant: Grant, access_token: str, is_first: bool) -> str:
    """`nonce` only in the first one: who refreshes sent none (section 12.2). `auth_time` stays that of the sign-in."""
    now = int(clock.now().timestamp())
    said: Claims = {
        "iss": addresses.issuer(),
        "sub": grant.subject,
        "aud": client.client_id,
        "iat": now,
        "exp": now + SECONDS,
        "auth_time": int(grant.signed_in_at.timestamp()),
        "acr": grant.acr,
        "amr": grant.amr,
        "sid": sid_of(grant.session, client.client_id),
        "nonce": grant.nonce if is_first else "",
        "at_hash": half_hash(access_token),
    }
    said = {name: value for name, value in said.items() if value}
    return signing.signed(_about(client, grant) | said, typ="JWT", algorithm=client.signs_with)


def half_hash(text: str) -> str:
    """`at_hash` for algorithms on SHA-256: its left half (section 3.1.3.6)."""
    half = hashlib.sha256(text.encode("ascii")).digest()[:16]
    return base64.urlsafe_b64encode(half).rstrip(b"=").decode("ascii")


def read_hint(text: str) -> Mapping[str, Any]:
    """An `id_token_hint`: an ID token of ours, run out or not; raises `signing.NotOurs`."""
    said = signing.claims_of(text, typ=TYP)
    if said.get("iss") != addresses.issuer():
        raise signing.NotOurs
    return said


def _about(client: Client, grant: Grant) -> Claims:
    """Claims about the person, for services that want them here: by name (section 5.5), or all of them always."""
    by_name = claims.by_name(grant.wanted, "id_token", client.scopes)
    names = claims.allowed(scopes.words(grant.scope) if client.claims_in_id_token else (), by_name)
    own = client.claims if client.claims_in_id_token else {}
    if not names and not own:
        return {}
    needed = claims.needed([*names, *own.values()])
    person = Person.objects.get(pk=grant.person_id)
    return claims.told(facts_of(person, needed=needed), names, own)
