"""Cards that stand for something else of the portal."""

from django.db.models import QuerySet

from gatehouse.passes import card_links
from gatehouse.passes.models import Design, Pass
from gatehouse.passes.queries.scanning import read_code


def card_about(about: str) -> Pass | None:
    """The live one."""
    return Pass.objects.filter(about=about, voided_at=None).first()


def address_about(about: str) -> str | None:
    """Where whoever has the link adds it to a phone; None while there is no card."""
    card = card_about(about)
    return card_links.address(card.serial) if card else None


def about_in(code: str) -> str:
    """What the valid card that this code is of stands for; "" for every other code."""
    only = read_code(code).only
    return only.card.about or "" if only and only.card and only.verdict.is_valid else ""


def ticket_designs() -> QuerySet[Design]:
    """Published, and for nobody yet: such as can be given with values of their own."""
    given = Design.objects.filter(subject=Design.Subject.NOBODY, published__isnull=False, archived_at=None)
    return given.select_related("published").order_by("name")
