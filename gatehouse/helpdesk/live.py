"""A waiting page asks where its ticket stands, every two seconds: answered before sessions, and mostly with 304."""

from collections.abc import Callable
from hashlib import blake2s

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.template.loader import get_template
from django.utils import translation

from gatehouse.core.links import LinkUnusable
from gatehouse.helpdesk import links, queries
from gatehouse.helpdesk.queries import Standing
from gatehouse.helpdesk.words import told

BEGINS, ENDS = "/help/tickets/", "/live"

Handler = Callable[[HttpRequest], HttpResponse]


class LivePlaces:
    """Stands before the log, sessions and all that pages need: the link's signature is the right to ask."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        path = request.path
        if path.startswith(BEGINS) and path.endswith(ENDS):
            return place(request, path[len(BEGINS) : -len(ENDS)])
        return self.get_response(request)


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
    tag = f'"{blake2s(repr((standing, language)).encode(), digest_size=12).hexdigest()}"'
    if request.META.get("HTTP_IF_NONE_MATCH") == tag:
        return _answer(HttpResponse(status=304), tag)
    return _answer(HttpResponse(drawn(standing, language)), tag)


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
