"""The language a service asks for (`ui_locales`), for people who chose none themselves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

KEPT: Final = timedelta(minutes=15)  # the pages of the gate that follow speak it too

Keep = Callable[[HttpResponse], HttpResponse]


@contextmanager
def spoken(request: HttpRequest, wanted: tuple[str, ...]) -> Iterator[Keep]:
    """Draw pages in the first of these that we speak; the function given has the browser remember it for a while."""
    language = "" if settings.LANGUAGE_COOKIE_NAME in request.COOKIES else first_known(wanted)
    if not language:
        yield lambda response: response
        return
    translation.activate(language)
    yield lambda response: _remembered(response, language)


def first_known(wanted: tuple[str, ...]) -> str:
    for tag in wanted[:20]:
        try:
            return translation.get_supported_language_variant(tag)
        except LookupError:
            continue
    return ""


def _remembered(response: HttpResponse, language: str) -> HttpResponse:
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=int(KEPT.total_seconds()),
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )
    return response
