"""A request to sign somebody in, from the address it came by to the kernel's words; and its way through the gate and back."""

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from urllib.parse import parse_qsl, quote, urlencode
from uuid import uuid4

from django.http import HttpRequest
from django.urls import reverse

from gatehouse.core import clock, links
from gatehouse.identity.oidc import addresses, checking, uris
from gatehouse.identity.oidc.checking import Unanswerable
from gatehouse.identity.oidc.models import Client

BEGAN: Final = "gatehouse_began"  # when this browser was sent to the gate for this request; signed
KEPT: Final = "gatehouse_kept"  # a request too long for an address, kept in the session
KEPT_IN_SESSION: Final = "oidc.asked"
MOST_KEPT: Final = 3
LONGEST_PATH: Final = 1900  # what identity carries along as `next`
GATE: Final = timedelta(minutes=30)

Pairs = list[tuple[str, str]]


@dataclass(frozen=True)
class Request:
    """What a client asks, as it wrote it, and who it is: both are certain."""

    query: str
    pairs: Pairs
    client: Client
    redirect_uri: str
    began_at: float | None = None

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
    return understood(urlencode(ours), began)


def understood(query: str, began: str) -> Request:
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
    redirect_uri = checking.sure(pairs, "redirect_uri")
    is_native = client.kind == Client.Kind.NATIVE
    listed = [*client.redirect_uris, addresses.trial(client.pk)]
    if not uris.is_registered(redirect_uri, listed, is_native=is_native):
        raise Unanswerable("redirect_uri")
    return Request(query, pairs, client, redirect_uri, _began_at(query, began))


def path_back(request: HttpRequest, asking: Request) -> str:
    """Where the gate leads afterwards: to this very request, and that it was here before."""
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
