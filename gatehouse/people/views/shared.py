"""What the views of the people app share."""

from typing import cast

from django.http import HttpRequest

from gatehouse.core.lists import chips as chips, page_of as page_of
from gatehouse.people.models import Person


def actor_of(request: HttpRequest) -> Person:
    """Whoever asks; for views behind `requires`, where it is somebody."""
    return cast("Person", request.user)
