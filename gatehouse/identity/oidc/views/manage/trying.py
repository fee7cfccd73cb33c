"""A trial: staff sign in to a service as themselves, and read here what it would have been told."""

import json
import secrets
from typing import Any, Final
from urllib.parse import urlencode
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gatehouse.core import clock
from gatehouse.core.access import requires
from gatehouse.identity.oidc import (
    actions,
    addresses,
    claims,
    hashes,
    id_tokens,
    pkce,
    policies,
    queries,
    scopes,
    signing,
    tokens,
)
from gatehouse.identity.oidc.dpop import Proof
from gatehouse.identity.oidc.models import Client, Grant
from gatehouse.identity.oidc.refusals import GrantUnusable
from gatehouse.identity.oidc.views.answers import redirected

KEPT: Final = "oidc.trial"


@require_POST
@requires(policies.SERVICES)
def begin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same way that everybody takes, but back to a page of ours; "again" asks for consent as the first time."""
    client = get_object_or_404(Client.objects.open(), pk=pk)
    kept = {name: secrets.token_urlsafe(32) for name in ("state", "nonce", "verifier")}
    request.session[KEPT] = kept | {"client": str(pk)}
    asked = {
        "client_id": client.client_id,
        "response_type": "code",
        "redirect_uri": addresses.trial(pk),
        "scope": scopes.line(set(client.scopes) & set(scopes.OF_PEOPLE)),
        "state": kept["state"],
        "nonce": kept["nonce"],
        "code_challenge": pkce.challenge_of(kept["verifier"]),
        "code_challenge_method": "S256",
    }
    if request.POST.get("again"):
        asked["prompt"] = "consent"
    if client.needs_par:
        request_uri = actions.push_request(client=client, query=urlencode(asked))
        asked = {"client_id": client.client_id, "request_uri": request_uri}
    return redirected(f"{addresses.AUTHORIZE}?{urlencode(asked)}")


@never_cache
@require_safe
@requires(policies.SERVICES)
def back(request: HttpRequest, pk: UUID) -> HttpResponse:
    client = get_object_or_404(Client.objects.open(), pk=pk)
    kept = request.session.pop(KEPT, {})
    said, is_ours = request.GET, kept.get("client") == str(pk)
    context: dict[str, Any] = {"client": client}
    if not is_ours or not hashes.fits(said.get("state", ""), hashes.digest(kept["state"])):
        context["trouble"] = "state"
    elif said.get("error"):
        context["error"] = (said["error"][:60], said.get("error_description", "")[:200])
    else:
        context |= _redeemed(client, said.get("code", ""), kept) or {"trouble": "code"}
    is_well = "trouble" not in context and "error" not in context
    return render(request, "oidc/manage/tried.html", context, status=200 if is_well else 409)


@transaction.atomic
def _redeemed(client: Client, code: str, kept: dict[str, str]) -> dict[str, Any] | None:
    """What the tokens say, as lines to read; the grant is gone afterwards, for the service never knew of it."""
    verifier, proof = kept["verifier"], _nobodys_proof() if client.needs_dpop else None
    try:
        issued = actions.redeem_code(
            client=client, code=code, redirect_uri=addresses.trial(client.pk), verifier=verifier, proof=proof
        )
    except GrantUnusable:
        return None
    said_in_token = signing.claims_of(issued.id_token, typ=id_tokens.TYP) if issued.id_token else {}
    access = tokens.access_of(tokens.signed_access(issued.access_token))
    assert access.told is not None
    names = claims.allowed(access.scopes)
    needed = claims.needed([*names, *client.claims.values()])
    facts = queries.facts_of(access.told.person, needed=needed)
    userinfo = {"sub": access.subject, **claims.told(facts, names, client.claims)}
    Grant.objects.filter(pk=UUID(hex=str(access.claims["grant"]))).delete()
    return {
        "id_token": _lines(said_in_token),
        "userinfo": _lines(userinfo),
        "is_nonce_right": said_in_token.get("nonce") == kept["nonce"] if said_in_token else None,
        "scope": issued.scope,
    }


def _nobodys_proof() -> Proof:
    """Of a key that does not exist: the tokens of a trial are shown and never used."""
    return Proof(pkce.challenge_of(secrets.token_urlsafe(32)), secrets.token_urlsafe(16), int(clock.now().timestamp()))


def _lines(said: Any) -> list[tuple[str, str]]:
    shown = {name: value for name, value in said.items() if name not in {"nonce", "at_hash"}}
    return [
        (name, value if isinstance(value, str) else json.dumps(value, ensure_ascii=False))
        for name, value in shown.items()
    ]
