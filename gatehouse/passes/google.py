"""A Face as Google Wallet takes it: a class for the design, an object for the pass, and the link that saves it.

Both are of the generic kind (decision 0014). Google's reference: "REST Resource: genericclass", "genericobject" and
"JWT" of walletobjects/v1. No database.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from gatehouse.passes.blueprint import Blueprint, Content, Face, Field, Slot
from gatehouse.passes.service_account import ServiceAccount

Said = dict[str, Any]

BARCODES = {"qr": "QR_CODE", "pdf417": "PDF_417", "aztec": "AZTEC", "code128": "CODE_128"}
# Apple's logo and strip have the shapes of Google's wide logo (3.2 : 1) and hero image (3 : 1); Google's logo is a disc.
PICTURES = {"icon": "logo", "logo": "wideLogo", "strip": "heroImage"}
ROWS: tuple[Slot, ...] = ("header", "secondary", "auxiliary")  # of the front; Google draws three rows of three at most
ROW_SHAPES = ("oneItem", "twoItems", "threeItems")
ITEMS = {
    "oneItem": ("item",),
    "twoItems": ("startItem", "endItem"),
    "threeItems": ("startItem", "middleItem", "endItem"),
}
PLACES = 10  # at most, for one class
LONGEST_LINK = 1800  # characters: what browsers and mail programs are known to carry whole
UNSAID = "–"  # where Google insists on a text and the design has none

OPTIONAL = {
    "genericClass": ("classTemplateInfo", "callbackOptions", "merchantLocations"),
    "genericObject": (
        *("subheader", "barcode", "validTimeInterval", "textModulesData", "linksModuleData"),
        *PICTURES.values(),
    ),
}
Kind = Literal["genericClass", "genericObject"]


@dataclass(frozen=True)
class Pen:
    """What a Face needs besides itself: the language its texts are written in, a value in words, a picture's address.

    `picture` takes the SHA-256 of an image and gives an address Google can fetch it from, or "".
    """

    language: str
    words: Callable[[Field, str, str], str]
    picture: Callable[[str], str]


def class_json(blueprint: Blueprint, class_id: str, *, callback: str = "") -> Said:
    """The class of a design: which fields stand on the front, where the card comes up, where Google reports to."""
    said: Said = {
        "id": class_id,
        "multipleDevicesAndHoldersAllowedStatus": (
            "MULTIPLE_HOLDERS" if blueprint.is_shareable else "ONE_USER_ALL_DEVICES"
        ),
    }
    if rows := list(_rows(blueprint)):
        said["classTemplateInfo"] = {"cardTemplateOverride": {"cardRowTemplateInfos": rows}}
    if callback:
        said["callbackOptions"] = {"url": callback}
    if places := blueprint.places[:PLACES]:
        said["merchantLocations"] = [{"latitude": one.latitude, "longitude": one.longitude} for one in places]
    return said


def object_json(face: Face, object_id: str, class_id: str, *, pen: Pen, now: datetime) -> Said:
    """The object of a pass. `now` decides whether it is over: Google shows what has expired among the past cards."""
    blueprint, content = face.blueprint, face.content
    said: Said = {
        "id": object_id,
        "classId": class_id,
        "state": state_of(content, now),
        "hexBackgroundColor": blueprint.colours.ground,
        "cardTitle": _text(face, blueprint.logo_text or blueprint.organisation, pen),
        **_heading(face, pen),
        **_pictures(blueprint, pen),
    }
    if blueprint.barcode and content.code:
        said["barcode"] = {"type": BARCODES[blueprint.barcode.kind], "value": content.code}
        said["barcode"] |= {"alternateText": content.below} if content.below else {}
    if content.expires_at:
        said["validTimeInterval"] = {"end": {"date": content.expires_at}}
    if modules := [_module(face, field, value, pen) for field, value in _told(face) if not _address(value)]:
        said["textModulesData"] = modules
    if links := [_link(face, field, value, pen) for field, value in _told(face) if _address(value)]:
        said["linksModuleData"] = {"uris": links}
    return said


def state_of(content: Content, now: datetime) -> str:
    """EXPIRED once its time is over; INACTIVE while it is stopped or its membership is; else ACTIVE."""
    if content.expires_at and datetime.fromisoformat(content.expires_at) <= now:
        return "EXPIRED"
    return "INACTIVE" if content.is_void else "ACTIVE"


def as_patch(kind: Kind, said: Said) -> Said:
    """What a PATCH must say so that the card is as `said` and nothing else: what it has no more is named null."""
    return {key: None for key in OPTIONAL[kind] if key not in said} | said


def save_jwt(
    account: ServiceAccount,
    *,
    objects: Sequence[Said],
    classes: Sequence[Said] = (),
    origins: Iterable[str] = (),
    now: datetime,
) -> str:
    """The token of a save link. An object that Google has needs its id alone; what it has is not changed by the token."""
    payload = {"genericClasses": list(classes)} if classes else {}
    return account.signed(
        {
            "iss": account.email,
            "aud": "google",
            "typ": "savetowallet",
            "iat": int(now.timestamp()),
            "origins": list(origins),
            "payload": payload | {"genericObjects": list(objects)},
        }
    )


def fits(link: str) -> bool:
    return len(link) <= LONGEST_LINK


def _heading(face: Face, pen: Pen) -> Said:
    """The title of the card, with its label above: the first primary field, or what the card is."""
    first = next(iter(face.fields("primary")), None)
    if first is None:
        return {"header": _text(face, face.blueprint.description or face.blueprint.organisation, pen)}
    field, value = first
    heading: Said = {"header": _value(face, field, value, pen)}
    return {"subheader": _text(face, field.label, pen), **heading} if field.label else heading


def _told(face: Face) -> Iterator[tuple[Field, str]]:
    """The fields besides the title, as they stand on the card."""
    slots: tuple[Slot, ...] = ("header", "secondary", "auxiliary", "back")
    yield from face.fields("primary")[1:]
    for slot in slots:
        yield from face.fields(slot)


def _module(face: Face, field: Field, value: str, pen: Pen) -> Said:
    label, body = _text(face, field.label, pen), _value(face, field, value, pen)
    said: Said = {"id": _id(field.key)}
    said |= _either("header", label) if field.label else {}
    return said | _either("body", body)


def _link(face: Face, field: Field, value: str, pen: Pen) -> Said:
    said: Said = {"id": _id(field.key), "uri": _address(value)}
    return said | (_either("description", _text(face, field.label, pen)) if field.label else {})


def _either(name: str, text: Said) -> Said:
    """A plain text where one language is all there is: links stay short."""
    if "translatedValues" in text:
        return {f"localized{name[0].upper()}{name[1:]}": text}
    return {name: text["defaultValue"]["value"]}


def _address(value: str) -> str:
    """The address that a value is as a whole, "" for any other text."""
    if re.fullmatch(r"https?://[^\s<>\"]+", value):
        return value
    return f"mailto:{value}" if re.fullmatch(r"[^\s<>@\"]+@[^\s<>@\"]+\.[a-z]{2,}", value) else ""


def _text(face: Face, text: str, pen: Pen) -> Said:
    return _localized({language: face.said(text, language) for language in _languages(face, pen)}, pen.language)


def _value(face: Face, field: Field, value: str, pen: Pen) -> Said:
    said = {one: pen.words(field, face.said(value, one), one) for one in _languages(face, pen)}
    return _localized(said, pen.language)


def _languages(face: Face, pen: Pen) -> list[str]:
    return [pen.language, *(language for language in sorted(face.blueprint.texts) if language != pen.language)]


def _localized(said: Mapping[str, str], language: str) -> Said:
    """Google's LocalizedString; translations that say the same are left out, and no text is empty."""
    usual = said[language].strip() or UNSAID
    others = [{"language": one, "value": text} for one, text in said.items() if text.strip() and text != said[language]]
    default = {"defaultValue": {"language": language, "value": usual}}
    return default | ({"translatedValues": others} if others else {})


def _pictures(blueprint: Blueprint, pen: Pen) -> Said:
    finest = {role: sizes[max(sizes)] for role, sizes in blueprint.images.items() if sizes}
    addresses = {name: pen.picture(finest[role]) for role, name in PICTURES.items() if role in finest}
    return {name: {"sourceUri": {"uri": address}} for name, address in addresses.items() if address}


def _rows(blueprint: Blueprint) -> Iterator[Said]:
    for slot in ROWS:
        items = [_item(field.key) for field in blueprint.fields if field.slot == slot][:3]
        if items:
            shape = ROW_SHAPES[len(items) - 1]
            yield {shape: dict(zip(ITEMS[shape], items, strict=True))}


def _item(key: str) -> Said:
    return {"firstValue": {"fields": [{"fieldPath": f"object.textModulesData['{_id(key)}']"}]}}


def _id(key: str) -> str:
    """A field's key in the letters that a path of fields may have."""
    return re.sub(r"[^A-Za-z0-9_-]", "_", key) or "_"
