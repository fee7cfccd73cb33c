"""Pages for what went wrong, in the face of the house."""

from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string


def refused(request: HttpRequest, exception: Exception | None = None, **values: Any) -> HttpResponse:
    """403: what is lacking and who can give it, in the exception's own words where it has some."""
    said = str(exception or "")
    return render(request, "403.html", {"said": said} | values, status=HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "404.html", status=HTTPStatus.NOT_FOUND)


def wrong(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400; Django counts too large a body among them, which has a number of its own."""
    if isinstance(exception, RequestDataTooBig):
        return too_large(request)
    return render(request, "400.html", status=HTTPStatus.BAD_REQUEST)


def too_large(request: HttpRequest) -> HttpResponse:
    most = filesizeformat(settings.UPLOAD_LIMIT)
    return render(request, "413.html", {"most": most}, status=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)


def broken(request: HttpRequest) -> HttpResponse:
    """500: asks neither the database nor the session, for one of them may be what broke."""
    return HttpResponse(render_to_string("500.html"), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "csrf_failure.html", status=HTTPStatus.FORBIDDEN)
