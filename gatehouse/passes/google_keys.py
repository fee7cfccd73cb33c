"""The keys with which Google signs its calls: fetched, and kept in the process while they live."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from gatehouse.core.outbound import Outside, Unreachable
from gatehouse.passes import ecv2

A_DAY = 24 * 3600.0  # seconds; keys are looked at anew at the latest after this
A_BREATH = 60.0  # seconds between two looks, whatever strangers send us


class NoKeys(OSError):
    """Google's keys can't be had at present, so nothing can be proven."""


@dataclass
class Keyring:
    """`keys()` gives the living keys of one address. A failed look is not repeated for a minute."""

    url: str
    clock: Callable[[], float] = time.time
    _keys: list[ecv2.RootKey] = field(default_factory=list)
    _until: float = 0
    _looked_at: float = float("-inf")

    def keys(self) -> list[ecv2.RootKey]:
        if self.clock() >= self._until:
            self._look()
        return self._keys

    def look_again(self) -> bool:
        """A signature did not fit: perhaps there are new keys. False when we looked a moment ago."""
        if self.clock() - self._looked_at < A_BREATH:
            return False
        self._look()
        return True

    def _look(self) -> None:
        now = self.clock()
        if now - self._looked_at < A_BREATH:
            raise NoKeys(self.url)
        self._looked_at = now
        try:
            with Outside(may_be_private=True, seconds=5, at_most=100_000, tries=2) as outside:
                found = ecv2.root_keys(outside.call("GET", self.url).body)
        except (Unreachable, ecv2.NotGenuine) as error:
            raise NoKeys(self.url) from error
        living = [key for key in found if key.expires_at > datetime.fromtimestamp(now, UTC)]
        if not living:
            raise NoKeys(self.url)
        first_end = min(key.expires_at.timestamp() for key in living)
        self._keys, self._until = living, min(first_end, now + A_DAY)


_rings: dict[str, Keyring] = {}


def ring(url: str) -> Keyring:
    """The keyring of this address, one for the process."""
    return _rings.setdefault(url, Keyring(url))
