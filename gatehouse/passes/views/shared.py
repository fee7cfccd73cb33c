"""What the pages of passes share."""

from typing import cast

from django.http import HttpRequest

from gatehouse.people.models import Person


def actor_of(request: HttpRequest) -> Person:
    """Whoever asks; for views behind `requires`, where it is somebody."""
    return cast("Person", request.user)


def is_part(request: HttpRequest) -> bool:
    """Whether a script of the page asks, and wants the part that it puts in place."""
    return "X-Part" in request.headers
