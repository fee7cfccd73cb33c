"""Signed links: each for a single purpose, each with an end."""

from datetime import timedelta
from typing import Any

from django.core import signing


class LinkUnusable(ValueError):
    """The link was changed, is for something else, or its time is over."""


def sign(purpose: str, value: Any) -> str:
    """A token for an address that carries a JSON value; `read` with the same purpose gives it back."""
    return signing.dumps(value, salt=f"gatehouse.links.{purpose}", compress=True)


def read(purpose: str, token: str, *, within: timedelta) -> Any:
    """The value signed for this purpose, not longer ago than `within`; raises `LinkUnusable`."""
    try:
        return signing.loads(token, salt=f"gatehouse.links.{purpose}", max_age=within)
    except (signing.BadSignature, ValueError) as error:
        raise LinkUnusable(str(error)) from error
