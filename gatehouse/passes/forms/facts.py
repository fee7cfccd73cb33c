"""Facts that a card can say, by names that people know, as choices of a form."""

from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from gatehouse.passes import queries
from gatehouse.passes.models import Design

NAMES: Final[dict[str, str | Promise]] = {
    "person.name": _("Full name"),
    "person.given_name": _("First name"),
    "person.family_name": _("Last name"),
    "person.email": _("E-mail address"),
    "person.since": _("Year of joining"),
    "membership.number": _("Membership number"),
    "membership.level": _("Level"),
    "membership.status": _("Status"),
    "membership.valid_from": _("Valid from"),
    "membership.expires_on": _("Valid until"),
    "membership.card_names": _("Other names on the card"),
    "membership.add_ons": _("Add-ons"),
    "membership.address": _("Address"),
    "host.name": _("Name of the organisation"),
    "host.unit": _("Unit of the organisation"),
    "pass.serial": _("Serial number of the card"),
    "pass.code": _("Code of the card"),
    "pass.signed": _("Signed code"),
}
OWN: Final[dict[str, str | Promise]] = {
    "balance": _("Balance"),
    "name": _("Name"),
    "seat": _("Seat"),
    "when": _("Date and time"),
    "starts": _("Begins"),
    "ends": _("Ends"),
    "course": _("Course"),
    "tutor": _("Tutor"),
    "place": _("Place"),
}
AREAS: Final[dict[str, str | Promise]] = {
    "person": _("Person"),
    "membership": _("Membership"),
    "attributes": _("Further details"),
    "own": _("Written on this one card"),
    "pass": _("The card itself"),
    "host": _("Organisation"),
}


def choices(design: Design) -> list[Any]:
    """Own words, then every fact such a card can know, in groups; the value is the placeholder."""
    spoken = sorted(name for name in queries.placeholders(design.blueprint) if name.startswith("attributes."))
    own = (f"own.{name}" for name in queries.own_names(design))
    names = dict.fromkeys((*queries.example_facts(design), *spoken, *own))
    grouped = [
        (label, [_choice(name) for name in names if name.startswith(f"{area}.")]) for area, label in AREAS.items()
    ]
    return [("", _("Own words")), *((label, options) for label, options in grouped if options)]


def _choice(name: str) -> tuple[str, str | Promise]:
    area, _dot, rest = name.partition(".")
    label = NAMES.get(name) or (OWN.get(rest) if area == "own" else None) or rest
    return f"{{{name}}}", label
