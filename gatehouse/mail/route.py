"""Kernel: EMAIL_URL, read in one place."""

from dataclasses import dataclass
from typing import Literal
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

Tls = Literal["", "starttls", "implicit"]
LOOPBACK = {"localhost", "127.0.0.1", "::1"}
HOW = "write smtp://user:password@host:587?tls=starttls, smtps://user:password@host, file: or console:"


class RouteUnusable(ValueError):
    """EMAIL_URL cannot be used; the message says what to write instead, and never repeats a password."""


@dataclass(frozen=True)
class Route:
    """How letters leave. `path` is for files (empty: the data folder's mail/); `ca` a file of trusted certificates."""

    kind: Literal["smtp", "file", "console"]
    host: str = ""
    port: int = 0
    user: str = ""
    password: str = ""
    tls: Tls = ""
    ca: str = ""
    path: str = ""

    def __str__(self) -> str:
        """For pages and logs, without the password."""
        return f"{self.host}:{self.port}" if self.kind == "smtp" else self.kind


def read(url: str) -> Route:
    """`smtp://` (with `?tls=starttls`, or as `smtp+tls://`), `smtps://`, `file:` or `file:/folder`, `console:`."""
    parts = urlsplit(url)
    if parts.scheme == "console":
        return Route("console")
    if parts.scheme == "file":
        return Route("file", path=unquote(parts.path))
    if parts.scheme not in {"smtp", "smtps", "smtp+tls"}:
        raise RouteUnusable(f"EMAIL_URL starts with {parts.scheme or 'no scheme'!r}: {HOW}.")
    return _smtp(parts)


def _smtp(parts: SplitResult) -> Route:
    options = dict(parse_qsl(parts.query))
    if unknown := options.keys() - {"tls", "ca"}:
        raise RouteUnusable(f"EMAIL_URL has an option {min(unknown)!r} that means nothing here: {HOW}.")
    if not parts.hostname:
        raise RouteUnusable(f"EMAIL_URL names no host: {HOW}.")
    tls = _tls(parts.scheme, options.get("tls", ""))
    route = Route(
        "smtp",
        host=parts.hostname,
        port=_port(parts) or {"": 25, "starttls": 587, "implicit": 465}[tls],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        ca=options.get("ca", ""),
    )
    if route.user and not tls and route.host not in LOOPBACK:
        raise RouteUnusable("EMAIL_URL would send the password unencrypted: add ?tls=starttls, or use smtps://.")
    return route


def _tls(scheme: str, asked: str) -> Tls:
    if asked not in {"", "starttls", "implicit", "no"}:
        raise RouteUnusable("EMAIL_URL has ?tls= with another value than starttls, implicit or no.")
    if scheme == "smtps" or asked == "implicit":
        return "implicit"
    return "starttls" if asked == "starttls" or scheme == "smtp+tls" else ""


def _port(parts: SplitResult) -> int:
    try:
        return parts.port or 0
    except ValueError as error:
        raise RouteUnusable(f"EMAIL_URL has no usable port: {HOW}.") from error
