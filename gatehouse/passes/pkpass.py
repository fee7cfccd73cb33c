"""Apple's pass package: pass.json, its translations, the manifest, the archive. No database, no key.

After Apple's "Wallet Developer Guide" (archive) and the PassKit reference "Pass". All of it is stable: the same Face and
Identity give the same bytes, so that two builds of one version differ in the second of their signature and in nothing else.
"""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from gatehouse.passes import zipping
from gatehouse.passes.blueprint import Barcode, Blueprint, Face, Field, Slot

MEDIA_TYPE: Final = "application/vnd.apple.pkpass"
MEDIA_TYPE_OF_MANY: Final = "application/vnd.apple.pkpasses"
SLOTS: Final[dict[Slot, str]] = {
    "header": "headerFields",
    "primary": "primaryFields",
    "secondary": "secondaryFields",
    "auxiliary": "auxiliaryFields",
    "back": "backFields",
}
BARCODES: Final = {
    "qr": "PKBarcodeFormatQR",
    "pdf417": "PKBarcodeFormatPDF417",
    "aztec": "PKBarcodeFormatAztec",
    "code128": "PKBarcodeFormatCode128",
}
IMAGES: Final = ("background", "footer", "icon", "logo", "strip", "thumbnail")
SCALES: Final = {"1x": "", "2x": "@2x", "3x": "@3x"}
MOST_PLACES: Final = 10
COLOUR = re.compile(r"#([0-9a-fA-F]{2})([0-9a-fA-F]{2})([0-9a-fA-F]{2})")
LANGUAGE = re.compile(r"([a-z]{2,3})(?:-([a-z]{4}))?(?:-([a-z]{2}|[0-9]{3}))?", re.IGNORECASE)
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:Z|[+-][0-9]{2}:[0-9]{2})")
CURRENCY = re.compile(r"[A-Z]{3}")
PASS, MANIFEST, SIGNATURE, STRINGS = "pass.json", "manifest.json", "signature", "pass.strings"


class NotBuildable(ValueError):
    """A design says what no pass can say: a key used twice, a colour that is none, a language or picture of no name."""


@dataclass(frozen=True)
class Identity:
    """Whose pass it is: of which type and team, its own serial and token, and where phones ask about it."""

    pass_type_id: str
    team_id: str
    serial: str
    token: str = field(repr=False)
    web_service_url: str


@dataclass(frozen=True)
class Archive:
    """What all passes of a version of a design share: their pictures and translations, hashed and put into a zip once."""

    assets: zipping.Part
    before: bytes  # the manifest up to the digest of pass.json
    after: bytes  # and from there on

    @classmethod
    def of(cls, files: Mapping[str, bytes]) -> "Archive":
        """Of every file but pass.json, by name; see `assets`."""
        digests = {name: hashlib.sha1(content, usedforsecurity=False).hexdigest() for name, content in files.items()}
        manifest = json.dumps(digests | {PASS: "%"}, sort_keys=True, separators=(",", ":"))
        before, after = manifest.encode("ascii").split(b"%")
        return cls(zipping.part(sorted(files.items())), before, after)

    def manifest(self, pass_json: bytes) -> bytes:
        """Apple asks for SHA-1 here; what a phone trusts is the signature over it, which is of SHA-256."""
        digest = hashlib.sha1(pass_json, usedforsecurity=False).hexdigest()
        return self.before + digest.encode("ascii") + self.after

    def build(self, pass_json: bytes, sign: Callable[[bytes], bytes]) -> bytes:
        """The .pkpass; `sign` makes of a manifest its detached PKCS #7 signature, in DER."""
        manifest = self.manifest(pass_json)
        own = ((PASS, pass_json), (MANIFEST, manifest), (SIGNATURE, sign(manifest)))
        return zipping.close(zipping.part(own, after=self.assets))


def assets(blueprint: Blueprint, image: Callable[[str], bytes], *, written_in: str = "") -> dict[str, bytes]:
    """Pictures and translations by their names in the package; `image` gives the PNG of a SHA-256.

    With translations there is also a file for the language of the design itself, `written_in`: a bundle that has German
    alone might show German to everybody (not confirmed for Wallet).
    """
    pictures = {
        _image_name(role, scale): image(sha256)
        for role, sizes in blueprint.images.items()
        for scale, sha256 in sizes.items()
    }
    texts = {language: said for language, said in blueprint.texts.items() if said}
    if texts and written_in and written_in not in texts:
        texts[written_in] = {text: text for said in texts.values() for text in said}
    return pictures | {f"{_lproj(language)}/{STRINGS}": _strings(said) for language, said in texts.items()}


def pass_json(face: Face, identity: Identity) -> bytes:
    """UTF-8, keys in a fixed order. Raises `NotBuildable`.

    A value that is not of its field's format goes as text: Wallet refuses a whole pass for one date that is none.
    """
    blueprint, content = face.blueprint, face.content
    said: dict[str, Any] = {
        "formatVersion": 1,
        "passTypeIdentifier": identity.pass_type_id,
        "teamIdentifier": identity.team_id,
        "serialNumber": identity.serial,
        "authenticationToken": identity.token,
        "webServiceURL": identity.web_service_url,
        "organizationName": blueprint.organisation,
        "description": blueprint.description,
        "backgroundColor": _rgb(blueprint.colours.ground),
        "foregroundColor": _rgb(blueprint.colours.text),
        "labelColor": _rgb(blueprint.colours.label),
        blueprint.style: _structure(face),
    }
    if blueprint.logo_text:
        said["logoText"] = blueprint.logo_text
    if blueprint.barcode and content.code:
        said["barcodes"] = [_barcode(blueprint.barcode, content.code, content.below)]
    if content.expires_at:
        said["expirationDate"] = content.expires_at
    if content.is_void:
        said["voided"] = True
    return _encoded(said | _relevance(blueprint, content.relevant_at))


def _encoded(said: dict[str, Any]) -> bytes:
    """Half a surrogate pair, which no file can hold, becomes a question mark."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode("utf-8", "replace")


def _relevance(blueprint: Blueprint, own: str) -> dict[str, Any]:
    """When and where the card comes up, and whether it may be passed on."""
    said: dict[str, Any] = {}
    if moments := [*([own] if own else []), *blueprint.relevant]:
        said["relevantDates"] = [{"date": moment} for moment in moments]
    if blueprint.places:
        said["locations"] = [
            {"latitude": place.latitude, "longitude": place.longitude}
            | ({"relevantText": place.says} if place.says else {})
            for place in blueprint.places[:MOST_PLACES]
        ]
    if not blueprint.is_shareable:
        said["sharingProhibited"] = True
    return said


def _structure(face: Face) -> dict[str, Any]:
    keys = [one.key for one in face.blueprint.fields]
    if len({*keys}) < len(keys) or "" in keys:
        raise NotBuildable(f"Keys of fields must differ, and none may be empty: {keys}")
    filled = ((name, face.fields(slot)) for slot, name in SLOTS.items())
    return {name: [_field(one, value) for one, value in fields] for name, fields in filled if fields}


def _field(one: Field, value: str) -> dict[str, Any]:
    said = {"key": one.key, **_value(one, value)}
    if one.label:
        said["label"] = one.label
    if one.change:
        said["changeMessage"] = one.change
    return said


def _value(one: Field, value: str) -> dict[str, Any]:
    if one.format == "text":
        return {"value": value}
    try:
        return FORMATS[one.format](one, value)
    except (ValueError, InvalidOperation):
        return {"value": value}


def _date(one: Field, value: str) -> dict[str, Any]:
    """A day is the same day everywhere, so the phone's own time zone does not count."""
    day = date.fromisoformat(value[:10])
    style = {"dateStyle": "PKDateStyleMedium", "timeStyle": "PKDateStyleNone", "ignoresTimeZone": True}
    return {"value": f"{day.isoformat()}T00:00:00Z", **style}


def _moment(one: Field, value: str) -> dict[str, Any]:
    moment = datetime.fromisoformat(value).isoformat(timespec="seconds")
    if not MOMENT.fullmatch(moment):
        raise ValueError(value)
    return {"value": moment, "dateStyle": "PKDateStyleMedium", "timeStyle": "PKDateStyleShort"}


def _number(one: Field, value: str) -> dict[str, Any]:
    return {"value": _exact(value), "numberStyle": "PKNumberStyleDecimal"}


def _currency(one: Field, value: str) -> dict[str, Any]:
    if not CURRENCY.fullmatch(one.currency):
        raise ValueError(one.currency)
    return {"value": _exact(value), "currencyCode": one.currency}


FORMATS: Final[dict[str, Callable[[Field, str], dict[str, Any]]]] = {
    "date": _date,
    "moment": _moment,
    "number": _number,
    "currency": _currency,
}


def _exact(value: str) -> int | float:
    """As JSON has it; ValueError for what it could only say roughly."""
    number = Decimal(value)
    if not number.is_finite() or abs(number.adjusted()) > 14 or Decimal(repr(float(number))) != number:
        raise ValueError(value)
    return int(number) if number == number.to_integral_value() else float(number)


def _barcode(barcode: Barcode, code: str, below: str) -> dict[str, str]:
    """Readers expect ISO 8859-1, so text is UTF-8 only where it has to be."""
    is_latin = all(ord(letter) < 256 for letter in code)
    said = {"format": BARCODES[barcode.kind], "message": code}
    said["messageEncoding"] = "iso-8859-1" if is_latin else "utf-8"
    return said | ({"altText": below} if below else {})


def _rgb(colour: str) -> str:
    parts = COLOUR.fullmatch(colour)
    if not parts:
        raise NotBuildable(f"{colour!r} is no colour.")
    return f"rgb({', '.join(str(int(part, 16)) for part in parts.groups())})"


def _image_name(role: str, scale: str) -> str:
    if role not in IMAGES or scale not in SCALES:
        raise NotBuildable(f"There is no picture {role!r} in {scale!r}.")
    return f"{role}{SCALES[scale]}.png"


def _lproj(language: str) -> str:
    """`pt-br` is pt-BR.lproj, `zh-hans` is zh-Hans.lproj (BCP 47, 2.1.1); anything else would be a path of its own."""
    parts = LANGUAGE.fullmatch(language)
    if not parts:
        raise NotBuildable(f"{language!r} is no language.")
    name, script, region = parts.groups()
    tags = (name.lower(), (script or "").capitalize(), (region or "").upper())
    return "-".join(tag for tag in tags if tag) + ".lproj"


def _strings(said: Mapping[str, str]) -> bytes:
    lines = (f'"{_escaped(text)}" = "{_escaped(translation)}";\n' for text, translation in sorted(said.items()))
    return "".join(lines).encode("utf-8", "replace")


def _escaped(text: str) -> str:
    return text.translate(ESCAPES)


ESCAPES: Final = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"})
