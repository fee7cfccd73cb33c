"""Kernel: addresses that services register, and whether one that comes with a request is among them.

Compared letter by letter, never after reading them: what two readers understand differently (a backslash, "..", ";p", a
user's name before the host) is how answers were led astray (RFC 9700, 4.1). Only the port of a program on the person's own
machine is left open (RFC 8252, 7.3).
"""

import re
from collections.abc import Iterable
from enum import Enum
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 2000
_LOOPBACK: Final = re.compile(r"(http://(?:127\.0\.0\.1|\[::1\]))(?::([0-9]{1,5}))?(/[^#]*)?")
_PLAIN: Final = re.compile(r"[!-~]+")  # ASCII without blanks
_HOST: Final = re.compile(
    r"[A-Za-z0-9._-]+|[0-9A-Fa-f:.]+"
)  # nothing that a policy's header or a reader takes for its end
_OWN_SCHEME: Final = re.compile(r"[a-z][a-z0-9+-]*(\.[a-z0-9+-]+)+")  # reversed domain: RFC 8252, 7.1


class Trouble(Enum):
    """Why an address cannot be registered; views have the words."""

    LONG = "too long"
    ODD = "odd characters"
    WILDCARD = "wildcard"
    FRAGMENT = "fragment"
    USER = "a user's name in it"
    SCHEME = "scheme"
    HOST = "no host"
    DOTS = "dots in its path"


def is_registered(uri: str, registered: Iterable[str], *, is_native: bool = False) -> bool:
    """Whether the address is one of these, to the letter; a native client's loopback port is not looked at."""
    listed = list(registered)
    if uri in listed:
        return True
    portless = _without_port(uri) if is_native else None
    return portless is not None and portless in map(_without_port, listed)


def _without_port(uri: str) -> tuple[str, str] | None:
    found = _LOOPBACK.fullmatch(uri)
    if found is None or (found[2] and not 0 < int(found[2]) < 65_536):
        return None
    return found[1], found[3] or ""


def trouble_with(uri: str, *, is_native: bool = False) -> Trouble | None:
    """What keeps this address from being registered; None when nothing does.

    https; http only on this machine (127.0.0.1, [::1], localhost); and for native clients a scheme of their own with a dot.
    """
    if len(uri) > LONGEST:
        return Trouble.LONG
    if "*" in uri:
        return Trouble.WILDCARD
    if "#" in uri:
        return Trouble.FRAGMENT
    if not _PLAIN.fullmatch(uri) or set(uri) & set('\\"<>^`{|}'):
        return Trouble.ODD
    return _trouble_with_parts(uri, is_native=is_native)


def _trouble_with_parts(uri: str, *, is_native: bool) -> Trouble | None:
    try:
        parts = urlsplit(uri)
        host, _port = parts.hostname, parts.port
    except ValueError:
        return Trouble.HOST
    if is_native and _OWN_SCHEME.fullmatch(parts.scheme):
        return None
    if parts.scheme != "https" and not (parts.scheme == "http" and host in {"127.0.0.1", "::1", "localhost"}):
        return Trouble.SCHEME
    if "@" in parts.netloc:
        return Trouble.USER
    if not host or not _HOST.fullmatch(host):
        return Trouble.HOST
    return Trouble.DOTS if {".", ".."} & set(parts.path.split("/")) else None


def source_of(uri: str) -> str:
    """The address as a source of a content security policy: its exact origin, or the scheme of an app.

    The policy's grammar has no IPv6 addresses, so a program at [::1] gets the whole of http (CSP 3, 2.3.1).
    """
    parts = urlsplit(uri)
    has_origin = parts.scheme in {"http", "https"} and "[" not in parts.netloc
    return f"{parts.scheme}://{parts.netloc}" if has_origin else f"{parts.scheme}:"


def place_of(uri: str) -> str:
    """The host, as a person reads it; of an app's own scheme, the scheme."""
    parts = urlsplit(uri)
    return parts.netloc or parts.scheme
