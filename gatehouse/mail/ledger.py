"""Kernel: the ledger of letters in the database, the part that both databases share.

Each method is one commit. Every UPDATE of a letter in hand names our epoch (`worker`), so a process that was taken for
dead changes nothing any more: it is fenced. See docs/decisions and `outbox.py` for why each commit stands where it does.
"""

import abc
from datetime import datetime
from typing import Any

from gatehouse.mail.delivery import Answer, Outcome, Waiting

TRIES = 5  # so often may a process die over one letter before a person looks at it

OURS = "(worker = %(epoch)s) IS TRUE"  # so written that the planner finds one letter by its id, not all by their worker

_ERASED = """
    rendered = CASE WHEN is_credential THEN NULL ELSE rendered END,
    "values" = CASE WHEN is_credential THEN '{}' ELSE "values" END"""

SENT = f"""
    UPDATE mail_letter SET state = 'sent', settled_at = %(now)s, answer_code = %(code)s,
        answer_enhanced = %(enhanced)s, answer_text = %(text)s, {_ERASED}
    WHERE id = %(previous)s AND state = 'sending' AND {OURS}"""

OFFER = f"""
    UPDATE mail_letter SET
        state = CASE WHEN EXISTS (
            SELECT 1 FROM mail_suppression AS stop WHERE stop.address = mail_letter.address
            AND stop.scope IN ('all', 'class:' || mail_letter.message_class, 'topic:' || mail_letter.topic)
        ) THEN 'suppressed' ELSE 'sending' END,
        tried_at = %(now)s, first_tried_at = COALESCE(first_tried_at, %(now)s)
    WHERE id = %(id)s AND state = 'claimed' AND {OURS}
    RETURNING state, message_id, address, message_class, rendered, is_credential, attempts, first_tried_at"""

DUE = """
    SELECT id FROM mail_letter WHERE state = 'queued' AND not_before <= %(now)s
    AND NOT EXISTS (SELECT 1 FROM mail_sending WHERE paused_at IS NOT NULL OR retry_at > %(now)s)
    ORDER BY urgency, not_before, id LIMIT %(at_most)s"""

_STOPPED = f"""
    UPDATE mail_letter SET settled_at = %(now)s, {_ERASED}
    WHERE id = %(id)s AND state = 'suppressed' AND {OURS}"""

_SETTLED = f"""
    UPDATE mail_letter SET state = %(state)s, settled_at = %(now)s, attempts = attempts + 1,
        answer_code = %(code)s, answer_enhanced = %(enhanced)s, answer_text = %(text)s, {_ERASED}
    WHERE id = %(id)s AND state = 'sending' AND {OURS} RETURNING id"""

_PUT_BACK = f"""
    UPDATE mail_letter SET state = %(state)s, worker = NULL, not_before = COALESCE(%(not_before)s, not_before),
        attempts = attempts + %(counts)s, maybe_duplicate = (maybe_duplicate OR %(unsure)s),
        answer_code = %(code)s, answer_enhanced = %(enhanced)s, answer_text = %(text)s
    WHERE id = %(id)s AND state = 'sending' AND {OURS} RETURNING id"""

_TRIED = """
    INSERT INTO mail_attempt (letter_id, at, outcome, code, enhanced, text)
    VALUES (%(id)s, %(now)s, %(state)s, %(code)s, %(enhanced)s, %(text)s)"""

_SUPPRESS = """
    INSERT INTO mail_suppression (address, scope, reason, evidence, created_at)
    SELECT address, 'all', 'bounce', %(evidence)s, %(now)s FROM mail_letter WHERE id = %(id)s
    ON CONFLICT (address, scope) DO NOTHING"""

ENDED = "UPDATE mail_worker SET ended_at = %(now)s WHERE id = %(epoch)s"

_RELEASE = "UPDATE mail_letter SET state = 'queued', worker = NULL WHERE state = 'claimed' AND worker = %(epoch)s"

_IN_HAND = """
    SELECT DISTINCT worker FROM mail_letter WHERE state IN ('claimed', 'sending') AND worker <> %(epoch)s"""

_REAPED = """
    UPDATE mail_letter SET
        state = CASE WHEN {held} OR attempts + 1 >= %(tries)s THEN 'held' ELSE 'queued' END,
        worker = NULL, not_before = %(now)s, attempts = attempts + 1, maybe_duplicate = TRUE,
        answer_code = 0, answer_enhanced = '', answer_text = %(text)s
    WHERE state = 'sending' AND worker = %(epoch)s RETURNING id, state"""

DIED = "the sending process ended before it heard the answer"


class Ledger(abc.ABC):
    """One worker's view: its epoch, and a connection of its own with which the epoch's lock lives and dies.

    `holds` names the message classes whose ambiguous letters wait for a person; all others are sent again.
    """

    epoch: int

    def __init__(self, *, holds: frozenset[str] = frozenset()) -> None:
        self.holds = holds
        names = ", ".join(f"'{name}'" for name in sorted(holds))
        self._reaped = _REAPED.format(held=f"message_class IN ({names})" if names else "FALSE")

    def enroll(self, now: datetime) -> None:
        """Get an epoch and its lock, before anybody sees the epoch; nothing is claimed before that."""
        with self.together():
            rows = self.run("INSERT INTO mail_worker (started_at) VALUES (%(now)s) RETURNING id", now=self.stamp(now))
            self.epoch = rows[0][0]
            if not self.lock(self.epoch):
                raise RuntimeError(
                    f"The lock of worker {self.epoch} is taken: is the database a copy of a running one?"
                )

    @abc.abstractmethod
    def claim(self, at_most: int, now: datetime) -> list[int]:
        """Take due letters, the most urgent first. They were not offered yet, so they can go back without risk."""

    @abc.abstractmethod
    def begin(self, letter_id: int, previous: tuple[int, Answer] | None, now: datetime) -> Waiting | None:
        """In one commit: the previous letter was sent, this one is being sent.

        None when it must not be offered: somebody took it from us, or its address is on the stop list.
        """

    @abc.abstractmethod
    def lock(self, epoch: int) -> bool:
        """Take the lock of this epoch; False while the process it belongs to lives."""

    @abc.abstractmethod
    def unlock(self, epoch: int) -> None: ...

    @abc.abstractmethod
    def close(self) -> None:
        """End the connection, and with it the lock."""

    @abc.abstractmethod
    def run(self, sql: str, **values: Any) -> list[tuple[Any, ...]]: ...

    @abc.abstractmethod
    def together(self) -> Any:
        """A context in which several statements are one commit."""

    @abc.abstractmethod
    def stamp(self, moment: datetime) -> Any:
        """An instant as this database's driver takes it."""

    @abc.abstractmethod
    def moment(self, stamp: Any) -> datetime: ...

    def tidy(self) -> int:
        """Remove what killed processes left behind outside the database; return how much."""
        return 0

    def finish(self, previous: tuple[int, Answer], now: datetime) -> None:
        """The previous letter was sent, and none follows now."""
        self.run(SENT, **self._previous(previous, now))

    def settle(self, letter_id: int, outcome: Outcome, now: datetime) -> None:
        """Write an outcome that is not a yes, its reason, and a stop for an address that does not exist."""
        values = self._outcome(letter_id, outcome, now)
        is_final = outcome.state == "failed"
        with self.together():
            held_by_us = self.run(_SETTLED if is_final else _PUT_BACK, **values)
            if held_by_us:
                self.run(_TRIED, **values)
            if held_by_us and outcome.suppresses:
                self.run(_SUPPRESS, evidence=str(outcome.answer)[:500], **values)

    def release(self) -> None:
        """Put back what was claimed and not offered."""
        self.run(_RELEASE, epoch=self.epoch)

    def leave(self, now: datetime) -> None:
        self.release()
        self.run(ENDED, now=self.stamp(now), epoch=self.epoch)

    def reap(self, now: datetime) -> int:
        """Look after the letters of processes that died; return how many went back."""
        others = [row[0] for row in self.run(_IN_HAND, epoch=self.epoch)]
        return sum(self._reap(epoch, now) for epoch in others)

    def elders(self, now: datetime) -> int:
        """How many workers live that began before us; what died without a word is marked as ended."""
        before = "SELECT id FROM mail_worker WHERE ended_at IS NULL AND id < %(epoch)s"
        return sum(not self._is_dead(row[0], now) for row in self.run(before, epoch=self.epoch))

    def _is_dead(self, epoch: int, now: datetime) -> bool:
        if not self.lock(epoch):
            return False
        try:
            self.run(ENDED, now=self.stamp(now), epoch=epoch)
        finally:
            self.unlock(epoch)
        return True

    def _reap(self, epoch: int, now: datetime) -> int:
        if not self.lock(epoch):
            return 0
        try:
            with self.together():
                claimed = self.run(f"{_RELEASE} RETURNING id", epoch=epoch)
                unsure = self.run(self._reaped, epoch=epoch, now=self.stamp(now), tries=TRIES, text=DIED)
                for letter_id, state in unsure:
                    outcome = Outcome(state, Answer(0, "", DIED))
                    self.run(_TRIED, **self._outcome(letter_id, outcome, now))
                self.run(ENDED, now=self.stamp(now), epoch=epoch)
        finally:
            self.unlock(epoch)
        return len(claimed) + len(unsure)

    def offered(self, letter_id: int, rows: list[tuple[Any, ...]], now: datetime) -> Waiting | None:
        """What `OFFER` returned, as a letter to send."""
        if not rows:
            return None
        state, message_id, address, message_class, content, is_sealed, attempts, first_tried_at = rows[0]
        if state == "suppressed":
            self.run(_STOPPED, id=letter_id, epoch=self.epoch, now=self.stamp(now))
            return None
        first = self.moment(first_tried_at)
        return Waiting(letter_id, message_id, address, message_class, content, bool(is_sealed), attempts, first)

    def _previous(self, previous: tuple[int, Answer], now: datetime) -> dict[str, Any]:
        letter_id, answer = previous
        said = {"code": answer.code, "enhanced": answer.enhanced, "text": answer.text}
        return {"previous": letter_id, "epoch": self.epoch, "now": self.stamp(now), **said}

    def _outcome(self, letter_id: int, outcome: Outcome, now: datetime) -> dict[str, Any]:
        return {
            "id": letter_id,
            "epoch": self.epoch,
            "now": self.stamp(now),
            "state": outcome.state,
            "not_before": self.stamp(outcome.not_before) if outcome.not_before else None,
            "counts": int(outcome.counts),
            "unsure": outcome.maybe_duplicate,
            "code": outcome.answer.code,
            "enhanced": outcome.answer.enhanced,
            "text": outcome.answer.text,
        }
