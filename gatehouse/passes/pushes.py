"""Kernel: what Apple's push service says to a push, and what follows from it.

Statuses and reasons are Apple's ("Handling notification responses from APNs"), rules docs/decisions/0013. A push has no
content and may be sent twice: it tells a phone's wallet to ask what is new.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import NamedTuple, Protocol

LOST = 0
DEAD_TOKEN = {"BadDeviceToken", "DeviceTokenNotForTopic"}
NEVER_AGAIN = DEAD_TOKEN | {"ExpiredToken", "Unregistered", "PayloadTooLarge"}
STEPS_OF_5XX = (timedelta(minutes=15), timedelta(minutes=30), timedelta(hours=1), timedelta(hours=4))


class Outcome(NamedTuple):
    """What became of one push. `status` is HTTP's, or LOST where no answer came; then `reason` says why in our words.

    `timestamp` comes with 410 only: when Apple last knew the token to be dead.
    """

    token: str
    status: int
    reason: str = ""
    timestamp: datetime | None = None

    def __str__(self) -> str:
        return f"{self.status} {self.reason}".strip() if self.status else self.reason


class Trouble(Exception):
    """No push of this pass type can go out, and no phone is at fault. The text is for staff, and holds no token."""


class Unreachable(Trouble):
    """Nobody answers there, or not as Apple's service does."""


class TopicRefused(Trouble):
    """Our certificate, our topic or our whole way of asking is refused."""


class Pushes(Protocol):
    """A way out to phones."""

    def push(self, tokens: Iterable[str]) -> Iterator[Outcome]:
        """Outcomes in the order in which they come. Raises `Trouble`; tokens without an outcome were then not pushed."""

    def close(self) -> None: ...


class Fate(Enum):
    ACCEPTED = "accepted"
    GONE = "gone"  # the token is dead since `timestamp`
    REFUSED = "refused"  # this token, for good
    LATER = "later"
    TROUBLE = "trouble"  # what is refused is us


def fate(outcome: Outcome) -> Fate:
    """Any no that Apple doesn't lay to the token is about us: certificate, topic, settings."""
    if outcome.status == 200:
        return Fate.ACCEPTED
    if outcome.status == 410:
        return Fate.GONE
    if outcome.reason in NEVER_AGAIN:
        return Fate.REFUSED
    if outcome.status in {LOST, 429} or outcome.status >= 500:
        return Fate.LATER
    return Fate.TROUBLE


def fates(outcomes: Iterable[Outcome]) -> dict[Fate, list[Outcome]]:
    """Outcomes of one batch by their fate. A trouble that others didn't have is the phone's own after all."""
    sorted_out: dict[Fate, list[Outcome]] = {kind: [] for kind in Fate}
    for outcome in outcomes:
        sorted_out[fate(outcome)].append(outcome)
    if sorted_out[Fate.ACCEPTED]:
        sorted_out[Fate.REFUSED] += sorted_out[Fate.TROUBLE]
        sorted_out[Fate.TROUBLE] = []
    return sorted_out


def read(token: str, status: int, body: bytes) -> Outcome:
    """The answer with its JSON body: `{"reason": "…", "timestamp": milliseconds}`. Whatever else it holds is ignored."""
    if status == 200:
        return Outcome(token, status)
    told = _told(body)
    reason, timestamp = told.get("reason"), told.get("timestamp")
    return Outcome(token, status, reason_of(reason), _instant(timestamp) if status == 410 else None)


def reason_of(said: object) -> str:
    """Apple's reasons are words such as BadDeviceToken; nothing else gets into rows and logs."""
    return said if isinstance(said, str) and said.isascii() and said.isalpha() and len(said) <= 60 else ""


def goodbye(data: bytes | None) -> str:
    """The reason in the JSON that a GOAWAY may carry."""
    return reason_of(_told(data or b"").get("reason"))


def _told(body: bytes) -> dict[str, object]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return told if isinstance(told, dict) else {}


def _instant(milliseconds: object) -> datetime | None:
    if isinstance(milliseconds, bool) or not isinstance(milliseconds, int):
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None
