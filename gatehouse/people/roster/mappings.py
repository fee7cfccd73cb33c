"""Which column of a file means what: ready-made mappings, and those people save."""

from collections.abc import Mapping as Columns
from dataclasses import dataclass, field

from gatehouse.core.sheets.writing import MARK
from gatehouse.people.roster.days import Order


@dataclass(frozen=True)
class Mapping:
    """Columns are found by their header, whatever its case, spaces and accents, and never by their place."""

    name: str
    source: str
    columns: Columns[str, str]
    """Header → field, or `attr:NAME`."""
    date_order: Order = "auto"
    """How 3/4/2026 is read; `auto` as the file's other days show, and refused where they do not."""
    blanks: Columns[str, str] = field(default_factory=dict)
    """Field → what a blank cell means, and a missing column too (a missing status is always active)."""


_CARD = "Members\\Membership Card\\Name"
_PERSON = "Members\\Constituent\\"
_ADDRESS = _PERSON + "Address (Primary)\\"

GATEHOUSE = Mapping(
    name="gatehouse",
    source="gatehouse",
    columns={
        name: name
        for name in [
            "source",
            "number",
            "given_name",
            "family_name",
            "preferred_name",
            "email",
            "level",
            "status",
            "valid_from",
            "expires_on",
            "card_names",
            "add_ons",
            "address_1",
            "address_2",
            "city",
            "region",
            "postcode",
            "country",
            "groups",
            "role",
            "joined_on",
            "left_on",
        ]
    },
    date_order="mdy",
    blanks={"status": "active"},
)
"""Ours: one row per membership; an export has these columns, then one per further detail (`attr:NAME`)."""

ALTRU = Mapping(
    name="altru",
    source="altru",
    columns={
        "Membership ID": "number",
        "Membership level": "level",
        "Expiration date": "expires_on",
        "Status": "status",
        _CARD: "card_names",
        _PERSON + "Last/Organization/Group/Household name": "family_name",
        _PERSON + "First name": "given_name",
        _ADDRESS + "Address line 1": "address_1",
        _ADDRESS + "Address line 2": "address_2",
        _ADDRESS + "City": "city",
        _ADDRESS + "State abbreviation": "region",
        _ADDRESS + "ZIP": "postcode",
        _PERSON + "Email Addresses\\Email address": "email",
        "Members\\Membership\\Add-ons\\Add-on": "add_on",
        "Members\\Membership\\Add-ons\\Quantity": "quantity",
    },
    date_order="mdy",
    blanks={"status": "lapsed"},
)
"""Blackbaud Altru's membership export, 15 columns; only `Active` is active there."""

CLASSLIST = Mapping(
    name="classlist",
    source="classlist",
    columns={
        "Student ID": "number",
        "Name": "name",
        "First name": "given_name",
        "Last name": "family_name",
        "Preferred name": "preferred_name",
        "Email": "email",
        "Course": "groups",
        "Section": "section",
        "Role": "role",
    },
    blanks={"status": "active", "role": "student"},
)
"""A course office's list: a row per person and course; Name, or First name and Last name."""

MAPPINGS = {mapping.name: mapping for mapping in (GATEHOUSE, ALTRU, CLASSLIST)}


def template_csv(mapping: Mapping) -> str:
    """The header alone, marked as UTF-8 so that Excel keeps accents when it saves."""
    return MARK + ",".join(mapping.columns) + "\r\n"
