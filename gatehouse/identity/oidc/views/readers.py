"""Readers of keyfobs: a service shows a number with its own token, and gets an address that signs that person in."""

import json

from django.http import HttpRequest, HttpResponse

from gatehouse.identity import actions
from gatehouse.identity.actions.fobs import SECONDS
from gatehouse.identity.oidc import addresses, bearing
from gatehouse.identity.oidc.bearing import TokenMissing
from gatehouse.identity.oidc.refusals import ProofRefused, TokenRefused
from gatehouse.identity.oidc.server import answer
from gatehouse.identity.refusals import FobUnknown, FobUnreadable, TooOften

SCOPE = "fobs:sign-in"
LONGEST = 1_000  # bytes


def sign_in(request: HttpRequest) -> HttpResponse:
    """`{"fob": "04 a2 2b 1c"}` to `{"address", "expires_in", "name"}`; errors are problem documents (RFC 9457)."""
    try:
        access = bearing.access_in(request, audience=addresses.issuer())
    except TokenMissing:
        asks = bearing.challenge(request)
        return problem(401, "token-missing", "Send an access token in the Authorization header.", asks=asks)
    except TokenRefused:
        asks = bearing.challenge(request, "invalid_token")
        return problem(401, "token-refused", "This token opens nothing.", asks=asks)
    except ProofRefused as refusal:
        asks = bearing.challenge(request, "invalid_dpop_proof")
        return problem(401, "proof-refused", f"The DPoP proof is not good: {refusal}.", asks=asks)
    if access.told is not None or not access.allows(SCOPE):
        asks = bearing.challenge(request, "insufficient_scope", f'scope="{SCOPE}"')
        return problem(403, "scope-missing", f"A service's own token with the scope {SCOPE} is wanted.", asks=asks)
    return _shown(request, reader=access.client_id)


def _shown(request: HttpRequest, *, reader: str) -> HttpResponse:
    number = _number(request)
    if number is None:
        return problem(400, "body-wrong", 'Send a JSON object with one text, "fob".')
    try:
        address, person = actions.show_fob(number=number, reader=reader)
    except FobUnreadable:
        return problem(422, "fob-unreadable", "A fob's number is 4 to 40 letters and digits.")
    except FobUnknown:
        return problem(404, "fob-unknown", "Nobody who may sign in has this fob.")
    except TooOften as refusal:
        return problem(429, "too-often", "Too many fobs that nobody has.", headers={"Retry-After": refusal.retry_after})
    return answer(200, {"address": address, "expires_in": SECONDS, "name": person.name})


def _number(request: HttpRequest) -> str | None:
    """Exactly one text, under one name."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    is_length = length.isdecimal() and len(length) < 18
    if request.content_type != "application/json" or not is_length or int(length) > LONGEST:
        return None
    try:
        said = json.loads(request.body)
    except (ValueError, RecursionError):
        return None
    is_right = isinstance(said, dict) and set(said) == {"fob"} and isinstance(said["fob"], str)
    return said["fob"] if is_right else None


def problem(
    status: int, code: str, detail: str, *, asks: str = "", headers: dict[str, str] | None = None
) -> HttpResponse:
    """`asks` is what WWW-Authenticate says."""
    asked = {"WWW-Authenticate": asks} if asks else {}
    body = {"type": "about:blank", "title": code.replace("-", " "), "status": status, "code": code, "detail": detail}
    response = answer(status, body, asked | (headers or {}))
    response["Content-Type"] = "application/problem+json"
    return response
