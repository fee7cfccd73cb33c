"""A portal without an owner shows one page, the one that makes one; who came by a keyfob alone manages nothing."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gatehouse.identity import queries
from gatehouse.identity.views.requests import has_level, prove_address

# What machines and browsers ask for by themselves, and what the page itself needs.
OPEN_PATHS = (
    "/first-run",
    "/static/",
    "/media/",
    "/healthz",
    "/readyz",
    "/api/",
    "/oauth/",
    "/.well-known/",
    "/wallet/",
    "/lti/",
    "/looks",
    "/mark",
    "/door-",
    "/offline",
    "/sw.js",
    "/docs/",
    "/favicon.ico",
)
NOT_FOR_FOBS = ("/manage", "/admin", "/me/")


class FirstRun:
    """Lead every page to /first-run until somebody owns the portal; after that nothing is asked any more."""

    has_owner = False  # of the whole process: owners may leave later, but the portal was set up

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if FirstRun.has_owner or request.path.startswith(OPEN_PATHS) or self._look():
            return self.get_response(request)
        return HttpResponseRedirect(reverse("identity:first_run"))

    def _look(self) -> bool:
        FirstRun.has_owner = queries.has_owner()
        return FirstRun.has_owner


class FobsAreWeak:
    """A fob is copied in seconds: pages for staff and of one's own details want any other proof first."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_held = request.path == "/me" or request.path.startswith(NOT_FOR_FOBS)
        if is_held and request.user.is_authenticated and not has_level(request, "bronze"):
            return HttpResponseRedirect(prove_address(next_path=request.get_full_path(), level="bronze"))
        return self.get_response(request)
