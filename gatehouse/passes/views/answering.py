"""What staff at an entrance see of a scan: the verdict large, whose card it is, what stands on it, and when before."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import get_language

from gatehouse.core import clock
from gatehouse.journal.models import Entry
from gatehouse.passes.actions import Scan
from gatehouse.passes.models import Pass
from gatehouse.passes.presenting import Line, in_words
from gatehouse.passes.queries import Found, scans_of
from gatehouse.passes.signs import LOOKS, Look, in_language
from gatehouse.passes.verdict import Word


@dataclass(frozen=True)
class Held:
    """One card or membership of an answer, ready to be drawn."""

    found: Found
    look: Look
    why: str
    own: list[Line]

    @property
    def level(self) -> str:
        return self.found.membership.level if self.found.membership else ""


@dataclass(frozen=True)
class Past:
    """An earlier scan."""

    at: datetime
    look: Look
    who: str
    place: str


@dataclass(frozen=True)
class Answer:
    """A whole answer: its verdict, what it is about, and what was scanned of this person before, newest first."""

    look: Look
    word: Word
    why: str
    held: list[Held]
    text: str
    before: datetime | None
    past: list[Past]

    @property
    def only(self) -> Held | None:
        return self.held[0] if len(self.held) == 1 else None

    @property
    def name(self) -> str:
        return self.only.found.name if self.only else ""

    @property
    def is_again_today(self) -> bool:
        return bool(self.before and timezone.localtime(self.before).date() == clock.today())

    @property
    def said(self) -> str:
        """For those who listen: "Valid: Maya Okafor"."""
        return f"{self.look.label}: {self.name}" if self.name else f"{self.look.label}. {self.why}"


def answer_to(scan: Scan) -> Answer:
    reading = scan.reading
    entries = scans_of(reading.only)[1:] if reading.only else []  # the first is this one
    return Answer(
        look=LOOKS[reading.verdict.word],
        word=reading.verdict.word,
        why=in_language(reading.verdict),
        held=[held(found) for found in reading.found],
        text=reading.shown,
        before=scan.before,
        past=[_past(entry) for entry in entries],
    )


def held(found: Found) -> Held:
    return Held(found, LOOKS[found.verdict.word], in_language(found.verdict), own_lines(found.card))


def own_lines(card: Pass | None) -> list[Line]:
    """What a pass says of its own: balance, seat; under the labels that its design gives them."""
    if card is None or not card.own:
        return []
    face, language = card.face, get_language() or ""
    fields = (field for field in face.blueprint.fields if "{own." in field.says)
    shown = [(field, face.content.values.get(field.key, "")) for field in fields]
    lines = [
        Line(field.key, face.said(field.label, language), in_words(field, value)) for field, value in shown if value
    ]
    return [line for line in lines if line.value != card.holder_name]


def _past(entry: Entry) -> Past:
    details: dict[str, Any] = entry.details
    look = LOOKS.get(details.get("verdict", "unknown"), LOOKS["unknown"])
    return Past(entry.at, look, entry.actor_name, str(details.get("place", "")))
