"""Kernel: what a mail server can say to a letter, and what follows from it.

SMTP is RFC 5321, enhanced codes are RFC 3463. `Server` is what every adapter offers.
"""

import random
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

PATIENCE = timedelta(hours=48)
STEPS = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4))
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})\s*")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f]+")


@dataclass(frozen=True)
class Parcel:
    """A letter as the server gets it: `content` is the whole message with CRLF line ends, dots not yet doubled."""

    letter_id: int
    message_id: str
    sender: str
    address: str
    content: bytes


@dataclass(frozen=True)
class Answer:
    """Reply code, enhanced code (or ""), and the words; code 0 where no server spoke and the words are ours."""

    code: int
    enhanced: str = ""
    text: str = ""

    @classmethod
    def read(cls, code: int, words: bytes | str) -> "Answer":
        text = words.decode("utf-8", "replace") if isinstance(words, bytes) else words
        text = _UNPRINTABLE.sub(" ", text).strip()
        found = _ENHANCED.match(text)
        return cls(code, found[1] if found else "", (text[found.end() :] if found else text)[:500])

    @property
    def is_for_later(self) -> bool:
        return 400 <= self.code < 500

    @property
    def says_no_such_address(self) -> bool:
        """5.1.x is about the recipient's address, save 5.1.7 and 5.1.8, which are about the sender's."""
        return self.code >= 500 and self.enhanced.startswith("5.1.") and not self.blames_sender

    @property
    def blames_sender(self) -> bool:
        return self.enhanced in {"5.1.7", "5.1.8"}

    def __str__(self) -> str:
        return " ".join(part for part in (str(self.code or ""), self.enhanced, self.text) if part)


class Undelivered(Exception):
    """The server did not say yes to this letter; `answer` is what it said, or what happened."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(str(answer))
        self.answer = answer


class Refused(Undelivered):
    """A no to this letter: 4xx for now, 5xx for good."""


class Unsure(Undelivered):
    """The connection broke after the letter was handed over and before the answer: it may have arrived."""


class Unreachable(Undelivered):
    """No letter was offered: the server cannot be reached, or has no time."""


class SenderRefused(Undelivered):
    """No letter was offered: the server refuses our sign-in, or us as the sender, for good."""


class Server(Protocol):
    """A way out. `deliver` returns the yes, or raises one of the four above; it never waits to keep a rate."""

    def deliver(self, parcel: Parcel) -> Answer: ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class Waiting:
    """A letter that is now marked as being sent, as the ledger knows it."""

    letter_id: int
    message_id: str
    address: str
    message_class: str
    content: bytes
    is_sealed: bool
    attempts: int
    first_tried_at: datetime


@dataclass(frozen=True)
class Outcome:
    """What a letter becomes after an offer that did not end in a yes."""

    state: str
    answer: Answer
    not_before: datetime | None = None
    counts: bool = True
    maybe_duplicate: bool = False
    suppresses: bool = False


def after_refusal(letter: Waiting, answer: Answer, now: datetime) -> Outcome:
    """4xx waits 1, 5, 15, 60 min, then 4 h at a time, until 48 h after the first try; 5xx is the end."""
    if answer.is_for_later and now - letter.first_tried_at < PATIENCE:
        return Outcome("queued", answer, not_before=now + wait(letter.attempts))
    return Outcome("failed", answer, suppresses=answer.says_no_such_address)


def after_break(letter: Waiting, answer: Answer, now: datetime, *, resend: bool, tries: int) -> Outcome:
    """Nobody knows whether it arrived: resend it under the same Message-ID, or hold it for a person to decide."""
    if resend and letter.attempts + 1 < tries:
        return Outcome("queued", answer, not_before=now + wait(letter.attempts), maybe_duplicate=True)
    return Outcome("held", answer, maybe_duplicate=True)


def wait(attempts: int) -> timedelta:
    """How long to wait after so many earlier attempts, each up to a tenth longer, so that not all come at once."""
    return STEPS[min(attempts, len(STEPS) - 1)] * random.uniform(1, 1.1)  # noqa: S311  jitter, not a secret
