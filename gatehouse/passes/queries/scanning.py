"""Who a scanned code belongs to, and whether it is good today."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from gatehouse.core import clock
from gatehouse.journal.models import Entry
from gatehouse.passes import codes, reading, verdict as kernel
from gatehouse.passes.models import Design, DesignVersion, Pass
from gatehouse.passes.queries.facts import code_key
from gatehouse.passes.verdict import Standing, Verdict
from gatehouse.people.models import Membership, Person

SHOWN = 40
"""Characters of an unknown code that are kept and shown; the rest may be anything."""
AT_MOST = 10
SCANNED = "pass.scanned"
PLAIN = {"{membership.number}", "{pass.signed}", "{pass.code}", "{pass.serial}"}


@dataclass(frozen=True)
class Found:
    """One answer to a code: a card, or a membership that has none, with today's verdict."""

    card: Pass | None
    membership: Membership | None
    verdict: Verdict

    @property
    def person(self) -> Person | None:
        return self.membership.person if self.membership else self.card.person if self.card else None

    @property
    def name(self) -> str:
        return self.person.name if self.person else self.card.holder_name if self.card else ""

    @property
    def number(self) -> str:
        """What stands on the card: the membership's number, else the code printed on it."""
        return self.membership.number if self.membership else (self.card.code or "") if self.card else ""

    @property
    def until(self) -> date | None:
        return self.membership.expires_on if self.membership else None

    @property
    def subject_id(self) -> str:
        """What the journal calls it."""
        return (
            f"pass {self.card.serial}" if self.card else f"membership {self.membership.pk}" if self.membership else ""
        )


@dataclass(frozen=True)
class Reading:
    """What a code means: one answer, none, or several, where sources use the same number. `text` is what was read."""

    text: str
    found: tuple[Found, ...]
    verdict: Verdict

    @property
    def only(self) -> Found | None:
        return self.found[0] if len(self.found) == 1 else None

    @property
    def shown(self) -> str:
        """As much of what was read as is fit to be kept."""
        return self.text[:SHOWN]


def read_code(code: str) -> Reading:
    """Understand a signed code, a serial, a printed code, a membership's number, or a text that a design makes of these.

    Case and a reader's own signs do not count, nor do the hyphens of a printed code. A number is looked up in every
    source; a card that was stopped counts only while its membership has no live one.
    """
    text = reading.cleaned(code)
    found = tuple(_answers(text)) or tuple(_through_templates(text))
    if len(found) == 1:
        return Reading(text, found, found[0].verdict)
    is_forged = not found and codes.looks_signed(text)
    return Reading(text, found, kernel.several() if found else kernel.unknown(is_forged=is_forged))


def holder_of(code: str) -> Person | None:
    """Whose valid card or membership this is; None for any other, and where several people could be meant."""
    found = read_code(code).found
    people = {one.person.pk: one.person for one in found if one.person}
    is_good = any(one.verdict.is_valid for one in found)
    return next(iter(people.values())) if is_good and len(people) == 1 and all(one.person for one in found) else None


def standing_of(card: Pass | None, membership: Membership | None) -> Standing:
    """The facts of which the verdict is made; asks the database for nothing but what hangs on these two."""
    person = membership.person if membership else card.person if card else None
    return Standing(
        today=clock.today(),
        is_stopped=bool(card and card.voided_at),
        stop_reason=card.void_reason if card else "",
        is_orphan=bool(card and person is None and card.design.subject != Design.Subject.NOBODY),
        has_left=bool(person and not person.is_active),
        status=membership.status if membership else "",
        valid_from=membership.valid_from if membership else None,
        expires_on=membership.expires_on if membership else None,
    )


def verdict_of(card: Pass) -> Verdict:
    return kernel.verdict(standing_of(card, card.membership))


def scans_of(found: Found) -> list[Entry]:
    """The last scans of this person, with any of their cards and numbers, or of this card of nobody's; newest first."""
    subjects = {found.subject_id}
    if found.person:
        cards = Pass.objects.filter(Q(person=found.person) | Q(membership__person=found.person))
        subjects |= {f"pass {serial}" for serial in cards.values_list("serial", flat=True)}
        memberships = found.person.memberships.values_list("pk", flat=True)
        subjects |= {f"membership {pk}" for pk in memberships}
    entries = Entry.objects.filter(verb=SCANNED, subject_id__in=sorted(subjects))
    return list(entries.order_by("-at", "-id")[:AT_MOST])


def with_holder(cards: QuerySet[Pass]) -> QuerySet[Pass]:
    """With everything a verdict and a line about a card ask of it."""
    return cards.select_related("membership__person", "person", "design", "design_version")


def _answers(text: str) -> Iterator[Found]:
    """Cards and memberships with this code, each once."""
    if not text:
        return
    told: set[int] = set()
    for card in _cards(text):
        told.add(card.pk)
        yield Found(card, card.membership, verdict_of(card))
    for membership, own in _numbered(text):
        if own is None or own.pk not in told:
            yield Found(own, membership, kernel.verdict(standing_of(own, membership)))


def _cards(text: str) -> QuerySet[Pass]:
    """A signed code stands for its one card, whatever else it might spell."""
    if serial := codes.read(text, key=code_key()):
        return with_holder(Pass.objects.filter(serial=serial))
    printed = [*reading.spellings(text), codes.grouped(text)]
    return with_holder(Pass.objects.filter(Q(serial=text.upper()) | Q(code__in=printed))).order_by("pk")


def _numbered(text: str) -> Iterator[tuple[Membership, Pass | None]]:
    """Memberships of this number, each with its newest live card, else with the one that was stopped last."""
    numbers = Membership.objects.filter(source__in=list(_sources()), number__in=reading.spellings(text))
    memberships = list(numbers.select_related("person").order_by("source", "number"))
    cards: dict[object, Pass] = {}
    if memberships:
        theirs = with_holder(Pass.objects.filter(membership__in=memberships))
        for card in theirs.order_by("issued_at", "pk"):
            known = cards.get(card.membership_id)
            if known is None or known.voided_at or not card.voided_at:
                cards[card.membership_id] = card
    yield from ((membership, cards.get(membership.pk)) for membership in memberships)


def _sources() -> Iterator[str]:
    """Each source once, by one probe of the index (source, number) a source: a number alone has no index of its own."""
    named = Membership.objects.order_by("source").values_list("source", flat=True)
    source = named.first()
    while source is not None:
        yield source
        source = named.filter(source__gt=source).first()


def _through_templates(text: str) -> Iterator[Found]:
    """Where a design's barcode says more than one fact: the fact in it that is a code or number."""
    tried: set[str] = set()
    for says in _templates() if text else ():
        facts = reading.facts_in(text, says)
        for name in ("pass.signed", "pass.serial", "pass.code", "membership.number"):
            if (inner := facts.get(name)) and inner not in tried:
                tried.add(inner)
                yield from _answers(inner)


def _templates() -> Iterable[str]:
    """What barcodes of all published designs say, the plain ones left out."""
    said = DesignVersion.objects.order_by("pk").values_list("content__barcode__says", flat=True).distinct()
    return [says for says in said.order_by() if says and says not in PLAIN]
