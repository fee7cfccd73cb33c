"""Kernel: scopes, as words in one line and as sets."""

from collections.abc import Iterable
from typing import Final

OPENID: Final = "openid"
OFFLINE: Final = "offline_access"
OF_PEOPLE: Final = (OPENID, "profile", "email", "phone", "roles", "groups", "membership", OFFLINE)
OF_SERVICES: Final = ("members:read", "members:write", "fobs:sign-in")  # what our own API asks for
ALL: Final = OF_PEOPLE + OF_SERVICES


def words(scope: str) -> frozenset[str]:
    return frozenset(scope.split())


def line(scopes: Iterable[str]) -> str:
    """In our own order, so that one set is one text."""
    here = set(scopes)
    return " ".join([scope for scope in ALL if scope in here] + sorted(here.difference(ALL)))
