"""What wallets say in the bodies of their requests, read within bounds."""

import json
import re
from collections.abc import Callable
from typing import Any, Final

from django.http import HttpRequest

MOST: Final = 16_384  # bytes
MOST_LINES: Final = 100
LONGEST: Final = 200  # characters of a name in an address
PUSH_TOKEN = re.compile(r"[0-9A-Za-z._~:+=-]{1,200}")


class NotSaid(ValueError):
    """The body is not what it should be."""


class TooMuchSaid(ValueError):
    """The body is larger than any wallet's; it was not read."""


def shortly(name: str) -> str:
    """A name out of an address, or "" for one that none of ours can be: too long, or not of printable signs."""
    return name if len(name) <= LONGEST and name.isprintable() else ""


def push_token_in(request: HttpRequest) -> Callable[[], str]:
    """The body is bounded at once; that it is right is asked later, of those who may say something."""
    body = _body_of(request)

    def token() -> str:
        said = _json(body).get("pushToken")
        if not (isinstance(said, str) and PUSH_TOKEN.fullmatch(said)):
            raise NotSaid
        return said

    return token


def log_lines_in(request: HttpRequest) -> list[str]:
    lines = _json(_body_of(request)).get("logs")
    if not (isinstance(lines, list) and all(isinstance(line, str) for line in lines)):
        raise NotSaid
    return lines[:MOST_LINES]


def _json(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise NotSaid from error
    if not isinstance(said, dict):
        raise NotSaid
    return said


def _body_of(request: HttpRequest) -> bytes:
    """Raises `TooMuchSaid` before a byte of what is declared too large is read, and of what comes in chunks after the most."""
    length = request.META.get("CONTENT_LENGTH") or ""
    if length.isdecimal() and (len(length) > 9 or int(length) > MOST):
        raise TooMuchSaid
    try:
        body = request.read(MOST) if length else _chunks_of(request)
    except OSError as error:  # the phone went away
        raise NotSaid from error
    if len(body) > MOST:
        raise TooMuchSaid
    return body


def _chunks_of(request: HttpRequest) -> bytes:
    """Without a length a body can be read only where the server marks its end (granian does)."""
    if not request.META.get("wsgi.input_terminated"):
        return b""
    body = b""
    while len(body) <= MOST and (some := request.META["wsgi.input"].read(MOST + 1 - len(body))):
        body += some
    return body
