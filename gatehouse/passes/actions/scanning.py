"""A card is held before a reader."""

from dataclasses import dataclass
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.journal import actions as journal
from gatehouse.passes import policies
from gatehouse.passes.events import PassScanned
from gatehouse.passes.models import Pass
from gatehouse.passes.queries import Found, Reading, read_code
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line


@dataclass(frozen=True)
class Scan:
    """The reading, and when this card was scanned before."""

    reading: Reading
    before: datetime | None = None


@transaction.atomic
def scan(*, code: str, actor: Person | None, place: str = "") -> Scan:
    """Say whether a code is good, and write down that it was shown.

    Of two scans of one card at the same moment the second is told of the first. What was read is only written down when
    nobody knows it, and then its first 40 characters.
    """
    if not policies.can_scan(actor):
        raise PermissionDenied
    reading = read_code(code)
    only = reading.only
    before = _mark(only.card) if only and only.card else None
    _write_down(reading, only, actor=actor, place=place)
    if only and only.card:
        publish(PassScanned(only.card.serial, only.verdict.word))
    return Scan(reading, before)


def _mark(card: Pass) -> datetime | None:
    locked = Pass.objects.select_for_update().only("scanned_at").get(pk=card.pk)
    Pass.objects.filter(pk=card.pk).update(scanned_at=clock.now())
    return locked.scanned_at


def _write_down(reading: Reading, only: Found | None, *, actor: Person | None, place: str) -> None:
    details = {"verdict": reading.verdict.word, "place": one_line(place)[:80]}
    if only:
        subject = ", ".join(part for part in (only.name, only.number) if part) or only.subject_id
    else:
        details |= {"code": reading.shown}
        subject = f"{len(reading.found)} with one number" if reading.found else "unknown code"
    kept = {name: value for name, value in details.items() if value}
    subject_id = only.subject_id if only else ""
    journal.record(actor=actor, verb="pass.scanned", subject=subject, subject_id=subject_id, details=kept)
