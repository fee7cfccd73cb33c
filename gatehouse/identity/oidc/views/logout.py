"""Signing out on a service's word (OpenID Connect RP-Initiated Logout 1.0)."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from gatehouse.core import links
from gatehouse.identity.oidc import checking, hints, queries, sids, signing
from gatehouse.identity.oidc.checking import Refused
from gatehouse.identity.oidc.hints import Hint
from gatehouse.identity.oidc.models import Client, Subject
from gatehouse.identity.oidc.views import asking, locales
from gatehouse.identity.oidc.views.answers import away, may_post_on_to, quiet, redirected
from gatehouse.identity.views import leaving
from gatehouse.identity.views.requests import person_of, session_id_of

CONFIRM: Final = "oidc.sign-out"
READ: Final = ("id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales")
LONGEST: Final = signing.LONGEST + 4_000  # letters of them all


@dataclass(frozen=True)
class Wish:
    """Who asks, with what proof, and where to go on to: only to an address that this client registered for it."""

    client: Client | None
    hint: Hint | None
    address: str
    ui_locales: tuple[str, ...] = ()


@csrf_exempt  # as at the authorization endpoint: whatever it says, it does no more than an address
@never_cache
@require_http_methods(["GET", "POST"])
def end_session(request: HttpRequest) -> HttpResponse:
    """At once for whoever holds an id_token of this very session that is not over; all others are asked first."""
    if request.method == "POST":
        return redirected(f"{request.path}?{urlencode(_posted(request))}")
    wish = read(request)
    if request.user.is_authenticated and not _is_proved(request, wish):
        return _ask(request, wish)
    return _out(request, wish, then=wish.address if wish.hint else "")


@never_cache
@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """The person said yes on our page, so the registered address is as good with a hint as without."""
    try:
        client_id, address = links.read(CONFIRM, request.POST.get("wish", ""), within=asking.GATE)
    except (links.LinkUnusable, TypeError, ValueError):
        client_id, address = "", ""
    client = Client.objects.open().filter(client_id=client_id).first()
    wish = Wish(client, None, address if client else "")
    return _out(request, wish, then=wish.address)


def read(request: HttpRequest) -> Wish:
    """What cannot be read or does not fit together counts as not said, and so the person is asked."""
    try:
        given = checking.only_once([(name, value) for name, values in request.GET.lists() for value in values])
    except Refused:
        given = {}
    hint = _hint(given.get("id_token_hint", ""))
    client_id = given.get("client_id") or (hint.audience if hint else "")
    if hint and hint.audience != client_id:
        return Wish(None, None, "")
    client = Client.objects.open().filter(client_id=client_id).first() if client_id.isprintable() else None
    address = _registered(client, given.get("post_logout_redirect_uri", ""), given.get("state", ""))
    return Wish(client, hint, address, tuple(given.get("ui_locales", "").split()))


def _posted(request: HttpRequest) -> list[tuple[str, str]]:
    """What `read` looks at, where it fits an address; a repeated one stays repeated, and so is not understood."""
    said = [(name, value) for name in READ for value in request.POST.getlist(name)[:2]]
    return said if sum(len(value) for _name, value in said) <= LONGEST else []


def _hint(text: str) -> Hint | None:
    return hints.read(text) if text else None


def _registered(client: Client | None, address: str, state: str) -> str:
    """To the letter, like every address (RP-Initiated Logout, section 3); "" for any other."""
    if client is None or address not in client.post_logout_uris:
        return ""
    is_plain = state.isprintable() and len(state) <= checking.LONGEST["state"]
    return asking.with_parameters(address, {"state": state if is_plain else ""})


def _is_proved(request: HttpRequest, wish: Wish) -> bool:
    """An id_token of this browser's session and its person; none but the service they signed in to has it."""
    if wish.hint is None or wish.client is None or wish.hint.is_over:
        return False
    if wish.hint.session != sids.sid_of(session_id_of(request), wish.client.client_id):
        return False
    mine = Subject.objects.filter(person=person_of(request), sector=wish.client.pairwise_sector)
    return wish.hint.subject in {str(subject.pk) for subject in mine}


def _ask(request: HttpRequest, wish: Wish) -> HttpResponse:
    said = [wish.client.client_id if wish.client else "", wish.address]
    context = {
        "client": wish.client,
        "services": queries.services_of_session(session_id_of(request)),
        "wish": links.sign(CONFIRM, said),
    }
    with locales.spoken(request, wish.ui_locales) as keep:
        response = keep(quiet(render(request, "oidc/sign_out.html", context), has_form=True))
    return may_post_on_to(response, wish.address)


def _out(request: HttpRequest, wish: Wish, *, then: str) -> HttpResponse:
    """Perhaps by way of whatever let them in here."""
    onward = leaving.sign_out(request, then=then) if request.user.is_authenticated else None
    return onward or (away(then) if then else _done(request, wish))


def _done(request: HttpRequest, wish: Wish) -> HttpResponse:
    return quiet(render(request, "oidc/signed_out.html", {"client": wish.client, "address": wish.address}))
