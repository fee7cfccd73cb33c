"""Tokens that services show: to give them back (RFC 7009), or to ask whether they are good (RFC 7662).

The hint says nothing we would not see: an access token is a JWT, a refresh token has a colon.
"""

from typing import Any

from authlib.oauth2.rfc6749 import InvalidGrantError, InvalidRequestError

from gatehouse.identity import tokens as secrets
from gatehouse.identity.oidc import actions, addresses, proving, queries, scopes, tokens
from gatehouse.identity.oidc.asked import Asked
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.queries.standing import Redeemable
from gatehouse.identity.oidc.refusals import TokenRefused

NOT_ACTIVE = {"active": False}


def give_back(asked: Asked) -> None:
    """End the token; a refresh token takes its whole family along. Nothing happens for what is no token of ours.

    Raises `InvalidGrantError` for another service's token, which stays good (RFC 7009, section 2.1).
    """
    client = proving.client_of(asked)
    text = _token(asked)
    if found := _refresh_token(text):
        _same(found.grant.client_id == client.pk)
        actions.revoke_grant(grant=found.grant)
        return
    try:
        claims = tokens.signed_access(text)
    except TokenRefused:
        return
    _same(claims["client_id"] == client.client_id)
    actions.revoke_access(jti=claims["jti"], expires_at=claims["exp"])


def looked_at(asked: Asked) -> dict[str, Any]:
    """What RFC 7662 says of a token: to its own service, and to those that may ask about all."""
    client = proving.client_of(asked)
    if client.is_public:
        raise proving.nobody()
    text = _token(asked)
    if found := _refresh_token(text):
        return _of_refresh(found, client)
    try:
        access = tokens.access_of(tokens.signed_access(text))
    except TokenRefused:
        return NOT_ACTIVE
    if not _may_ask(client, access.client_id):
        return NOT_ACTIVE
    said = {name: value for name, value in access.claims.items() if name != "grant"}
    said["scope"] = scopes.line(access.scopes)
    return {"active": True, "token_type": "DPoP" if access.key else "Bearer", **said}


def _of_refresh(found: Redeemable, client: Client) -> dict[str, Any]:
    """Only its own service may ask: nobody else is ever shown one."""
    is_good = found.stands and found.used_at is None and not found.is_over
    if not is_good or found.grant.client_id != client.pk:
        return NOT_ACTIVE
    return {
        "active": True,
        "token_type": "refresh_token",
        "iss": addresses.issuer(),
        "client_id": client.client_id,
        "sub": found.grant.subject,
        "scope": scopes.line(scopes.words(found.grant.scope) & set(client.scopes)),
        "exp": int(found.expires_at.timestamp()),
    }


def _may_ask(client: Client, client_id: str) -> bool:
    return client.client_id == client_id or client.is_introspector


def _refresh_token(text: str) -> Redeemable | None:
    sent = secrets.parse(text)
    found = queries.refresh_token_by_id(sent.id) if sent else None
    return found if sent and found and sent.fits(found.hash) else None


def _token(asked: Asked) -> str:
    if not asked.said("token"):
        raise InvalidRequestError("The token is missing.")
    return asked.said("token")


def _same(is_same: bool) -> None:
    if not is_same:
        raise InvalidGrantError("The token was given to another service.")
