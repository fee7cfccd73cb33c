"""Endpoints that programs call: no session, no cookie, JSON only. `door` leads here, past all that pages need."""

import json
from hashlib import blake2s

from authlib.oauth2 import OAuth2Error
from django.http import HttpRequest, HttpResponse

from gatehouse.identity.oidc import addresses, bearing, claims, devices, given, metadata, pushing, queries, scopes
from gatehouse.identity.oidc.asked import Asked
from gatehouse.identity.oidc.bearing import TokenMissing
from gatehouse.identity.oidc.queries import keys
from gatehouse.identity.oidc.refusals import ProofRefused, TokenRefused
from gatehouse.identity.oidc.server import SERVER, answer, refusal
from gatehouse.identity.oidc.tokens import Access

PUBLIC = "public, max-age=3600"  # a new key is published two days before it signs


def token(request: HttpRequest) -> HttpResponse:
    """RFC 6749, section 3.2."""
    try:
        response: HttpResponse = SERVER.create_token_response(Asked(request))
    except OAuth2Error as error:
        return refusal(error)
    return response


def device_authorization(request: HttpRequest) -> HttpResponse:
    """RFC 8628, section 3.1."""
    try:
        return answer(200, devices.begun(Asked(request)))
    except devices.TooMany as error:
        response = refusal(error)
        response["Retry-After"] = error.seconds
        return response
    except OAuth2Error as error:
        return refusal(error)


def revoke(request: HttpRequest) -> HttpResponse:
    """RFC 7009: 200 whether or not there was anything to end."""
    try:
        given.give_back(Asked(request))
    except OAuth2Error as error:
        return refusal(error)
    return answer(200, {})


def introspect(request: HttpRequest) -> HttpResponse:
    """RFC 7662."""
    try:
        return answer(200, given.looked_at(Asked(request)))
    except OAuth2Error as error:
        return refusal(error)


def push(request: HttpRequest) -> HttpResponse:
    """RFC 9126, section 2."""
    try:
        return answer(201, pushing.pushed(Asked(request)))
    except OAuth2Error as error:
        return refusal(error)


def userinfo(request: HttpRequest) -> HttpResponse:
    """OpenID Connect Core 1.0, section 5.3; the token in the header and nowhere else (RFC 9700, section 4.3.2)."""
    if request.META.get("QUERY_STRING"):
        return _unauthorised(request, 400, "invalid_request")
    try:
        access = bearing.access_in(request)
    except TokenMissing:
        return _unauthorised(request, 401)
    except TokenRefused:
        return _unauthorised(request, 401, "invalid_token")
    except ProofRefused as refusal:
        return _unauthorised(request, 401, "invalid_dpop_proof", str(refusal))
    if access.told is None or not access.allows(scopes.OPENID) or addresses.issuer() not in access.audience:
        return _unauthorised(request, 403, "insufficient_scope")
    return answer(200, {"sub": access.subject, **_claims(access, access.told)})


def _claims(access: Access, told: queries.Told) -> dict[str, object]:
    by_name = claims.by_name(told.wanted, "userinfo", told.scopes)
    names = claims.allowed(access.scopes, by_name)
    needed = claims.needed([*names, *told.own_claims.values()])
    facts = queries.facts_of(told.person, needed=needed)
    return claims.told(facts, names, told.own_claims)


def _unauthorised(request: HttpRequest, status: int, error: str = "", why: str = "") -> HttpResponse:
    said = {"error": error, "error_description": why}
    asks = bearing.challenge(request, error, *([f'error_description="{why}"'] if why else []))
    return answer(status, {name: value for name, value in said.items() if value}, {"WWW-Authenticate": asks})


def discovery(request: HttpRequest) -> HttpResponse:
    return _ready(request, metadata.document())


def jwks(request: HttpRequest) -> HttpResponse:
    """RFC 7517, section 5."""
    return _ready(request, json.dumps({"keys": keys.published()}, separators=(",", ":")).encode())


def _ready(request: HttpRequest, content: bytes) -> HttpResponse:
    tag = f'"{blake2s(content, digest_size=12).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": PUBLIC}
    if tag in request.META.get("HTTP_IF_NONE_MATCH", ""):
        return HttpResponse(status=304, headers=headers)
    return HttpResponse(content, content_type="application/json", headers=headers)
