"""One's own cards: shown, shown large, taken to a phone, stopped."""

from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from gatehouse.core import clock
from gatehouse.core.echo import done
from gatehouse.passes import actions, packing, queries
from gatehouse.passes.holding import Held, held
from gatehouse.passes.models import Pass
from gatehouse.passes.refusals import Refused
from gatehouse.passes.views.requests import PKPASSES, download, person_of, pkpass_file
from gatehouse.passes.views.wallets import wallets_of

KEPT_AT_MOST = 8  # pages that a browser keeps for the time without a connection


@dataclass(frozen=True)
class Hand:
    """Somebody's cards, one of them in front."""

    front: Held
    cards: list[Held]

    @cached_property
    def household(self) -> list[Held]:
        """The other memberships of the same kind: of a family, on one address."""
        return [one for one in self._behind if one.card.design_id == self.front.card.design_id]

    @cached_property
    def others(self) -> list[Held]:
        return [one for one in self._behind if one.card.design_id != self.front.card.design_id]

    @property
    def addresses(self) -> list[str]:
        """Of the pages that show these cards."""
        behind = [reverse("passes:card_of", args=[one.card.serial]) for one in self.cards]
        return [reverse("passes:card"), *behind][:KEPT_AT_MOST]

    @property
    def has_several(self) -> bool:
        return sum(one.standing.is_good for one in self.cards) > 1

    @property
    def _behind(self) -> list[Held]:
        return [one for one in self.cards if one.card.pk != self.front.card.pk]


@never_cache
@login_required
@require_safe
def card(request: HttpRequest, serial: str = "") -> HttpResponse:
    cards = _cards_of(request)
    if not (cards or serial):
        is_due_one = queries.is_due_one(person_of(request))
        return render(request, "passes/no_card.html", {"is_due_one": is_due_one})
    hand = Hand(_in_front(cards, serial), cards)
    file = reverse("passes:file", args=[hand.front.card.serial])
    context = {
        "hand": hand,
        "held": hand.front,
        "card": hand.front.shown,
        "wallets": wallets_of(hand.front.card, apple=file),
        "now": clock.now(),
        "is_testing": queries.is_testing(),
    }
    return render(request, "passes/card.html", context)


@never_cache
@login_required
@require_safe
def large(request: HttpRequest, serial: str = "") -> HttpResponse:
    """The code alone, as large as the screen: where no script can put it over the page."""
    front = _in_front(_cards_of(request), serial)
    back = reverse("passes:card_of", args=[serial]) if serial else reverse("passes:card")
    return render(request, "passes/large.html", {"held": front, "card": front.shown, "back": back})


@login_required
@require_safe
def file(request: HttpRequest, serial: str) -> HttpResponse:
    """One card for Apple Wallet."""
    try:
        return pkpass_file(request, _own(request, serial))
    except packing.NoCertificate as refusal:
        raise Http404(str(refusal)) from refusal


@never_cache
@login_required
@require_safe
def files(request: HttpRequest) -> HttpResponse:
    """All cards that are good, in one file."""
    cards = [one.card for one in _cards_of(request) if one.standing.is_good and wallets_of(one.card, apple="x").apple]
    if not cards:
        raise Http404
    modified = max(int(one.modified_at.timestamp()) for one in cards)
    try:
        return download(packing.pkpasses_of(cards), PKPASSES, "cards.pkpasses", modified)
    except packing.NoCertificate as refusal:
        raise Http404(str(refusal)) from refusal


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, serial: str) -> HttpResponse:
    """A phone was lost: this card opens nothing any more, and a new one is there."""
    own, refusal = _own(request, serial), None
    if request.method == "POST":
        try:
            new = actions.stop_own_card(card=own, actor=person_of(request))
        except Refused as refused:
            refusal = refused
        else:
            done(request, _("The old card is stopped. This is your new one."))
            return redirect("passes:card_of", new.serial)
    context = {"held": held(own), "refusal": refusal}
    return render(request, "passes/stop.html", context, status=409 if refusal else 200)


def _cards_of(request: HttpRequest) -> list[Held]:
    """Good ones first."""
    cards = [held(one) for one in queries.cards_of(person_of(request))]
    return sorted(cards, key=lambda one: not one.standing.is_good)


def _in_front(cards: list[Held], serial: str) -> Held:
    """Another person's card is answered as one that never was."""
    found = next((one for one in cards if serial in {"", one.card.serial}), None)
    if found is None:
        raise Http404
    return found


def _own(request: HttpRequest, serial: str) -> Pass:
    return _in_front([held(one) for one in queries.cards_of(person_of(request))], serial).card
