"""Kernel: the outbox protocol. One commit a letter, made before the letter is offered.

The commit that marks a letter as `sending` also writes `sent` on the one before it. So at any moment at most one letter
of a worker is in doubt, and what a crash can double is that one: lost 0, doubled at most once for each crash.
The states and the proof are in docs/decisions/0007-the-outbox.md.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gatehouse.mail.delivery import (
    Answer,
    Outcome,
    Parcel,
    Refused,
    SenderRefused,
    Server,
    Undelivered,
    Unreachable,
    Unsure,
    Waiting,
    after_break,
    after_refusal,
)
from gatehouse.mail.ledger import TRIES, Ledger
from gatehouse.mail.message import wire_address

MOST, FEWEST = 100, 5


@dataclass
class Tally:
    """What one round did. `trouble` ended it early: then no letter is at fault, and none was failed."""

    accepted: int = 0
    offered: int = 0
    trouble: Unreachable | SenderRefused | None = None


class Outbox:
    """One worker: claims, offers one by one, writes down each fate.

    `now` gives aware instants, `unseal` opens the bytes of letters that carry a credential, `sender` is the envelope's
    return path. Errors of the database are not caught: whatever was in hand is looked after when our lock has gone.
    """

    def __init__(
        self,
        ledger: Ledger,
        server: Server,
        *,
        sender: str,
        now: Callable[[], datetime],
        unseal: Callable[[bytes], bytes] = bytes,
    ) -> None:
        self.ledger, self.server = ledger, server
        self.sender, self.now, self.unseal = sender, now, unseal
        self.tally = Tally()
        self._size = 20

    def work(self, *, seconds: float) -> Tally:
        """Send what is due, until nothing is, or the time is over, or the server is in trouble."""
        self.tally = Tally()
        deadline = time.monotonic() + seconds
        self.ledger.reap(self.now())
        while time.monotonic() < deadline and (batch := self.ledger.claim(self._size, self.now())):
            began = time.monotonic()
            try:
                self._send(batch)
            except (Unreachable, SenderRefused) as trouble:
                self.tally.trouble = trouble
                self.ledger.release()
                break
            self._aim_at_a_second(len(batch), time.monotonic() - began)
        return self.tally

    def _aim_at_a_second(self, done: int, seconds: float) -> None:
        """Claim no more than goes out in about a second, so that a sign-in code never waits behind a long batch."""
        self._size = max(FEWEST, min(MOST, int(done / max(seconds, 0.001))))

    def _send(self, batch: list[int]) -> None:
        previous: tuple[int, Answer] | None = None
        try:
            for letter_id in batch:
                previous, done = None, previous
                letter = self.ledger.begin(letter_id, done, self.now())
                if letter and (answer := self._offer(letter)):
                    previous = letter_id, answer
        finally:
            if previous:
                self.ledger.finish(previous, self.now())

    def _offer(self, letter: Waiting) -> Answer | None:
        """The server's yes; or None, when another outcome is written already. Trouble puts the letter back first."""
        self.tally.offered += 1
        try:
            answer = self.server.deliver(self._parcel(letter))
        except (Unreachable, SenderRefused) as trouble:
            self._settle(letter, Outcome("queued", trouble.answer, counts=False))
            raise
        except Undelivered as error:
            self._settle(letter, self._outcome(letter, error))
            return None
        self.tally.accepted += 1
        return answer

    def _parcel(self, letter: Waiting) -> Parcel:
        try:
            content = self.unseal(letter.content) if letter.is_sealed else bytes(letter.content)
        except ValueError as error:
            raise Refused(Answer(550, "", "sealed with another key than this portal's")) from error
        return Parcel(letter.letter_id, letter.message_id, self.sender, wire_address(letter.address), content)

    def _outcome(self, letter: Waiting, error: Undelivered) -> Outcome:
        if isinstance(error, Unsure):
            resend = letter.message_class not in self.ledger.holds
            return after_break(letter, error.answer, self.now(), resend=resend, tries=TRIES)
        return after_refusal(letter, error.answer, self.now())

    def _settle(self, letter: Waiting, outcome: Outcome) -> None:
        self.ledger.settle(letter.letter_id, outcome, self.now())
