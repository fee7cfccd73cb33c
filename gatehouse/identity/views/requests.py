"""What the views of this app ask of a request."""

import functools
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from gatehouse.core import clock
from gatehouse.core.middleware import PROXIED
from gatehouse.identity import cookies, factors, protection, tokens
from gatehouse.identity.acr import FRESH, Acr, acr_of, is_met
from gatehouse.identity.passkeys import Place, place_for
from gatehouse.identity.refusals import TooOften
from gatehouse.people.models import Person

HERE = {"127.0.0.1", "::1"}
HERE_BY_NAME = ("127.0.0.1", "localhost", "[::1]")

View = Callable[..., HttpResponseBase]
PAGE = require_http_methods(["GET", "HEAD", "POST"])


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; for views behind `login_required`."""
    assert isinstance(request.user, Person)
    return request.user


def session_id_of(request: HttpRequest) -> UUID | None:
    token = tokens.parse(request.session.session_key)
    return token.id if token else None


def safe_next(request: HttpRequest) -> str:
    """Where to go afterwards: a path of this portal, or nothing."""
    path = request.POST.get("next") or request.GET.get("next") or ""
    is_plain = path.startswith("/") and path.isprintable() and len(path) <= 2000
    return path if is_plain and url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


def is_from_here(request: HttpRequest) -> bool:
    """Whether somebody sits at this very machine: by address, by the name they called, and with no proxy between."""
    called = request.get_host().rpartition(":")[0] or request.get_host()
    return request.META.get("REMOTE_ADDR") in HERE and called in HERE_BY_NAME and not request.META.get(PROXIED)


def too_often(request: HttpRequest, template: str, context: dict[str, Any], refusal: TooOften) -> HttpResponse:
    """The same page, saying how long to wait."""
    response = render(request, template, context | {"refusal": refusal}, status=429)
    response["Retry-After"] = refusal.retry_after
    return response


def methods_of(request: HttpRequest) -> dict[str, float]:
    """How whoever is signed in proved it in this session, and when (seconds since 1970)."""
    return {record["method"]: record["at"] for record in get_authentication_records(request, person_of(request))}


def fresh(view: View) -> View:
    """For what a stranger at an open desk must not do: asks for proof again after twenty minutes."""
    return _guarded(view, is_fresh, "")


def fresh_act(view: View) -> View:
    """The same for acts without a page of their own: after the proof one is back on the page of one's protection."""
    return _guarded(view, is_fresh, "", back="identity:security")


def proved(level: Acr) -> Callable[[View], View]:
    """For pages that want to be this sure of somebody: asks for what is missing (step-up)."""
    return lambda view: _guarded(view, lambda request: has_level(request, level), level)


def is_fresh(request: HttpRequest) -> bool:
    """Proved within twenty minutes, by more than a fob, and by the second step where there is one."""
    now = clock.now().timestamp()
    new = {method for method, at in methods_of(request).items() if now - at < FRESH.total_seconds()} - {"fob"}
    return bool(new & set(protection.SECOND)) or (bool(new) and not factors.asks_second_step(person_of(request)))


def has_level(request: HttpRequest, level: str) -> bool:
    return is_met(acr_of(methods_of(request), now=clock.now()), level)


def prove_address(*, next_path: str, level: str = "") -> str:
    """The page that asks for proof, and goes on to `next_path`."""
    wanted = {"next": next_path} | ({"acr": level} if level else {})
    return f"{reverse('identity:prove')}?{urlencode(wanted)}"


def passkey_place(request: HttpRequest) -> Place | None:
    """Where passkeys are for, as this request calls us; None where they cannot work."""
    called = f"{request.scheme}://{request.get_host()}"
    return place_for(base_url=settings.BASE_URL, called=called, is_production=settings.IS_PRODUCTION)


def known_browser(request: HttpRequest, person: Person) -> str:
    """The browser's name, if this person signed in with it before; it then has a limit of its own (see `rates`)."""
    browser = cookies.browser_of(request)
    return browser.name if person.pk.hex in browser.people else ""


def onward(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Where the way leads on to another house by way of /oauth/, go there by a page of its own.

    Chromium holds a redirect after a form against the page's `form-action`, however many steps later it comes
    (CSP Level 3, 6.4.1); a page that refreshes itself begins anew.
    """
    address = response.headers.get("Location", "")
    if not address.startswith("/oauth/"):
        return response
    page = render(request, "identity/onward.html", {"address": address})
    page.cookies.update(response.cookies)
    return page


def _guarded(view: View, is_enough: Callable[[HttpRequest], bool], level: str, *, back: str = "") -> View:
    @login_required
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_enough(request):
            return view(request, *args, **kwargs)
        wanted = reverse(back) if back else request.get_full_path()
        return HttpResponseRedirect(prove_address(next_path=wanted, level=level))

    return guarded
