"""Screens and posters of the desk, for those who run it."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, get_language_info, gettext as _
from django.views.decorators.http import require_POST, require_safe

from gatehouse.core import barcodes
from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.helpdesk import actions, links, policies, queries
from gatehouse.helpdesk.models import Room
from gatehouse.helpdesk.views.shared import actor_of

TOGETHER = "together"


@require_safe
@requires(policies.MANAGE)
def screens(request: HttpRequest) -> HttpResponse:
    """Where the screens are opened, whether their PIN is set, and all of them closed from afar."""
    context = {"has_pin": queries.has_pin(), "desk": queries.desk(), "address": links.short_address()}
    return render(request, "helpdesk/catalogue/screens.html", context)


@require_POST
@requires(policies.MANAGE)
def close_kiosks(request: HttpRequest) -> HttpResponse:
    actions.close_all_kiosks(actor=actor_of(request))
    done(request, _("All screens are closed. Each asks for the PIN again."))
    return redirect("helpdesk:screens")


@require_safe
@requires(policies.MANAGE)
def poster(request: HttpRequest) -> HttpResponse:
    """A sheet for each room, in the language of the page, another one, or all of them."""
    rooms = list(queries.rooms()[:100])
    known = {code: str(get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES}
    wanted = request.GET.get("language", get_language() or settings.LANGUAGE_CODE)
    languages = list(known) if wanted == TOGETHER else [wanted if wanted in known else settings.LANGUAGE_CODE]
    chosen = [room for room in rooms if request.GET.get("room") == str(room.pk)] or rooms
    context = {
        "sheets": [_sheet(room) for room in chosen] or [_sheet(None)],
        "languages": languages,
        "rooms": rooms,
        "room": request.GET.get("room", ""),
        "language": TOGETHER if len(languages) > 1 else languages[0],
        "choices": [*known.items(), *([(TOGETHER, _("All languages on one sheet"))] if len(known) > 1 else [])],
        "address": links.short_address(),
    }
    return render(request, "helpdesk/catalogue/poster.html", context)


def _sheet(room: Room | None) -> dict[str, Any]:
    """Without rooms there is one sheet, for the door."""
    return {"room": room, "drawing": barcodes.draw("qr", links.ask_address(room))}
