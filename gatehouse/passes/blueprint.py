"""What a design says, and what one pass says in it: a Blueprint filled with facts gives a Content. No database.

A Blueprint belongs to a version of a design, a Content to a version of a pass; both are kept as JSON, and together they
are a Face, from which the Apple pass, the Google object and the card on a page are drawn. What a Face says is fixed:
facts that change later make a new Content.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime, tzinfo
from decimal import Decimal
from typing import Any, Literal, TypeAlias

Style: TypeAlias = Literal["generic", "storeCard", "eventTicket", "coupon"]
Slot: TypeAlias = Literal["header", "primary", "secondary", "auxiliary", "back"]
Format: TypeAlias = Literal["text", "date", "moment", "number", "currency"]
BarcodeKind: TypeAlias = Literal["qr", "pdf417", "aztec", "code128"]
Fact: TypeAlias = str | int | Decimal | date | datetime | None

PLACEHOLDER = re.compile(r"\{([a-z_]+(?:\.[^{}\s](?:[^{}\n]*[^{}\s])?)?)\}")
NUMBER, SIGNED, CODE = "{membership.number}", "{pass.signed}", "{pass.code}"


@dataclass(frozen=True)
class Field:
    """One field of a card. `says` is text in which `{person.name}` and other placeholders stand for facts.

    `change` is what the phone shows when the value changed, with `%@` for the new value (PassKit, changeMessage).
    """

    key: str
    slot: Slot
    label: str = ""
    says: str = ""
    format: Format = "text"
    currency: str = ""  # ISO 4217, with the format currency
    change: str = ""


@dataclass(frozen=True)
class Barcode:
    kind: BarcodeKind = "qr"
    says: str = NUMBER
    below: str = NUMBER  # readable text under the code; "" for none


@dataclass(frozen=True)
class Place:
    """Where the card comes up by itself: degrees north and east, and what the phone then says."""

    latitude: float
    longitude: float
    says: str = ""


@dataclass(frozen=True)
class Colours:
    """Of the card, as `#rrggbb`; the same in the light and in the dark."""

    ground: str = "#1c4a40"
    text: str = "#ffffff"
    label: str = "#c4d8cf"


@dataclass(frozen=True)
class Blueprint:
    """All that a design says. `images` maps a role ("icon", "logo", "strip", …) to {"1x", "2x", "3x"} → SHA-256.

    `texts` maps a language to {text as written: translation}; `relevant` lists times (ISO 8601, with offset) at which
    the card comes up. `expires` is whether a card ends with its membership.
    """

    style: Style = "generic"
    organisation: str = ""
    description: str = ""
    logo_text: str = ""
    colours: Colours = Colours()
    fields: tuple[Field, ...] = ()
    barcode: Barcode | None = Barcode()
    images: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    places: tuple[Place, ...] = ()
    relevant: tuple[str, ...] = ()
    expires: bool = True
    is_shareable: bool = True

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "Blueprint":
        """The inverse of `as_json`; keys that are missing have their default, unknown ones raise TypeError."""
        nested: dict[str, Callable[[Any], Any]] = {
            "colours": lambda value: Colours(**value),
            "fields": lambda value: tuple(Field(**one) for one in value),
            "barcode": lambda value: Barcode(**value) if value else None,
            "places": lambda value: tuple(Place(**one) for one in value),
            "relevant": tuple,
        }
        return cls(**{key: nested.get(key, _same)(value) for key, value in said.items()})


@dataclass(frozen=True)
class Content:
    """What one pass says: values by key of field, as text (dates as ISO 8601, numbers plain); empty ones are left out."""

    values: Mapping[str, str] = field(default_factory=dict)
    code: str = ""
    below: str = ""
    expires_at: str = ""  # ISO 8601 with offset, or ""
    is_void: bool = False
    relevant_at: str = ""  # when this one card comes up, beside the design's times; as `expires_at`

    def as_json(self) -> dict[str, Any]:
        said = vars(self) | {"values": dict(self.values)}  # `asdict` copies all, and this is asked of every pass
        if not self.relevant_at:
            del said["relevant_at"]  # most have none
        return said


@dataclass(frozen=True)
class Face:
    """A design's version and a pass's content: all there is to draw."""

    blueprint: Blueprint
    content: Content

    def fields(self, slot: Slot) -> list[tuple[Field, str]]:
        """The fields of this slot that have a value, in order, each with its value."""
        values = self.content.values
        return [(one, values[one.key]) for one in self.blueprint.fields if one.slot == slot and one.key in values]

    def said(self, text: str, language: str) -> str:
        """A text of the design in this language, or as written."""
        return self.blueprint.texts.get(language, {}).get(text) or text


def fill(
    blueprint: Blueprint,
    facts: Mapping[str, Fact],
    *,
    expires_at: datetime | None = None,
    relevant_at: datetime | None = None,
    is_void: bool = False,
    zone: tzinfo | None = None,
) -> Content:
    """Put facts where the placeholders are. A fact nobody knows is empty, and so is a field that only has such.

    A day and time that names no zone, as people write it, is of this `zone`: phones take none without.
    """
    filled = {one.key: _in_zone(one, _filled(one.says, facts), zone) for one in blueprint.fields}
    code = blueprint.barcode or Barcode(says="", below="")
    return Content(
        values={key: value for key, value in filled.items() if value},
        code=_filled(code.says, facts),
        below=_filled(code.below, facts),
        expires_at=expires_at.isoformat(timespec="seconds") if expires_at and blueprint.expires else "",
        is_void=is_void,
        relevant_at=relevant_at.isoformat(timespec="seconds") if relevant_at else "",
    )


def changed_keys(before: Content, after: Content) -> list[str]:
    """Keys of fields whose value differs, sorted; what is no field has a name with a dot: `.code`, `.expires` …"""
    keys = {*before.values, *after.values}
    fields = sorted(key for key in keys if before.values.get(key) != after.values.get(key))
    others = (
        (".code", (before.code, before.below) != (after.code, after.below)),
        (".expires", before.expires_at != after.expires_at),
        (".void", before.is_void != after.is_void),
        (".relevant", before.relevant_at != after.relevant_at),
    )
    return fields + [name for name, differs in others if differs]


def _filled(text: str, facts: Mapping[str, Fact]) -> str:
    """Text whose every placeholder is empty is empty altogether: a label without a value helps nobody."""
    names = PLACEHOLDER.findall(text)
    if names and not any(_plain(facts.get(name)) for name in names):
        return ""
    return PLACEHOLDER.sub(lambda found: _plain(facts.get(found[1])), text).strip()


def _in_zone(one: Field, value: str, zone: tzinfo | None) -> str:
    if one.format != "moment" or zone is None:
        return value
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return value
    return value if moment.tzinfo else moment.replace(tzinfo=zone).isoformat(timespec="seconds")


def _plain(fact: Fact) -> str:
    if isinstance(fact, datetime):
        return fact.isoformat(timespec="seconds")
    return "" if fact is None else str(fact)


def _same(value: Any) -> Any:
    return value
