"""What the views of cards share."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.http import http_date, parse_http_date_safe

from gatehouse.passes import packing
from gatehouse.passes.models import Pass
from gatehouse.people.models import Person

PKPASS, PKPASSES = "application/vnd.apple.pkpass", "application/vnd.apple.pkpasses"

View = Callable[..., HttpResponse]


def person_of(request: HttpRequest) -> Person:
    """Who is signed in; for views behind `login_required` and `requires`."""
    return cast("Person", request.user)


def unnoticed(view: View) -> View:
    """No index keeps the page, and its address is told to nobody, for the address is the key."""

    @wraps(view)
    def quiet(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        response.headers.setdefault("Referrer-Policy", "no-referrer")
        return response

    return quiet


def pkpass_file(request: HttpRequest, card: Pass) -> HttpResponse:
    """The card for Apple Wallet. Its file is named by its serial: a person's name makes no path."""
    modified = int(card.modified_at.timestamp())
    if (parse_http_date_safe(request.headers.get("If-Modified-Since", "")) or 0) >= modified:
        return HttpResponseNotModified()
    return download(packing.pkpass_of(card), PKPASS, f"{card.serial}.pkpass", modified)


def download(content: bytes, kind: str, name: str, modified: int) -> HttpResponse:
    """Asked for anew each time: a browser that only knows the age of a file may hand out an old one for days."""
    given = {"Content-Disposition": f'attachment; filename="{name}"', "Last-Modified": http_date(modified)}
    return HttpResponse(content, content_type=kind, headers={**given, "Cache-Control": "private, no-cache"})
