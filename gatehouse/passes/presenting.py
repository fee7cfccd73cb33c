"""A Face as a page draws it: values in the reader's words, the barcode as a path, pictures by their addresses."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import pgettext

from gatehouse.core import barcodes, colour
from gatehouse.passes.blueprint import Colours, Face, Field, Slot


@dataclass(frozen=True)
class Line:
    key: str
    label: str
    value: str


@dataclass(frozen=True)
class Card:
    """What `passes/_card.html` draws. `drawing` is None where there is no code, or it can't be drawn."""

    style: str
    title: str
    description: str
    header: list[Line]
    primary: list[Line]
    secondary: list[Line]
    auxiliary: list[Line]
    back: list[Line]
    drawing: barcodes.Drawing | None
    code: str
    below: str
    images: dict[str, str]
    colours: Colours
    is_void: bool

    @property
    def palette(self) -> str:
        """The name of the card's colours, which is their address and their class: three times six digits."""
        return "-".join(colour.removeprefix("#").lower() for colour in self._colours())

    @property
    def has_strip(self) -> bool:
        return "strip" in self.images and self.style != "generic"

    @property
    def has_thumbnail(self) -> bool:
        """A ticket with a strip has room for no other picture."""
        return "thumbnail" in self.images and (
            self.style == "generic" or (self.style == "eventTicket" and not self.has_strip)
        )

    @property
    def has_background(self) -> bool:
        return "background" in self.images and self.style == "eventTicket" and not self.has_strip

    def _colours(self) -> Iterator[str]:
        yield from (self.colours.ground, self.colours.text, self.colours.label)


def present(face: Face, language: str) -> Card:
    """As the holder reads it, in this language; dates stand in the language that is active."""
    blueprint, content = face.blueprint, face.content
    return Card(
        style=blueprint.style,
        title=face.said(blueprint.logo_text or blueprint.organisation, language),
        description=face.said(blueprint.description, language),
        header=_lines(face, "header", language),
        primary=_lines(face, "primary", language),
        secondary=_lines(face, "secondary", language),
        auxiliary=_lines(face, "auxiliary", language),
        back=_lines(face, "back", language),
        drawing=_drawing(face),
        code=content.code,
        below=content.below,
        images={role: _address(sizes) for role, sizes in blueprint.images.items() if sizes},
        colours=_drawable(blueprint.colours),
        is_void=content.is_void,
    )


def _drawable(colours: Colours) -> Colours:
    """A draft may have colours that are none yet; the usual ones stand for them."""
    usual = vars(Colours())
    fit = {name: value if colour.is_colour(value) else usual[name] for name, value in vars(colours).items()}
    return Colours(**fit)


def in_words(field: Field, value: str) -> str:
    """A value of a Content as a person reads it; one that is not of its field's format stays as it is."""
    try:
        return _in_words(field, value)
    except (ValueError, InvalidOperation):
        return value


def _in_words(field: Field, value: str) -> str:
    day_format = pgettext("date of another year", "j M Y")
    if field.format == "date":
        return formats.date_format(date.fromisoformat(value[:10]), day_format, use_l10n=False)
    if field.format == "moment":
        moment = timezone.localtime(datetime.fromisoformat(value))
        return formats.date_format(moment, f"{day_format} {pgettext('time', 'H:i')}", use_l10n=False)
    if field.format == "number":
        return formats.number_format(Decimal(value), use_l10n=True, force_grouping=True)
    if field.format == "currency":
        return (
            f"{formats.number_format(Decimal(value), 2, use_l10n=True, force_grouping=True)} {field.currency}".strip()
        )
    return value


def _lines(face: Face, slot: Slot, language: str) -> list[Line]:
    fields = face.fields(slot)
    return [
        Line(field.key, face.said(field.label, language), in_words(field, face.said(value, language)))
        for field, value in fields
    ]


def _drawing(face: Face) -> barcodes.Drawing | None:
    if not (face.blueprint.barcode and face.content.code):
        return None
    try:
        return barcodes.draw(face.blueprint.barcode.kind, face.content.code)
    except barcodes.NotEncodable:
        return None


def _address(sizes: object) -> str:
    """Of the finest picture there is."""
    assert isinstance(sizes, dict)
    finest = sizes[max(sizes)]
    return reverse("passes:image", args=[finest])
