"""A request to sign somebody in, from the address it came by to the kernel's words; and its way through the gate and back."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode
from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from gatehouse.core import clock, limits, links, origin
from gatehouse.core.limits import Limit
from gatehouse.identity.cookies import PREFIX, keep
from gatehouse.identity.oidc import actions, checking, hashes, policies
from gatehouse.identity.oidc.checking import Unanswerable
from gatehouse.identity.oidc.models import Client, PushedRequest
from gatehouse.identity.oidc.refusals import RequestUriUnusable

BEGAN: Final = "gatehouse_began"  # when this browser was sent to the gate for this request; signed
KEPT: Final = "gatehouse_kept"  # a request too long for an address, kept in the session
KEPT_IN_SESSION: Final = "oidc.asked"
MOST_KEPT: Final = 3
KEPT_FROM_NETWORK: Final = Limit("oidc.kept", 60, timedelta(minutes=1))
LONGEST_PATH: Final = 1900  # what identity carries along as `next`
GATE: Final = timedelta(minutes=30)
OPENED_BY: Final = f"{PREFIX}gatehouse_asked"  # the cookie of a browser that opened a pushed request

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """What a client asks, as it wrote it, and who it is: both are certain.

    `query` is what came by the address. Of a request that was pushed (RFC 9126) that is its name, `request_uri`, and
    `pairs` is what was pushed; `opener` is the secret of the browser that opened it.
    """

    query: str
    pairs: Pairs
    client: Client
    redirect_uri: str
    began_at: float | None = None
    request_uri: str = ""
    opener: str = ""

    @property
    def state(self) -> str:
        """To be sent back with an error; not when it is itself what is wrong."""
        found = [value for name, value in self.pairs if name == "state"]
        is_plain = len(found) == 1 and len(found[0]) <= checking.LONGEST["state"] and found[0].isprintable()
        return found[0] if is_plain else ""


def asked_by_get(request: HttpRequest) -> Request:
    """From the address, or from the session where it lies meanwhile; raises `Unanswerable`."""
    query = request.META.get("QUERY_STRING", "")
    if len(query) > checking.LONGEST_QUERY:
        raise Unanswerable("query")
    pairs = _pairs(query)
    began = dict(pairs).get(BEGAN, "")
    ours = [(name, value) for name, value in pairs if name not in {BEGAN, KEPT}]
    if kept := dict(pairs).get(KEPT):
        ours = _pairs(request.session.get(KEPT_IN_SESSION, {}).get(kept, ""))
    return understood(request, urlencode(ours), began)


def understood(request: HttpRequest, query: str, began: str) -> Request:
    """Who asks and where the answer goes are certain from here on; raises `Unanswerable`.

    It may come from a form that anybody sends, and lie in the session afterwards, so its length is looked at here too;
    coded anew, a query has up to three times its letters.
    """
    if len(query) > 3 * checking.LONGEST_QUERY:
        raise Unanswerable("query")
    pairs = _pairs(query)
    client = Client.objects.filter(client_id=checking.sure(pairs, "client_id")).first()
    if client is None or client.disabled_at or "authorization_code" not in client.grants:
        raise Unanswerable("client_id")
    request_uri = opener = ""
    if any(name == "request_uri" and value.startswith(PushedRequest.PREFIX) for name, value in pairs):
        request_uri, opener = checking.sure(pairs, "request_uri"), _opener(request)
        query = urlencode({"client_id": client.client_id, "request_uri": request_uri})
        pairs = _pairs(_pushed(client, request_uri, opener))
    redirect_uri = checking.sure(pairs, "redirect_uri")
    if not policies.may_return_to(client, redirect_uri):
        raise Unanswerable("redirect_uri")
    return Request(query, pairs, client, redirect_uri, _began_at(query, began), request_uri, opener)


def _pushed(client: Client, request_uri: str, opener: str) -> str:
    """What was pushed, and nothing of what stands beside it in the address (RFC 9101, section 5)."""
    try:
        return actions.open_pushed(client=client, request_uri=request_uri, browser=opener)
    except RequestUriUnusable as error:
        raise Unanswerable("invalid_request_uri") from error


def _opener(request: HttpRequest) -> str:
    known = request.COOKIES.get(OPENED_BY, "")
    return known if len(known) == len(hashes.new_secret()) else hashes.new_secret()


def remember(response: HttpResponse, asking: Request) -> HttpResponse:
    """By this the browser may come again to the pushed request that it opened."""
    if asking.opener:
        keep(response, OPENED_BY, asking.opener, PushedRequest.OPEN_FOR)
    return response


def use_up(asking: Request) -> None:
    """A pushed request is answered now; raises `Unanswerable` when it was before."""
    try:
        if asking.request_uri:
            actions.use_pushed(request_uri=asking.request_uri)
    except RequestUriUnusable as error:
        raise Unanswerable("invalid_request_uri") from error


def path_back(request: HttpRequest, asking: Request) -> str:
    """Where the gate leads afterwards: to this very request, and that it was here before; raises `Unanswerable`."""
    began = [(BEGAN, _began(asking.query, clock.now().timestamp()))]
    path = f"{reverse('oidc:authorize')}?{asking.query}&{urlencode(began)}"
    if len(path) <= LONGEST_PATH:
        return path
    kept = [(KEPT, _keep(request, asking.query)), *began]
    return f"{reverse('oidc:authorize')}?{urlencode(kept)}"


def began_again(asking: Request) -> str:
    """The same as it came with, for a form of the way."""
    return "" if asking.began_at is None else _began(asking.query, asking.began_at)


def _began(query: str, at: float) -> str:
    return links.sign("oidc.began", [_fingerprint(query), at])


def _began_at(query: str, text: str) -> float | None:
    """Only for the request it was signed for, and not for ever."""
    try:
        fingerprint, at = links.read("oidc.began", text, within=GATE)
    except (links.LinkUnusable, TypeError, ValueError):
        return None
    return float(at) if fingerprint == _fingerprint(query) else None


def _keep(request: HttpRequest, query: str) -> str:
    """Of strangers it is counted, for anybody can have us write so much."""
    network = limits.network(origin.current().address)
    if not request.user.is_authenticated and not limits.allow(KEPT_FROM_NETWORK, network):
        raise Unanswerable("query")
    name = uuid4().hex
    others = list(request.session.get(KEPT_IN_SESSION, {}).items())[1 - MOST_KEPT :]
    request.session[KEPT_IN_SESSION] = dict([*others, (name, query)])
    return name


def _pairs(query: str) -> Pairs:
    try:
        return parse_qsl(query, keep_blank_values=True, max_num_fields=60)
    except ValueError as error:
        raise Unanswerable("query") from error


def _fingerprint(query: str) -> str:
    return hashlib.sha256(query.encode()).hexdigest()


def with_parameters(uri: str, parameters: dict[str, str]) -> str:
    """The address with these added to what it has; empty ones are left out (RFC 6749, 4.1.2)."""
    added = urlencode({name: value for name, value in parameters.items() if value}, quote_via=quote)
    return f"{uri}{'&' if '?' in uri else '?'}{added}" if added else uri
