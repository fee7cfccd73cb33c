"""Tokens are issued: for a code, for a refresh token, to a service itself.

What is redeemed is used up, and the next refresh token written, in one deed; only who did it is given anything.
"""

import hmac
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db.models import DateField, UUIDField

from gatehouse.core import clock
from gatehouse.core.ready import Place, ReadyExchange, ReadyInsert, ReadyUpdate
from gatehouse.identity import tokens as secrets
from gatehouse.identity.oidc import addresses, hashes, pkce, scopes
from gatehouse.identity.oidc.actions.devices import note_poll
from gatehouse.identity.oidc.actions.once import spend_proof
from gatehouse.identity.oidc.actions.reuse import end_reused
from gatehouse.identity.oidc.dpop import Proof
from gatehouse.identity.oidc.id_tokens import mint_id
from gatehouse.identity.oidc.models import Client, Code, DeviceRequest, Grant, RefreshToken
from gatehouse.identity.oidc.queries import standing
from gatehouse.identity.oidc.queries.standing import NOW, Redeemable
from gatehouse.identity.oidc.refusals import (
    DeviceOver,
    DeviceRefused,
    DeviceTooFast,
    DeviceWaits,
    GrantUnusable,
    ProofRefused,
    ScopeTooWide,
    TargetUnknown,
)
from gatehouse.identity.oidc.tokens import mint_access

_KEEP_REFRESH = ReadyInsert(RefreshToken, "id", "grant", "hash", "made_at", "expires_at")
_CODE = ReadyExchange(
    ReadyUpdate(
        lambda: Code.objects.filter(hash=Place("hash", Code._meta.get_field("hash")), used_at=None),  # noqa: SLF001  Django's documented name
        used_at=NOW,
    ),
    _KEEP_REFRESH,
)
_REFRESH = ReadyExchange(
    ReadyUpdate(lambda: RefreshToken.objects.filter(pk=Place("id", UUIDField()), used_at=None), used_at=NOW),
    _KEEP_REFRESH,
)
_DEVICE = ReadyExchange(
    ReadyUpdate(
        lambda: DeviceRequest.objects.filter(hash=Place("hash", DeviceRequest._meta.get_field("hash")), used_at=None),  # noqa: SLF001  the same
        used_at=NOW,
    ),
    _KEEP_REFRESH,
)
_USED_TODAY = ReadyUpdate(
    lambda: Client.objects.filter(pk=Place("id", UUIDField())), used_on=Place("today", DateField(null=True))
)


@dataclass(frozen=True)
class Issued:
    """What a token endpoint answers (RFC 6749, section 5.1); "" is left out."""

    access_token: str
    seconds: int
    scope: str
    refresh_token: str = ""
    id_token: str = ""
    is_bound: bool = False  # to the key of a proof (RFC 9449, section 5)

    def __repr__(self) -> str:
        return f"<Issued {self.scope}>"

    def as_dict(self) -> dict[str, str | int]:
        said: dict[str, str | int] = {
            "access_token": self.access_token,
            "token_type": "DPoP" if self.is_bound else "Bearer",
            "expires_in": self.seconds,
            "refresh_token": self.refresh_token,
            "id_token": self.id_token,
            "scope": self.scope,
        }
        return {name: value for name, value in said.items() if value != ""}


def redeem_code(
    *, client: Client, code: str, redirect_uri: str, verifier: str, resource: str = "", proof: Proof | None = None
) -> Issued:
    """Tokens for a code, once; raises `GrantUnusable` and `ProofRefused`. A second use, at any time, ends the grant.

    Whatever does not fit (client, address, verifier, key) leaves the code as it is, for whoever it belongs to.
    """
    found = standing.code_by_hash(hashes.digest(code))
    if found is None or found.grant.client_id != client.pk:
        raise GrantUnusable
    if found.used_at is None:
        _check_code(found, redirect_uri, verifier)
        _check_key(found.grant.dpop_key, proof)
        grant = _still_may(client, found.grant)
        audience = audience_for(client, grant.scope, _same_target(grant, resource))
        issued, kept = _prepared(client, grant, audience=audience, scope=grant.scope, proof=proof)
        if _CODE.run(used={"hash": found.hash, "now": clock.now()}, kept=kept):
            _bind(issued, client, grant, proof)
            return issued
    end_reused(grant=found.grant, client=client, why=Grant.Ended.CODE_REUSED)
    raise GrantUnusable


def _check_code(found: Redeemable, redirect_uri: str, verifier: str) -> None:
    fits_address = hmac.compare_digest(found.redirect_uri.encode(), redirect_uri.encode("utf-8", "surrogatepass"))
    is_open = found.stands and not found.is_over
    if not (is_open and fits_address and pkce.is_proof_of(verifier, found.challenge)):
        raise GrantUnusable


def _check_key(bound_to: str, proof: Proof | None) -> None:
    if bound_to and proof is None:
        raise ProofRefused("a proof of the key is needed")
    if bound_to and proof and not hmac.compare_digest(bound_to, proof.thumbprint):
        raise GrantUnusable


def _bind(issued: Issued, client: Client, grant: Grant, proof: Proof | None) -> None:
    """Who keeps no secret refreshes with this key only from now on (RFC 9449, section 5).

    Written before the refresh token is given out; no other of its family is good.
    """
    if proof and issued.refresh_token and client.is_public and not grant.dpop_key:
        Grant.objects.filter(pk=grant.pk).update(dpop_key=proof.thumbprint)


def refresh(*, client: Client, token: str, scope: str = "", resource: str = "", proof: Proof | None = None) -> Issued:
    """New tokens for a refresh token, which is used up; raises `GrantUnusable`, `ProofRefused` and `ScopeTooWide`.

    Of parallel uses one succeeds. A second one within `RefreshToken.GRACE` fails and changes nothing, for an answer may
    have been lost; later it ends the grant, for then two hold the same token.
    """
    sent = secrets.parse(token)
    found = standing.refresh_token_by_id(sent.id) if sent else None
    if not sent or not found or not sent.fits(found.hash) or found.grant.client_id != client.pk:
        raise GrantUnusable
    now = clock.now()
    if found.used_at:
        if now - found.used_at > RefreshToken.GRACE:
            end_reused(grant=found.grant, client=client, why=Grant.Ended.TOKEN_REUSED)
        raise GrantUnusable
    if not found.stands or found.is_over:
        raise GrantUnusable
    _check_key(found.grant.dpop_key if client.is_public else "", proof)
    grant = _still_may(client, found.grant)
    narrowed = _narrowed(grant.scope, scope)
    audience = audience_for(client, narrowed, _same_target(grant, resource))
    issued, kept = _prepared(client, grant, audience=audience, scope=narrowed, proof=proof, is_first=False)
    if not _REFRESH.run(used={"id": sent.id, "now": now}, kept=kept):
        raise GrantUnusable
    _bind(issued, client, grant, proof)
    return issued


def redeem_device(*, client: Client, device_code: str, resource: str = "", proof: Proof | None = None) -> Issued:
    """Tokens for a device that somebody let in, once; else `DeviceWaits`, `DeviceTooFast`, `DeviceRefused`, `DeviceOver`.

    `GrantUnusable` for what is unknown, another service's, or has ended meanwhile. Of parallel uses one succeeds; a
    second one later than `RefreshToken.GRACE` ends the grant, for then two hold the same code.
    """
    found = standing.device_by_hash(hashes.digest(device_code))
    if found is None or found.client_id != client.pk:
        raise GrantUnusable
    grant = _let_in(found, client)
    audience = audience_for(client, grant.scope, _same_target(grant, resource))
    issued, kept = _prepared(client, grant, audience=audience, scope=grant.scope, proof=proof)
    if not _DEVICE.run(used={"hash": found.hash, "now": clock.now()}, kept=kept):
        raise GrantUnusable
    _bind(issued, client, grant, proof)
    return issued


def _let_in(found: standing.Device, client: Client) -> Grant:
    if found.used_at and found.grant:
        if clock.now() - found.used_at > RefreshToken.GRACE:
            end_reused(grant=found.grant, client=client, why=Grant.Ended.CODE_REUSED)
        raise GrantUnusable
    if found.is_over:
        raise DeviceOver
    if found.answered_at is None:
        raise DeviceWaits if note_poll(digest=found.hash) else DeviceTooFast
    if found.grant is None:
        raise DeviceRefused
    if not found.stands:
        raise GrantUnusable
    return _still_may(client, found.grant)


def issue_to_service(*, client: Client, scope: str = "", resource: str = "", proof: Proof | None = None) -> Issued:
    """A token for the service itself, about nobody; raises `ScopeTooWide`, `TargetUnknown` and `ProofRefused`.

    Without a scope it gets all it may have. Nothing that speaks of people signing in is among them.
    """
    may = scopes.words(" ".join(client.scopes)) - set(scopes.OF_PEOPLE)
    wanted = scopes.words(scope) or may
    if not wanted <= may:
        raise ScopeTooWide
    said = scopes.line(wanted)
    audience = audience_for(client, said, resource)
    token = mint_access(client=client, scope=said, audience=audience, extra=_confirmed(client, proof))
    _note_use(client)
    return Issued(token, client.access_seconds, said, is_bound=proof is not None)


def issue(*, client: Client, grant: Grant, proof: Proof | None = None) -> Issued:
    """All tokens that a grant is good for, for doors that opened it by a way in of their own; raises `ProofRefused`."""
    _check_key(grant.dpop_key, proof)
    audience = audience_for(client, grant.scope, grant.resource)
    issued, kept = _prepared(client, grant, audience=audience, scope=grant.scope, proof=proof)
    if kept:
        _KEEP_REFRESH.run(**kept)
    _bind(issued, client, grant, proof)
    return issued


def _prepared(
    client: Client, grant: Grant, *, audience: list[str], scope: str, proof: Proof | None, is_first: bool = True
) -> tuple[Issued, dict[str, Any] | None]:
    """Signed but not given out, and the row of the refresh token: nothing can fail any more once that is written."""
    confirmed = _confirmed(client, proof)
    access_token = mint_access(client=client, scope=scope, audience=audience, grant=grant, extra=confirmed)
    has_id = scopes.OPENID in scopes.words(scope)
    id_token = mint_id(client=client, grant=grant, access_token=access_token, is_first=is_first) if has_id else ""
    may_refresh = scopes.OFFLINE in scopes.words(grant.scope) and "refresh_token" in client.grants
    token = secrets.new(uuid4()) if may_refresh else None
    _note_use(client)
    issued = Issued(access_token, client.access_seconds, scope, str(token or ""), id_token, proof is not None)
    return issued, _row(token, client, grant) if token else None


def _confirmed(client: Client, proof: Proof | None) -> dict[str, Any]:
    """Which key an access token is bound to (RFC 9449, section 6.1); the proof is used up by it."""
    if proof is None:
        if client.needs_dpop:
            raise ProofRefused("this service has tokens that are bound to a key only")
        return {}
    spend_proof(proof)
    return {"cnf": {"jkt": proof.thumbprint}}


def _row(token: secrets.Token, client: Client, grant: Grant) -> dict[str, Any]:
    now = clock.now()
    expires_at = min(now + timedelta(days=client.refresh_idle_days), grant.ends_at)
    return {"id": token.id, "grant": grant.pk, "hash": token.digest, "made_at": now, "expires_at": expires_at}


def audience_for(client: Client, scope: str, resource: str) -> list[str]:
    """Whom a token is meant for (RFC 8707): the resource named, or all the client has, or this portal.

    With scopes of people it is meant for this portal too, whose userinfo they open; one audience that is never a
    client's id, so no access token passes for an ID token. Raises `TargetUnknown`.
    """
    here = addresses.issuer()
    if resource and resource not in (here, *client.resources):
        raise TargetUnknown
    named = [resource] if resource else list(client.resources)
    is_ours = not named or scopes.words(scope) & set(scopes.ALL)
    return [*(name for name in named if name != here), *([here] if is_ours or here in named else [])]


def _same_target(grant: Grant, resource: str) -> str:
    """What was granted for one audience is not redeemed for another."""
    if grant.resource and resource and resource != grant.resource:
        raise TargetUnknown
    return resource or grant.resource


def _still_may(client: Client, grant: Grant) -> Grant:
    """With those of its scopes that nobody took from the service meanwhile."""
    left = scopes.words(grant.scope) & set(client.scopes)
    if not left:
        raise GrantUnusable
    grant.scope = scopes.line(left)
    return grant


def _narrowed(granted: str, wanted: str) -> str:
    if not scopes.words(wanted) <= scopes.words(granted):
        raise ScopeTooWide
    return scopes.line(scopes.words(wanted)) or granted


def _note_use(client: Client) -> None:
    """Once a day, so that a token costs no write for it."""
    today = clock.today()
    if client.used_on != today:
        _USED_TODAY.run(id=client.pk, today=today)
