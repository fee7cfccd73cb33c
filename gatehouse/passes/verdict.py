"""Whether a card opens the door today: plain facts in, a verdict and its reason out. No database.

Who was stopped by hand comes first, then who is gone, then what the membership's status and days say.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias

from gatehouse.core.said import Said, noop as _

Word: TypeAlias = Literal["valid", "early", "expired", "voided", "unknown", "several"]

IN_ORDER = _("Everything is in order.")
STOPPED, STOPPED_FOR = _("This card was stopped."), _("This card was stopped: %(reason)s")
NOBODYS = _("Whoever held this card is no longer on record.")
LEFT = _("Its holder has left.")
SUSPENDED, ENDED = _("The membership is suspended."), _("The membership was ended.")
RAN_OUT, NOT_BEGUN = _("The membership ran out."), _("The membership has not begun yet.")
NO_SUCH_CODE = _("No card and no membership has this code.")
FORGED = _("This looks like a signed code of ours, but the signature is wrong.")
SEVERAL = _("Several have this number. Ask for the name, and compare.")


@dataclass(frozen=True)
class Standing:
    """What is known on the day `today`. Without a membership `status` is "" and there are no days.

    `is_orphan`: the card was made for somebody, and that record is gone. Days are the organisation's; both the first and
    the last one are included.
    """

    today: date
    is_stopped: bool = False
    stop_reason: str = ""
    is_orphan: bool = False
    has_left: bool = False
    status: str = ""
    valid_from: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True)
class Verdict:
    """A word to act on, and why: a sentence to be translated at the door."""

    word: Word
    why: Said

    @property
    def is_valid(self) -> bool:
        return self.word == "valid"


def verdict(standing: Standing) -> Verdict:
    if standing.is_stopped:
        reason = standing.stop_reason
        return Verdict("voided", Said(STOPPED_FOR, reason=reason) if reason else Said(STOPPED))
    if standing.is_orphan:
        return Verdict("voided", Said(NOBODYS))
    if standing.has_left:
        return Verdict("voided", Said(LEFT))
    return _of_membership(standing) if standing.status else Verdict("valid", Said(IN_ORDER))


def _of_membership(standing: Standing) -> Verdict:
    """An active membership whose last day is over has ended, though the nightly sweep may not have said so yet."""
    if standing.status in {"suspended", "ended"}:
        return Verdict("voided", Said(SUSPENDED if standing.status == "suspended" else ENDED))
    is_over = bool(standing.expires_on and standing.expires_on < standing.today)
    if standing.status != "active" or is_over:
        return Verdict("expired", Said(RAN_OUT))
    if standing.valid_from and standing.valid_from > standing.today:
        return Verdict("early", Said(NOT_BEGUN))
    return Verdict("valid", Said(IN_ORDER))


def unknown(*, is_forged: bool = False) -> Verdict:
    return Verdict("unknown", Said(FORGED if is_forged else NO_SUCH_CODE))


def several() -> Verdict:
    return Verdict("several", Said(SEVERAL))
