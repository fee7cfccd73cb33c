"""Where programs register, and look after what they registered: no session, no cookie, JSON only."""

from authlib.oauth2 import OAuth2Error
from django.http import HttpRequest, HttpResponse

from gatehouse.identity.oidc import registry
from gatehouse.identity.oidc.server import NO_STORE, answer, refusal


def register(request: HttpRequest) -> HttpResponse:
    """RFC 7591, section 3."""
    try:
        return answer(201, registry.registered(request))
    except OAuth2Error as error:
        return _refused(error)


def registration(request: HttpRequest) -> HttpResponse:
    """RFC 7592, section 2."""
    try:
        if request.method == "DELETE":
            registry.removed(request)
            return HttpResponse(status=204, headers=dict(NO_STORE))
        return answer(200, registry.changed(request) if request.method == "PUT" else registry.read(request))
    except OAuth2Error as error:
        return _refused(error)


def _refused(error: OAuth2Error) -> HttpResponse:
    """As at other places that a bearer opens (RFC 6750, section 3)."""
    response = refusal(error)
    if error.status_code == 401:
        response["WWW-Authenticate"] = 'Bearer realm="Gatehouse", error="invalid_token"'
    return response
