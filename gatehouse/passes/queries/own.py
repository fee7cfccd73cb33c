"""The cards of one person."""

from django.db.models import Prefetch, Q, QuerySet

from gatehouse.passes.models import Design, Pass, Registration
from gatehouse.passes.queries import due
from gatehouse.people.models import Person


def cards_of(person: Person) -> QuerySet[Pass]:
    """Live ones, of their memberships and their own, the oldest first; with all that is drawn of them."""
    return drawable(Pass.objects.filter(_of(person), voided_at=None)).order_by("issued_at", "pk")


def drawable(cards: QuerySet[Pass]) -> QuerySet[Pass]:
    """With design, holder and phones, in as many questions for one as for many."""
    phones = Prefetch("registrations", Registration.objects.select_related("device").order_by("pk"))
    one_of_each = ("design", "design_version", "membership__person", "person", "google")
    return cards.select_related(*one_of_each).prefetch_related(phones)


def live_card(serial: str) -> Pass | None:
    """None too for a card whose holder is nobody's record any more, though it was made for somebody."""
    card = drawable(Pass.objects.filter(serial=serial, voided_at=None)).first()
    if card and card.holder is None and card.design.subject != Design.Subject.NOBODY:
        return None
    return card


def successor_of(serial: str) -> Pass | None:
    """The live card that this one is, or was replaced by."""
    card = Pass.objects.filter(serial=serial).select_related("membership", "person").first()
    if card is None or card.voided_at is None:
        return live_card(serial)
    if card.holder is None:
        return None
    live = Pass.objects.filter(design=card.design_id, voided_at=None)
    of_same = live.filter(membership=card.membership) if card.membership else live.filter(person=card.person)
    return drawable(of_same).first()


def has_card(person: Person) -> bool:
    """Asked by every page, for its menu. Whoever is due a card has one within a minute."""
    return Pass.objects.filter(_of(person), voided_at=None).exists()


def is_due_one(person: Person) -> bool:
    """Whether a sweep will give them one."""
    return any(_is_due(design, person) for design in due.automatic_designs())


def _is_due(design: Design, person: Person) -> bool:
    if design.subject == Design.Subject.MEMBERSHIP:
        return due.memberships_due(design).filter(person=person).exists()
    return due.people_due(design).filter(pk=person.pk).exists()


def _of(person: Person) -> Q:
    return Q(membership__person=person) | Q(person=person)
