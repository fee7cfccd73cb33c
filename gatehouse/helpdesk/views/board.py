"""The wall board: the page; the part of it that changes is asked for at live.py."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gatehouse.core import barcodes
from gatehouse.helpdesk import kiosk, links, live, queries


@never_cache
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """For everybody, or only for screens that were opened with the PIN, as the desk has decided. It shows no names."""
    if not kiosk.may_see_board(request):
        return redirect(f"{reverse('helpdesk:kiosk')}?shows=board")
    here = kiosk.kiosk_of(request)
    context = live.values_of(queries.board(at_once=True)) | {
        "live": f"{reverse('helpdesk:board_live')}?{urlencode({'in': get_language() or ''})}",
        "drawing": barcodes.draw("qr", links.ask_address(here.room if here else None)),
        "address": links.short_address(),
        "is_screen": here is not None,
    }
    return render(request, "helpdesk/board/board.html", context)
