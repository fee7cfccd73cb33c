"""A card handed over at the desk: the member's phone reads a code from the screen."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET

from gatehouse.core import barcodes, clock
from gatehouse.core.access import requires
from gatehouse.passes import card_links, policies, queries
from gatehouse.passes.holding import held
from gatehouse.passes.models import Pass


@never_cache
@require_GET
@requires(policies.SEND)
def code(request: HttpRequest, serial: str) -> HttpResponse:
    return render(request, "passes/desk_code.html", _context(serial))


@never_cache
@require_GET
@requires(policies.SEND)
def code_part(request: HttpRequest, serial: str) -> HttpResponse:
    """Fetched again before the code's time is over; each is a link of its own."""
    return render(request, "passes/_desk_code.html", _context(serial))


def _context(serial: str) -> dict[str, Any]:
    live = queries.drawable(Pass.objects.filter(voided_at=None))
    shown = held(get_object_or_404(live, serial=serial))
    return {
        "held": shown,
        "is_testing": queries.is_testing(),
        "drawing": barcodes.draw("qr", card_links.address(serial, purpose=card_links.DESK)),
        "until": clock.now() + card_links.LIVES[card_links.DESK],
        "part": reverse("passes:desk_code_part", args=[serial]),
    }
