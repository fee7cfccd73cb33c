"""Which limits of sign-in refuse somebody now."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from gatehouse.core import limits
from gatehouse.core.models import Rate
from gatehouse.identity.queries import person_at

OF_ADDRESS: Final = ("code.minute", "code.address", "password.address")
OF_NETWORK: Final = (
    "code.network",
    "password.network",
    "passkey.network",
    "word.network",
    "oidc.push",
    "oidc.kept",
    "device.network",
)
OF_PERSON: Final = ("second-step.person", "device.person")
WORDS: Final[dict[str, Any]] = {
    "code.minute": _("One code a minute for an address"),
    "code.address": _("Codes for an address"),
    "password.address": _("Passwords for an address"),
    "code.network": _("Codes from a network"),
    "password.network": _("Passwords from a network"),
    "passkey.network": _("Passkeys from a network"),
    "word.network": _("Tries of the first-run word from a network"),
    "oidc.push": _("Sign-ins that services announce from a network"),
    "oidc.kept": _("Very long requests of services from a network"),
    "device.network": _("Codes of devices from a network"),
    "device.person": _("Codes of devices of a person"),
    "second-step.person": _("Second steps of a person"),
}


@dataclass(frozen=True)
class InForce:
    key: str
    label: Any
    spent: int
    until: datetime


def limits_in_force() -> list[InForce]:
    """Of sign-in alone; who is refused stands in no table, so these name nobody."""
    return _said(limits.in_force().filter(limit__in=WORDS)[:200])


def limits_of(whom: str) -> list[InForce]:
    """Those that refuse this address, or whoever comes from this network (an IP address)."""
    keys = [limits.hashed_key(name, key) for name, key in _keys_of(whom)]
    return _said(limits.in_force().filter(key__in=keys))


def _keys_of(whom: str) -> list[tuple[str, str]]:
    if "@" not in whom:
        return [(name, limits.network(whom)) for name in OF_NETWORK]
    person, address = person_at(whom), limits.same_address(whom)
    own = [(name, person.pk.hex) for name in OF_PERSON] if person else []
    return [*((name, address) for name in OF_ADDRESS), *own]


def _said(rows: Iterable[Rate]) -> list[InForce]:
    return [InForce(row.key, WORDS.get(row.limit, row.limit), row.spent, row.until) for row in rows]
