"""Cookies beside the session's: the flow this browser began, who signed in with it before, where a sign-out goes on to."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from gatehouse.core import links
from gatehouse.identity import tokens
from gatehouse.identity.models import SignInFlow
from gatehouse.people.models import Person

PREFIX = "__Host-" if settings.IS_HTTPS else ""
FLOW = f"{PREFIX}gatehouse_flow"
KNOWN = f"{PREFIX}gatehouse_known"
ONWARD = f"{PREFIX}gatehouse_onward"
KNOWN_FOR = timedelta(days=180)
MOST_KNOWN = 8  # people at one browser


@dataclass(frozen=True)
class Browser:
    """A name of its own, and the people (hexadecimal ids) who signed in with it; see `rates.spend_code`."""

    name: str = ""
    people: tuple[str, ...] = ()


def flow_of(request: HttpRequest, *purposes: SignInFlow.Purpose) -> SignInFlow | None:
    """The flow that this browser began, for one of these purposes, open or not."""
    token = tokens.parse(request.COOKIES.get(FLOW))
    if token is None:
        return None
    flow = SignInFlow.objects.select_related("person").filter(pk=token.id, purpose__in=purposes).first()
    return flow if flow and flow.browser_hash and token.fits(flow.browser_hash) else None


def keep_flow(response: HttpResponse, token: tokens.Token) -> None:
    keep(response, FLOW, str(token), SignInFlow.LIFETIME)


def drop_flow(response: HttpResponse) -> None:
    drop(response, FLOW)


def keep_onward(response: HttpResponse, address: str) -> None:
    """Where to go on to when another organisation has signed this browser out as well."""
    keep(response, ONWARD, links.sign("onward", address), SignInFlow.LIFETIME)


def onward_of(request: HttpRequest) -> str:
    """The address, or "" for what we did not write, or too long ago."""
    try:
        return str(links.read("onward", request.COOKIES.get(ONWARD, ""), within=SignInFlow.LIFETIME))
    except links.LinkUnusable:
        return ""


def browser_of(request: HttpRequest) -> Browser:
    try:
        name, *people = links.read("known-browser", request.COOKIES.get(KNOWN, ""), within=KNOWN_FOR)
    except (links.LinkUnusable, TypeError):
        return Browser()
    return Browser(name, tuple(people))


def keep_known(request: HttpRequest, response: HttpResponse, person: Person) -> str:
    """Remember that this person signed in here; give the browser's name."""
    known = browser_of(request)
    name, people = known.name or uuid4().hex, dict.fromkeys((person.pk.hex, *known.people))
    keep(response, KNOWN, links.sign("known-browser", [name, *list(people)[:MOST_KNOWN]]), KNOWN_FOR)
    return name


def keep(response: HttpResponse, name: str, value: str, lasts: timedelta) -> None:
    """As all cookies of the gate are: not for scripts, not from other places, not in clear."""
    fixed: dict[str, Any] = {"httponly": True, "samesite": "Lax", "secure": settings.IS_HTTPS, "path": "/"}
    response.set_cookie(name, value, max_age=int(lasts.total_seconds()), **fixed)


def drop(response: HttpResponse, name: str) -> None:
    response.delete_cookie(name, samesite="Lax")
    response.cookies[name]["httponly"] = True
