"""Kernel: how sure we are that it is this person, from the methods they proved and when.

acr values, weakest first: `plastic` (a keyfob, for 20 minutes), `bronze` (any sign-in), `silver` (a code by e-mail, TOTP or
a passkey within 20 minutes), `gold` (TOTP or a passkey within 20 minutes). amr values are of RFC 8176.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Final, Literal, TypeAlias

Acr: TypeAlias = Literal["", "plastic", "bronze", "silver", "gold"]

LEVELS: Final[tuple[Acr, ...]] = ("", "plastic", "bronze", "silver", "gold")
FRESH: Final = timedelta(minutes=20)
STRONG: Final = frozenset({"totp", "passkey"})
FRESH_MAKES_SILVER: Final = STRONG | {"code", "link", "upstream"}
AMR: Final[Mapping[str, str]] = {
    "password": "pwd",
    "code": "email",
    "link": "email",
    "totp": "otp",
    "recovery": "otp",
    "passkey": "hwk",
    "fob": "sc",
    "upstream": "fed",
}


def acr_of(methods: Mapping[str, float], *, now: datetime) -> Acr:
    """From the time of each method's last use (seconds since 1970); "" for nobody, or a fob used too long ago."""
    fresh = {method for method, at in methods.items() if now.timestamp() - at < FRESH.total_seconds()}
    if fresh & STRONG:
        return "gold"
    if fresh & FRESH_MAKES_SILVER:
        return "silver"
    if set(methods) - {"fob"}:
        return "bronze"
    return "plastic" if "fob" in fresh else ""


def is_met(has: str, wanted: str) -> bool:
    return LEVELS.index(has) >= LEVELS.index(wanted)


def weakest_of(wanted: Iterable[str]) -> Acr:
    """Of an `acr_values` parameter the level that is enough; unknown words are left out (OpenID Connect Core, 3.1.2.1)."""
    known = [level for level in LEVELS if level and level in set(wanted)]
    return known[0] if known else ""


def amr_of(methods: Iterable[str]) -> list[str]:
    """Sorted; `mfa` when two kinds were proved, one of them a possession (RFC 8176, section 2)."""
    names = {AMR[method] for method in methods if method in AMR}
    is_two = len(names) > 1 and bool(names & {"otp", "hwk"})
    return sorted(names | ({"mfa"} if is_two else set()))


def signed_in_at(methods: Mapping[str, float]) -> float:
    """`auth_time`: when they last proved it, by any method; 0 for nobody."""
    return max(methods.values(), default=0.0)
