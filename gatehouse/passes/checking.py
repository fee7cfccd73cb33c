"""What forbids publishing a design, and what is only unwise: each with the place where it is put right. No database.

What a style shows, and how much fits on it, is as Apple's Wallet draws it (Wallet Developer Guide, "Pass Design and
Creation": slots and pictures of each style; not tried on a phone by us, so these are warnings).
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal, InvalidOperation

from gatehouse.core import barcodes, colour
from gatehouse.core.said import Said, noop as _
from gatehouse.passes.blueprint import PLACEHOLDER, Blueprint, Fact, Field, Format, Slot, Style, fill

PICTURES: Mapping[Style, tuple[str, ...]] = {
    "generic": ("icon", "logo", "thumbnail"),
    "storeCard": ("icon", "logo", "strip"),
    "coupon": ("icon", "logo", "strip"),
    "eventTicket": ("icon", "logo", "strip", "thumbnail", "background"),
}
MOST: Mapping[Slot, int] = {"header": 3, "primary": 1, "secondary": 4, "auxiliary": 4}
MOST_PLACES, MOST_BELOW = 10, 4
SQUARE = {"qr", "aztec"}
KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}")
CURRENCY = re.compile(r"[A-Z]{3}")  # ISO 4217
BRACES = re.compile(r"\{[^{}]*\}|[{}]")


@dataclass(frozen=True)
class Problem:
    """`path` is dotted and counts from 0: `fields.2.key`, `images.icon`, `colours.text`, `barcode.says`, `texts.de`."""

    path: str
    message: Said
    forbids: bool = True


def problems(blueprint: Blueprint, facts: Mapping[str, Fact]) -> list[Problem]:
    """All there are, in the order of the page. `facts` holds an example of each fact that such a pass can know;

    values of its own (`own.…`) may always be named.
    """
    return [
        *_words(blueprint),
        *_colours(blueprint),
        *_pictures(blueprint),
        *_keys(blueprint),
        *_fields(blueprint, facts),
        *_room(blueprint),
        *_barcode(blueprint, facts),
        *_dates(blueprint),
        *_places(blueprint),
        *_texts(blueprint),
    ]


def forbidding(found: list[Problem]) -> list[Problem]:
    return [problem for problem in found if problem.forbids]


def _words(blueprint: Blueprint) -> Iterator[Problem]:
    if not blueprint.organisation.strip():
        yield Problem("organisation", Said(_("Say whose card it is: phones show it with every notice.")))
    if not blueprint.description.strip():
        yield Problem("description", Said(_("Say what it is, like “Membership card”: phones read it out.")))


def _colours(blueprint: Blueprint) -> Iterator[Problem]:
    ground = blueprint.colours.ground
    for name, value in vars(blueprint.colours).items():
        if not colour.is_colour(value):
            yield Problem(f"colours.{name}", Said(_("Write a colour as # and six digits, like #1c5145.")))
        elif name != "ground" and colour.is_colour(ground) and (ratio := colour.contrast(value, ground)) < colour.LEAST:
            low = Said(
                _("On this ground it has a contrast of %(ratio)s and can't be read by everybody; 4.5 is the least."),
                ratio=f"{ratio:.1f}",
            )
            yield Problem(f"colours.{name}", low, forbids=name == "text")


def _pictures(blueprint: Blueprint) -> Iterator[Problem]:
    there = {role for role, sizes in blueprint.images.items() if sizes}
    if "icon" not in there:
        yield Problem("images.icon", Said(_("An icon is needed: phones show it on the lock screen and in letters.")))
    for role in sorted(there - set(PICTURES[blueprint.style])):
        yield Problem(f"images.{role}", Said(_("Cards of this style do not show it.")), forbids=False)
    if blueprint.style == "eventTicket" and "strip" in there and there & {"background", "thumbnail"}:
        only = Said(_("A ticket shows either the strip or the background and the thumbnail: take one away."))
        yield Problem("images.strip", only, forbids=False)


def _keys(blueprint: Blueprint) -> Iterator[Problem]:
    times = Counter(field.key for field in blueprint.fields)
    for number, field in enumerate(blueprint.fields):
        if not field.key:
            yield Problem(f"fields.{number}.key", Said(_("A field needs a key, by which phones tell it from others.")))
        elif times[field.key] > 1:
            doubled = Said(
                _("The key “%(key)s” is used %(n)s times; each field needs its own."), key=field.key, n=times[field.key]
            )
            yield Problem(f"fields.{number}.key", doubled)
        elif not KEY.fullmatch(field.key):
            unfit = Said(_("A key is made of letters a to z, digits, - and _, at most 40 of them."))
            yield Problem(f"fields.{number}.key", unfit)


def _fields(blueprint: Blueprint, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    for number, field in enumerate(blueprint.fields):
        yield from _says(f"fields.{number}.says", field, facts)
        for name, message in _of_field(field):
            yield Problem(f"fields.{number}.{name}", message)


def _says(path: str, field: Field, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    if not field.says.strip():
        yield Problem(path, Said(_("This field says nothing yet. Choose a fact, or write words.")))
    elif unknown := _unknown(path, field.says, facts):
        yield unknown
    elif unfit := _unfit(field, facts):
        yield Problem(path, unfit)


def _of_field(field: Field) -> Iterator[tuple[str, Said]]:
    if field.format == "currency" and not CURRENCY.fullmatch(field.currency):
        yield "currency", Said(_("Name the currency by its three letters, like EUR or USD."))
    if field.change and "%@" not in field.change:
        yield "change", Said(_("Write %%@ where the new value is to stand, like “Your level is now %%@”."))
    for name, text in (("label", field.label), ("change", field.change)):
        if PLACEHOLDER.search(text):
            yield name, Said(_("Placeholders are filled in only in what a field says."))


def _unknown(path: str, text: str, facts: Mapping[str, Fact]) -> Problem | None:
    """The first thing in braces that stands for nothing. A further detail may come with the next roster."""
    for braced in BRACES.findall(text):
        found = PLACEHOLDER.fullmatch(braced)
        if not found:
            said = Said(_("“%(text)s” stands for nothing. Placeholders look like {person.name}."), text=braced)
            return Problem(path, said)
        if found[1] in facts or found[1].startswith("own."):
            continue
        if found[1].startswith("attributes.") and "person.name" in facts:
            return Problem(path, Said(_("“%(text)s” is empty: nobody has such a detail."), text=braced), forbids=False)
        return Problem(path, Said(_("“%(text)s” is not known of the holder of such a pass."), text=braced))
    return None


def _unfit(field: Field, facts: Mapping[str, Fact]) -> Said | None:
    """Whether what it says can be of its format, tried with the examples; own values are taken on trust."""
    names = PLACEHOLDER.findall(field.says)
    if field.format == "text" or any(name not in facts for name in names):
        return None
    said = fill(Blueprint(fields=(field,)), facts).values.get(field.key, "")
    try:
        _READERS[field.format](said)
    except (ValueError, InvalidOperation):
        return Said(_("It would say “%(text)s”, which is not of the format that this field has."), text=said)
    return None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError(text)
    return moment


_READERS: dict[Format, Callable[[str], object]] = {
    "date": lambda text: date.fromisoformat(text[:10]),
    "moment": _moment,
    "number": Decimal,
    "currency": Decimal,
}


def _room(blueprint: Blueprint) -> Iterator[Problem]:
    slots = Counter(field.slot for field in blueprint.fields)
    for number, field in enumerate(blueprint.fields):
        most = MOST.get(field.slot)
        before = sum(one.slot == field.slot for one in blueprint.fields[:number])
        if most is not None and before == most:
            said = Said(_("Phones show %(most)s fields here at most; this one may be left out."), most=most)
            yield Problem(f"fields.{number}.slot", said, forbids=False)
    if not slots["primary"]:
        yield Problem("fields", Said(_("Without a main field the card looks empty on phones.")), forbids=False)
    is_tight = blueprint.style in {"coupon", "storeCard"} or (
        blueprint.style == "generic" and blueprint.barcode and blueprint.barcode.kind in SQUARE
    )
    if is_tight and slots["secondary"] + slots["auxiliary"] > MOST_BELOW:
        tight = Said(_("Below the main field phones show %(most)s fields of such a card at most."), most=MOST_BELOW)
        yield Problem("fields", tight, forbids=False)


def _barcode(blueprint: Blueprint, facts: Mapping[str, Fact]) -> Iterator[Problem]:
    if blueprint.barcode is None:
        return
    if unknown := _unknown("barcode.below", blueprint.barcode.below, facts):
        yield unknown
    if not blueprint.barcode.says.strip():
        yield Problem("barcode.says", Said(_("Say what the code is to hold, or choose a card without one.")))
        return
    if unknown := _unknown("barcode.says", blueprint.barcode.says, facts):
        yield unknown
        return
    own = {name: "1" for name in PLACEHOLDER.findall(blueprint.barcode.says) if name not in facts}
    try:
        barcodes.draw(blueprint.barcode.kind, fill(blueprint, {**facts, **own}).code)
    except barcodes.NotEncodable:
        unfit = Said(
            _("A code of this kind can't hold it: it is too long, or has letters that the code does not know.")
        )
        yield Problem("barcode.says", unfit)


def _dates(blueprint: Blueprint) -> Iterator[Problem]:
    for number, text in enumerate(blueprint.relevant):
        try:
            _moment(text)
        except ValueError:
            yield Problem(f"relevant.{number}", Said(_("“%(text)s” is not a day with its time."), text=text))
    if len(blueprint.relevant) > MOST_PLACES:
        yield Problem("relevant", Said(_("At most %(most)s times."), most=MOST_PLACES))


def _places(blueprint: Blueprint) -> Iterator[Problem]:
    for number, place in enumerate(blueprint.places):
        for name, value, most in (("latitude", place.latitude, 90), ("longitude", place.longitude, 180)):
            if not (math.isfinite(value) and abs(value) <= most):
                said = Said(_("Degrees go from -%(most)s to %(most)s."), most=most)
                yield Problem(f"places.{number}.{name}", said)
        if PLACEHOLDER.search(place.says):
            yield Problem(f"places.{number}.says", Said(_("Placeholders are filled in only in what a field says.")))
    if len(blueprint.places) > MOST_PLACES:
        yield Problem(
            f"places.{MOST_PLACES}.latitude", Said(_("Phones take at most %(most)s places."), most=MOST_PLACES)
        )


def _texts(blueprint: Blueprint) -> Iterator[Problem]:
    changes = {field.change for field in blueprint.fields if "%@" in field.change}
    for language, texts in blueprint.texts.items():
        for text in sorted(changes):
            if (translated := texts.get(text)) and "%@" not in translated:
                lost = Said(_("“%(text)s” has lost its %%@."), text=translated)
                yield Problem(f"texts.{language}", lost)
