"""What a design would say of somebody: an example, one with long names, one whose membership lapsed, or a true member."""

from typing import Final

from gatehouse.passes.blueprint import Blueprint, Content, fill
from gatehouse.passes.models import Design, DesignVersion, Pass
from gatehouse.passes.queries.designs import KNOWN_OF, placeholders
from gatehouse.passes.queries.facts import SOURCES, content_of
from gatehouse.people.models import Membership

OWN: Final[dict[str, str]] = {
    "own.balance": "25.00",
    "own.name": "Maya Okafor",
    "own.seat": "4, 17",
    "own.when": "Sat 5 Dec, 19:30",
    "own.starts": "2026-12-05T14:00:00+00:00",
    "own.ends": "2026-12-05T14:30:00+00:00",
    "own.course": "STAT 1100",
    "own.tutor": "Ines Duarte",
    "own.place": "B12, Old Library",
}
LONG: Final[dict[str, str]] = {
    "person.name": "Maximiliana Konstantinopoulou-Featherstonehaugh",
    "person.given_name": "Maximiliana Theodora",
    "person.family_name": "Konstantinopoulou-Featherstonehaugh",
    "membership.number": "8-10024417-2026-B",
    "membership.level": "Sustaining Patron of the Glasshouse",
    "membership.card_names": "Bartholomew Featherstonehaugh, Wilhelmina Konstantinopoulou and 3 children",
    "membership.add_ons": "Guest pass × 4, Parking × 2, Members' lecture series",
    "membership.address": "Glasshouse Cottage, 112 Old Botanical Mill Lane\nUpper Lindenau-on-the-Water 15210-0417",
    "own.name": "Maximiliana Konstantinopoulou-Featherstonehaugh",
}
LAPSED: Final[dict[str, str]] = {"membership.status": "lapsed", "membership.expires_on": "2025-03-31"}


def preview(design: Design, blueprint: Blueprint, who: str = "") -> Content:
    """`who` is "long", "lapsed" or anything else for the example. Asks the database nothing."""
    more = {"long": LONG, "lapsed": LAPSED}.get(who, {})
    areas = (*KNOWN_OF[Design.Subject(design.subject)], "own", "attributes")
    known = [name for name in placeholders(blueprint) if name.partition(".")[0] in areas]
    return fill(blueprint, {name: more.get(name) or _example(name) for name in known}, is_void=who == "lapsed")


def _example(name: str) -> str:
    rest = name.partition(".")[2]
    return SOURCES.get(name) or OWN.get(name) or rest


def preview_of(design: Design, blueprint: Blueprint, number: str) -> Content | None:
    """What the card of this membership would say; None when nobody has the number."""
    rows = Membership.objects.filter(number=number.strip()).select_related("person")
    membership = rows.filter(source=design.source).first() or rows.first()
    if membership is None:
        return None
    card = Pass.objects.filter(design=design, membership=membership, voided_at=None).first()
    card = card or Pass(design=design, membership=membership, serial="A" * 20)
    return content_of(card, DesignVersion(content=blueprint.as_json()))
