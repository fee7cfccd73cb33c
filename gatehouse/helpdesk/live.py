"""A waiting page asks where its ticket stands, every two seconds, and so does the wall board for all that it shows:
answered before sessions, and mostly with 304.
"""

from collections.abc import Callable
from hashlib import blake2s
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import get_template
from django.utils import translation

from gatehouse.core import clock
from gatehouse.core.links import LinkUnusable
from gatehouse.helpdesk import kiosk, links, queries
from gatehouse.helpdesk.queries import Board, Standing
from gatehouse.helpdesk.words import about_short, ordinal, told

BEGINS, ENDS = "/help/tickets/", "/live"
BOARD = "/help/board/live"

Handler = Callable[[HttpRequest], HttpResponse]


class LivePlaces:
    """Stands before the log, sessions and all that pages need: the link's signature is the right to ask."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path
        if path.startswith(BEGINS) and path.endswith(ENDS):
            return place(request, path[len(BEGINS) : -len(ENDS)])
        return wall(request) if path == BOARD else self.get_response(request)


def place(request: HttpRequest, token: str) -> HttpResponse:
    """The part of the page that says where the ticket stands; 304 while that is what the page knows, 404 at the end."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    try:
        standing = queries.standing_of(links.number_of(token))
    except LinkUnusable:
        standing = None
    if standing is None:
        return _answer(HttpResponse(status=404))
    language = _language(request.GET.get("in", ""))
    return _unless_known(request, (standing, language), lambda: drawn(standing, language))


def wall(request: HttpRequest) -> HttpResponse:
    """The part of the wall board that changes; 304 while that is what hangs there, 404 for who may not look."""
    if request.method != "GET":
        return HttpResponseNotAllowed(["GET"])
    if not kiosk.may_see_board(request):
        return _answer(HttpResponse(status=404))
    language, seen = _language(request.GET.get("in", "")), queries.board()
    return _unless_known(request, (seen, language, f"{clock.now():%H:%M}"), lambda: drawn_board(seen, language))


def drawn_board(board: Board, language: str) -> str:
    with translation.override(language):
        return get_template("helpdesk/board/_board.html").render(values_of(board))


def values_of(board: Board) -> dict[str, Any]:
    """What the board's templates need."""
    coming = [("".join(ordinal(place)), who) for place, who in board.coming]
    return {"board": board, "coming": coming, "about": about_short(board.wait), "now": clock.now()}


def _unless_known(request: HttpRequest, known: object, draw: Callable[[], str]) -> HttpResponse:
    tag = f'"{blake2s(repr(known).encode(), digest_size=12).hexdigest()}"'
    if request.META.get("HTTP_IF_NONE_MATCH") == tag:
        return _answer(HttpResponse(status=304), tag)
    return _answer(HttpResponse(draw()), tag)


def drawn(standing: Standing, language: str) -> str:
    with translation.override(language):
        values = {"standing": standing, "told": told(standing)}
        return get_template("helpdesk/_live.html").render(values)


def _language(wanted: str) -> str:
    return wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def _answer(response: HttpResponse, tag: str = "") -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Content-Type-Options"] = "nosniff"
    if tag:
        response["ETag"] = tag
    return response
