"""What is refused before a view sees it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from gatehouse.web.views.errors import too_large

Handler = Callable[[HttpRequest], HttpResponse]


class BodyLimit:
    """413 for a body that says it is larger than UPLOAD_LIMIT (bytes), before one byte of it is read.

    A body that does not say its length is not read at all: WSGI gives nothing beyond Content-Length. What is read is
    UTF-8, whatever it says: UTF-7 and its like smuggle half letters in, which no page and no database can write.
    """

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.META.get("CONTENT_LENGTH") or ""
        if "charset" in (request.content_params or {}):
            request.encoding = "utf-8"
        is_large = said.isdecimal() and (len(said) > 18 or int(said) > settings.UPLOAD_LIMIT)
        return too_large(request) if is_large else self.get_response(request)
