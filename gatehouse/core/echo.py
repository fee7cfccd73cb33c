"""What a page says after an act: a toast that echoes a success and may offer to undo it."""

from django.contrib import messages
from django.http import HttpRequest

UNDO = "undo:"


def done(request: HttpRequest, text: str, *, undo: str = "") -> None:
    """Say on the next page that an act succeeded; `undo` is an address that takes it back when posted to.

    Errors are never said this way: they stand in the page, see parts/note.html.
    """
    messages.success(request, text, extra_tags=f"{UNDO}{undo}" if undo else "")
