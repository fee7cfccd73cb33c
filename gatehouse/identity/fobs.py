"""Numbers of keyfobs: one spelling, and a hash that the database alone cannot be searched by."""

import hashlib
import hmac
import re

from django.conf import settings

from gatehouse.identity.refusals import FobUnreadable

_BETWEEN = re.compile(r"[\s:.-]+")
_SHAPE = re.compile(r"[0-9A-Z]{4,40}", re.ASCII)


def normal(number: str) -> str:
    """`04:a2:2b:1c` and `04A22B1C` are one fob; raises `FobUnreadable`."""
    plain = _BETWEEN.sub("", number[:200]).upper()
    if not _SHAPE.fullmatch(plain):
        raise FobUnreadable
    return plain


def digest(number: str) -> str:
    """Keyed, for a number has few bits: a plain hash is undone by trying all of them. Raises `FobUnreadable`."""
    key = f"gatehouse fobs {settings.SECRET_KEY}".encode()
    return hmac.new(key, normal(number).encode(), hashlib.sha256).hexdigest()
