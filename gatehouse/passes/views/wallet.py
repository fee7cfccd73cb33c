"""Apple's web service for wallets, after "Adding a Web Service to Update Passes" (PassKit): /wallet/v1/….

Phones know no session and follow no redirect. What one may do is decided by the token of the pass alone.
"""

import functools
import logging
from collections.abc import Callable
from datetime import timedelta
from http import HTTPStatus
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.http import http_date, parse_http_date_safe
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gatehouse.core import limits
from gatehouse.core.limits import Limit
from gatehouse.passes import actions, packing, pkpass, queries
from gatehouse.passes.models import Pass
from gatehouse.passes.views.said import NotSaid, TooMuchSaid, log_lines_in, push_token_in, shortly

log = logging.getLogger(__name__)

SCHEME: Final = "ApplePass "
LOGS: Final = Limit("passes.logs", 60, timedelta(hours=1))
COME_AGAIN: Final = 3600  # seconds

View = Callable[..., HttpResponse]


def for_phones(view: View) -> View:
    """No form's token, nothing kept on the way, and a number in place of a page when it can't be done."""

    @csrf_exempt
    @functools.wraps(view)
    def answered(request: HttpRequest, **named: str) -> HttpResponse:
        try:
            response = view(request, **{name: shortly(value) for name, value in named.items()})
        except TooMuchSaid:
            response = HttpResponse(status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        except NotSaid:
            response = HttpResponse(status=HTTPStatus.BAD_REQUEST)
        response.headers.setdefault("Cache-Control", "no-store")
        return response

    return answered


@for_phones
@require_http_methods(["POST", "DELETE"])
def registration(request: HttpRequest, *, device: str, pass_type: str, serial: str) -> HttpResponse:
    """POST: 201 registered now, 200 it was before. DELETE: 200, also when it was not registered."""
    told = push_token_in(request) if request.method == "POST" else None
    card = _opened(request, pass_type, serial)
    if card is None:
        return _refused()
    if told is None:
        actions.unregister_device(card=card, library_id=device)
        return HttpResponse()
    if not device:
        raise NotSaid
    is_new = actions.register_device(card=card, library_id=device, push_token=told())
    return HttpResponse(status=HTTPStatus.CREATED if is_new else HTTPStatus.OK)


@for_phones
@require_safe
def updates(request: HttpRequest, *, device: str, pass_type: str) -> HttpResponse:
    since = request.GET.get("passesUpdatedSince", "")
    found = queries.updates_for(library_id=device, pass_type_id=pass_type, since=since)
    if not found.serials:
        return HttpResponse(status=HTTPStatus.NO_CONTENT)
    return JsonResponse({"serialNumbers": found.serials, "lastUpdated": found.tag})


@for_phones
@require_safe
def download(request: HttpRequest, *, pass_type: str, serial: str) -> HttpResponse:
    """The pass as it was announced; also one that was stopped, for so the phone learns of it."""
    card = _opened(request, pass_type, serial)
    if card is None:
        return _refused()
    known = parse_http_date_safe(request.headers.get("If-Modified-Since", "")) or 0
    modified = int(card.modified_at.timestamp())
    response = HttpResponse(status=HTTPStatus.NOT_MODIFIED) if known >= modified else _file(card)
    response.headers.setdefault("Last-Modified", http_date(modified))
    response.headers["Cache-Control"] = "private, no-cache"
    return response


@for_phones
@require_POST
def reports(request: HttpRequest) -> HttpResponse:
    """Lines that a wallet wrote about our passes. Anybody may send some, so they are few, and shown as text."""
    lines = log_lines_in(request)
    if not limits.allow(LOGS, limits.network(request.META.get("REMOTE_ADDR", ""))):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": str(COME_AGAIN)})
    actions.keep_reports(lines)
    return HttpResponse()


def _opened(request: HttpRequest, pass_type: str, serial: str) -> Pass | None:
    said = request.headers.get("Authorization", "")
    token = said.removeprefix(SCHEME) if said.startswith(SCHEME) else ""
    return queries.opened_by(pass_type_id=pass_type, serial=serial, token=token)


def _refused() -> HttpResponse:
    """Without a hint which of type, serial and token was wrong."""
    return HttpResponse(status=HTTPStatus.UNAUTHORIZED)


def _file(card: Pass) -> HttpResponse:
    """503 while nothing can be signed: phones come again, and find the pass once there is a certificate."""
    try:
        content = packing.pkpass_of(card)
    except (packing.NoCertificate, pkpass.NotBuildable) as error:
        log.warning("a pass could not be made", extra={"fields": {"serial": card.serial, "why": type(error).__name__}})
        return HttpResponse(status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": str(COME_AGAIN)})
    return HttpResponse(content, content_type=pkpass.MEDIA_TYPE)
