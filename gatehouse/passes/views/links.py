"""What a link in a letter opens, or one on the desk's screen: one card, to see and to add to a phone, without sign-in."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gatehouse.core import barcodes, limits
from gatehouse.core.links import LinkUnusable
from gatehouse.passes import actions, card_links, packing, queries
from gatehouse.passes.holding import held
from gatehouse.passes.models import Pass
from gatehouse.passes.phones import device_of
from gatehouse.passes.views.requests import pkpass_file, unnoticed
from gatehouse.passes.views.wallets import wallets_of


class CardGone(LinkUnusable):
    """The link is good, but the card was stopped, or belongs to nobody any more."""


@never_cache
@unnoticed
@require_safe
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Anybody who has the link comes here; mail scanners do too, and change nothing."""
    try:
        card = _card_of(token)
    except LinkUnusable as why:
        return _over(request, token, why)
    shown, device = held(card), device_of(request.headers.get("User-Agent", ""))
    file = reverse("passes:link_file", args=[token])
    context = {
        "held": shown,
        "card": shown.shown,
        "wallets": wallets_of(card, apple=file, device=device),
        "here": barcodes.draw("qr", settings.BASE_URL + request.path) if device == "other" else None,
        "is_testing": queries.is_testing(),
    }
    return render(request, "passes/link.html", context)


@never_cache
@unnoticed
@require_safe
def link_file(request: HttpRequest, token: str) -> HttpResponse:
    try:
        return pkpass_file(request, _card_of(token))
    except LinkUnusable as why:
        return _over(request, token, why)
    except packing.NoCertificate as refusal:
        raise Http404(str(refusal)) from refusal


@never_cache
@unnoticed
@require_POST
def ask_link(request: HttpRequest, token: str) -> HttpResponse:
    """A letter to the address we know, if there is one: the answer is the same whether or not, and how often."""
    serial = _serial_of_old(token)
    network = limits.network(request.META.get("REMOTE_ADDR", ""))
    if limits.allow(actions.LINKS_OF_A_NETWORK, network):
        actions.send_new_link(serial=serial)
    return render(request, "passes/link_asked.html")


def _card_of(token: str) -> Pass:
    card = queries.live_card(card_links.serial_in(token))
    if card is None:
        raise CardGone
    return card


def _serial_of_old(token: str) -> str:
    try:
        return card_links.serial_in(token)
    except card_links.LinkEnded as ended:
        return ended.serial
    except LinkUnusable as broken:
        raise Http404 from broken


def _over(request: HttpRequest, token: str, why: LinkUnusable) -> HttpResponse:
    """A link that never was ours offers nothing; one that was can be had anew."""
    was_ours = isinstance(why, card_links.LinkEnded | CardGone)
    context = {"token": token if was_ours else "", "is_gone": isinstance(why, CardGone)}
    response = render(request, "passes/link_over.html", context, status=410 if was_ours else 404)
    response["Referrer-Policy"] = (
        "same-origin"  # the link opens nothing; with no-referrer the form would have no origin
    )
    return response
