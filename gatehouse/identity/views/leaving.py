"""Out, and on to whatever let this person in, so that they are signed out there too."""

from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gatehouse.identity import actions, cookies
from gatehouse.identity.upstream import ending, providers
from gatehouse.identity.upstream.id_tokens import Known
from gatehouse.identity.upstream.providers import Upstream
from gatehouse.identity.views.requests import person_of
from gatehouse.people.models import Person

KEPT = "upstream"


def remember(request: HttpRequest, person: Person, upstream: Upstream, known: Known) -> None:
    """By what this person came; also while a second step is still asked for."""
    request.session[KEPT] = {"person": person.pk.hex, **ending.kept(upstream, known)}


def sign_out(request: HttpRequest, *, then: str = "") -> HttpResponse | None:
    """Whoever is here is out. A page that leads on, where they came by another sign-in that wants to hear of it.

    It comes back to `done`, and goes on to `then` (an address that was registered), or to the gate.
    """
    if not request.user.is_authenticated:
        logout(request)
        return None
    person, said = person_of(request), request.session.get(KEPT) or {}
    actions.note_sign_out(person=person)
    logout(request)  # first: what the other one does, or does not, changes nothing here
    address = ending.address(said) if said.get("person") == person.pk.hex else ""
    if not address:
        return None
    response = render(request, "identity/upstream_out.html", {"address": address})
    response["Cache-Control"], response["Referrer-Policy"] = "no-store", "no-referrer"
    if then:
        cookies.keep_onward(response, then)
    else:
        cookies.drop(response, cookies.ONWARD)
    return response


@never_cache
@require_safe
def done(request: HttpRequest) -> HttpResponse:
    """Back from there. Django's own redirect knows no schemes of apps; the address is one that we wrote ourselves."""
    then = cookies.onward_of(request)
    response = HttpResponse(status=302, headers={"Location": then}) if then else redirect(gate_address())
    cookies.drop(response, cookies.ONWARD)
    return response


def gate_address() -> str:
    here = "?here=1" if providers.straight_to() else ""  # else one is signed in again at once
    return f"{reverse('identity:sign_in')}{here}"
