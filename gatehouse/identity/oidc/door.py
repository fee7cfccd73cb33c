"""The door for programs: answers protocol endpoints before sessions, CSRF and locale, with the headers of safety kept.

None of them knows a cookie, so none of that would protect anybody; what it costs, every token would pay.
"""

import functools
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse
from django.urls import ResolverMatch

from gatehouse.identity.oidc import addresses, queries
from gatehouse.identity.oidc.server import answer
from gatehouse.identity.oidc.views import protocol, readers

log = logging.getLogger("gatehouse.oidc")

Handler = Callable[[HttpRequest], HttpResponse]
READ: Final = ("GET", "HEAD")
SAFETY: Final = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


@dataclass(frozen=True)
class Endpoint:
    """`is_open`: a document that any page may read, or only pages of single-page applications we know (CORS)."""

    path: str
    answers: Handler
    methods: tuple[str, ...]
    is_open: bool = False

    @functools.cached_property
    def match(self) -> ResolverMatch:
        """What the log calls this place."""
        return ResolverMatch(self.answers, (), {}, route=self.path[1:])


ENDPOINTS: Final = {
    endpoint.path: endpoint
    for endpoint in (
        Endpoint(addresses.DISCOVERY, protocol.discovery, READ, is_open=True),
        Endpoint(addresses.SERVER, protocol.discovery, READ, is_open=True),
        Endpoint(addresses.JWKS, protocol.jwks, READ, is_open=True),
        Endpoint(addresses.TOKEN, protocol.token, ("POST",)),
        Endpoint(addresses.PUSH, protocol.push, ("POST",)),
        Endpoint(addresses.REVOKE, protocol.revoke, ("POST",)),
        Endpoint(addresses.INTROSPECT, protocol.introspect, ("POST",)),
        Endpoint(addresses.USERINFO, protocol.userinfo, ("GET", "POST")),
        Endpoint(addresses.FOBS, readers.sign_in, ("POST",)),
    )
}


class Door:
    """Middleware; stands right behind the request log."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.safety = dict(SAFETY)
        if settings.SECURE_HSTS_SECONDS:
            self.safety["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"

    def __call__(self, request: HttpRequest) -> HttpResponse:
        endpoint = ENDPOINTS.get(request.path)
        if endpoint is None:
            return self.get_response(request)
        request.resolver_match = endpoint.match
        response = _answered(request, endpoint)
        for name, value in self.safety.items():
            response[name] = value
        _let_read(request, response, endpoint)
        return response


def _answered(request: HttpRequest, endpoint: Endpoint) -> HttpResponse:
    """JSON whatever happens: an error of ours tells its request id (in the header), and nothing else."""
    if settings.SECURE_SSL_REDIRECT and not request.is_secure():
        return answer(400, {"error": "invalid_request", "error_description": "Only over https."})
    if request.method == "OPTIONS":
        return HttpResponse(status=204)
    if request.method not in endpoint.methods:
        return answer(405, {"error": "invalid_request"}, {"Allow": ", ".join(endpoint.methods)})
    try:
        _spare_the_ping()
        response = endpoint.answers(request)
    except (DatabaseError, InterfaceError):
        log.exception("the database did not answer")
        return answer(503, {"error": "temporarily_unavailable"}, {"Retry-After": "5"})
    except Exception:
        log.exception("a protocol endpoint failed")
        return answer(500, {"error": "server_error"})
    if not endpoint.is_open:  # documents ask the database nothing
        _answered_lately.at = time.monotonic()
    return response


def _spare_the_ping() -> None:
    """A connection over which we answered within the second is not asked whether it lives (CONN_HEALTH_CHECKS).

    Should it have died since, this one request is answered 503, and the next finds a new one.
    """
    if time.monotonic() - getattr(_answered_lately, "at", 0.0) < 1:
        connection.health_check_done = True  # type: ignore[attr-defined]  # not in the stubs


_answered_lately = threading.local()


def _let_read(request: HttpRequest, response: HttpResponse, endpoint: Endpoint) -> None:
    """Which pages' scripts may read the answer; never with cookies, for none are looked at (Fetch, CORS)."""
    origin = request.META.get("HTTP_ORIGIN", "")
    if endpoint.is_open:
        response["Access-Control-Allow-Origin"] = "*"
    elif origin:
        response["Vary"] = "Origin"
        if origin not in queries.page_origins():
            return
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Expose-Headers"] = "WWW-Authenticate"
    if request.method == "OPTIONS":
        response["Access-Control-Allow-Methods"] = ", ".join(endpoint.methods)
        response["Access-Control-Allow-Headers"] = "Authorization, Content-Type, DPoP"
        response["Access-Control-Max-Age"] = "600"
