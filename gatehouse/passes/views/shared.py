"""What the pages of passes share."""

from typing import cast

from django.http import HttpRequest

from gatehouse.people.models import Person


def actor_of(request: HttpRequest) -> Person:
    """Whoever asks; for views behind `requires`, where it is somebody."""
    return cast("Person", request.user)
