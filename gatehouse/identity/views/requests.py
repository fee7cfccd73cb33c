"""What the views of this app ask of a request."""

import functools
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme

from gatehouse.core import clock
from gatehouse.core.middleware import PROXIED
from gatehouse.identity import tokens
from gatehouse.identity.refusals import TooOften
from gatehouse.people.models import Person

FRESH_FOR = timedelta(minutes=20)
HERE = {"127.0.0.1", "::1"}
HERE_BY_NAME = ("127.0.0.1", "localhost", "[::1]")

View = Callable[..., HttpResponseBase]


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


def fresh(view: View) -> View:
    """For what a stranger at an open desk must not do: asks to sign in again after twenty minutes."""

    @login_required
    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if is_fresh(request):
            return view(request, *args, **kwargs)
        wanted = urlencode({"again": 1, "next": request.path})
        return HttpResponseRedirect(f"{settings.LOGIN_URL}?{wanted}")

    return guarded


def is_fresh(request: HttpRequest) -> bool:
    times = [record["at"] for record in get_authentication_records(request, person_of(request))]
    return bool(times) and clock.now().timestamp() - max(times) < FRESH_FOR.total_seconds()
