"""Apple's package as the kernel makes it of a Face: pass.json, translations, manifest, archive."""

import json
import re
import subprocess
import zipfile
from dataclasses import replace
from hashlib import sha1
from io import BytesIO

import pytest
from hypothesis import given, strategies as st

from gatehouse.passes import pkpass, zipping
from gatehouse.passes.blueprint import Barcode, Blueprint, Colours, Content, Face, Field, Place
from gatehouse.passes.pkpass import Archive, Identity, NotBuildable

ICON = "a" * 64
IDENTITY = Identity(
    "pass.org.example.garden", "TEAM123456", "AAAABBBBCCCCDDDDEEEE", "0" * 64, "https://x.example.org/wallet"
)
FIELDS = (
    Field("level", "header", "Level", "…", change="Your level is now %@"),
    Field("member", "primary", "Member"),
    Field("until", "secondary", "Valid until", format="date"),
    Field("begins", "secondary", "Begins", format="moment"),
    Field("visits", "auxiliary", "Visits", format="number"),
    Field("balance", "auxiliary", "Balance", format="currency", currency="EUR"),
    Field("address", "back", "Address"),
)
VALUES = {
    "level": "Friend",
    "member": "Maya Okafor",
    "until": "2027-03-31",
    "begins": "2026-12-01T18:00:00+01:00",
    "visits": "12",
    "balance": "7.50",
    "address": "12 Mill Lane\nAlderton 00501",
}
DESIGN = Blueprint(organisation="Linden Garden", description="Membership card", fields=FIELDS)


def said(blueprint: Blueprint = DESIGN, **content: object) -> dict[str, object]:
    filled = Content(**{"values": VALUES, "code": "8-10024417", "below": "8-10024417", **content})
    return json.loads(pkpass.pass_json(Face(blueprint, filled), IDENTITY))


def test_pass_json_says_what_apple_requires():
    made = said()

    assert {key: made[key] for key in made if key not in {"generic", "barcodes"}} == {
        "formatVersion": 1,
        "passTypeIdentifier": "pass.org.example.garden",
        "teamIdentifier": "TEAM123456",
        "serialNumber": "AAAABBBBCCCCDDDDEEEE",
        "authenticationToken": "0" * 64,
        "webServiceURL": "https://x.example.org/wallet",
        "organizationName": "Linden Garden",
        "description": "Membership card",
        "backgroundColor": "rgb(28, 74, 64)",
        "foregroundColor": "rgb(255, 255, 255)",
        "labelColor": "rgb(196, 216, 207)",
    }


def test_fields_go_by_their_slot_and_format():
    day = {"dateStyle": "PKDateStyleMedium", "timeStyle": "PKDateStyleNone", "ignoresTimeZone": True}
    moment = {"dateStyle": "PKDateStyleMedium", "timeStyle": "PKDateStyleShort"}

    assert said()["generic"] == {
        "headerFields": [
            {"key": "level", "value": "Friend", "label": "Level", "changeMessage": "Your level is now %@"}
        ],
        "primaryFields": [{"key": "member", "value": "Maya Okafor", "label": "Member"}],
        "secondaryFields": [
            {"key": "until", "value": "2027-03-31T00:00:00Z", **day, "label": "Valid until"},
            {"key": "begins", "value": "2026-12-01T18:00:00+01:00", **moment, "label": "Begins"},
        ],
        "auxiliaryFields": [
            {"key": "visits", "value": 12, "numberStyle": "PKNumberStyleDecimal", "label": "Visits"},
            {"key": "balance", "value": 7.5, "currencyCode": "EUR", "label": "Balance"},
        ],
        "backFields": [{"key": "address", "value": "12 Mill Lane\nAlderton 00501", "label": "Address"}],
    }


@pytest.mark.parametrize(
    ("form", "value"),
    [
        ("date", "soon"),
        ("date", "31/03/2027"),
        ("moment", "2026-12-01T18:00:00"),  # of no time zone
        ("moment", "at noon"),
        ("number", "about 12"),
        ("number", "NaN"),
        ("number", "1e400"),
        ("number", "0.1234567890123456789"),
        ("currency", "seven"),
    ],
)
def test_value_that_is_not_of_its_format_goes_as_text(form, value):
    one = Field("x", "primary", format=form, currency="EUR")

    made = said(replace(DESIGN, fields=(one,)), values={"x": value})

    assert made["generic"] == {"primaryFields": [{"key": "x", "value": value}]}


def test_amount_in_no_currency_goes_as_text():
    one = Field("x", "primary", format="currency", currency="euro")

    made = said(replace(DESIGN, fields=(one,)), values={"x": "7.50"})

    assert made["generic"]["primaryFields"] == [{"key": "x", "value": "7.50"}]


@pytest.mark.parametrize(
    ("kind", "form"),
    [
        ("qr", "PKBarcodeFormatQR"),
        ("pdf417", "PKBarcodeFormatPDF417"),
        ("aztec", "PKBarcodeFormatAztec"),
        ("code128", "PKBarcodeFormatCode128"),
    ],
)
def test_barcode_is_latin_unless_it_cannot_be(kind, form):
    design = replace(DESIGN, barcode=Barcode(kind))

    latin, other = said(design, code="Grüße", below="")["barcodes"], said(design, code="日本", below="x")["barcodes"]

    assert latin == [{"format": form, "message": "Grüße", "messageEncoding": "iso-8859-1"}]
    assert other == [{"format": form, "message": "日本", "messageEncoding": "utf-8", "altText": "x"}]


def test_pass_without_code_has_no_barcode():
    assert "barcodes" not in said(code="")
    assert "barcodes" not in said(replace(DESIGN, barcode=None))


def test_end_void_relevance_and_sharing_are_said_where_they_hold():
    places = tuple(Place(50.0 + n, 8.0, "Here we are" if n == 0 else "") for n in range(12))
    moment = "2026-12-01T18:00:00+01:00"
    design = replace(DESIGN, places=places, relevant=(moment,), is_shareable=False)

    made = said(design, expires_at="2027-03-31T23:59:59+02:00", is_void=True)

    assert made["expirationDate"] == "2027-03-31T23:59:59+02:00"
    assert made["voided"] is True
    assert made["relevantDates"] == [{"date": moment}]
    assert made["sharingProhibited"] is True
    assert len(made["locations"]) == 10
    assert made["locations"][0] == {"latitude": 50.0, "longitude": 8.0, "relevantText": "Here we are"}


def test_n27_key_used_twice_makes_no_pass():
    twice = (Field("address", "primary", "Street"), Field("address", "back", "Town"))

    with pytest.raises(NotBuildable, match="address"):
        said(replace(DESIGN, fields=twice))


@pytest.mark.parametrize("colour", ["", "red", "#12345", "#12345g", "rgb(1,2,3)"])
def test_colour_that_is_none_makes_no_pass(colour):
    with pytest.raises(NotBuildable):
        said(replace(DESIGN, colours=Colours(ground=colour)))


def test_n6_token_stands_in_no_text_of_the_identity():
    assert IDENTITY.token not in repr(IDENTITY)


TEXT = st.text(max_size=60)


@given(
    st.builds(
        Blueprint,
        style=st.sampled_from(["generic", "storeCard", "eventTicket", "coupon"]),
        organisation=TEXT,
        description=TEXT,
        logo_text=TEXT,
        fields=st.lists(
            st.builds(
                Field,
                key=TEXT.filter(bool),
                slot=st.sampled_from(["header", "primary", "secondary", "auxiliary", "back"]),
                label=TEXT,
                format=st.sampled_from(["text", "date", "moment", "number", "currency"]),
                currency=st.sampled_from(["", "EUR", "x"]),
                change=TEXT,
            ),
            max_size=5,
            unique_by=lambda one: one.key,
        ).map(tuple),
    ),
    st.data(),
)
def test_whatever_is_written_comes_back_from_pass_json(blueprint, data):
    value = st.one_of(TEXT, st.dates().map(str), st.datetimes().map(str), st.decimals().map(str), st.floats().map(str))
    values = {one.key: data.draw(value) for one in blueprint.fields}
    code = data.draw(TEXT)

    made = said(blueprint, values=values, code=code)

    fields = [one for slot in made[blueprint.style].values() for one in slot]
    assert {one["key"] for one in fields} == set(values)
    assert all(one["value"] == values[one["key"]] for one in fields if len(set(one) - {"label", "changeMessage"}) == 2)
    assert [one["message"] for one in made.get("barcodes", [])] == [code] * bool(code)
    assert made["organizationName"] == blueprint.organisation


@given(st.text(st.characters(), max_size=40))  # with halves of surrogate pairs too
def test_any_text_at_all_makes_utf_8(text):
    packed = pkpass.pass_json(Face(DESIGN, Content(values={"member": text}, code=text)), IDENTITY)

    assert json.loads(packed.decode())["generic"]["primaryFields"][0]["key"] == "member"


def png(sha256: str) -> bytes:
    return f"picture {sha256[:4]}".encode()


PROOF = {
    "de": "Mitglied",
    "fr": "Membre “à vie”",
    "zh-hans": "会员",
    "ar": "عضو",
    "pt-br": 'Sócio "de honra" \\ sempre\n',
}


def test_translations_go_into_a_folder_for_each_language():
    design = replace(DESIGN, texts={language: {"Member": text} for language, text in PROOF.items()})

    files = pkpass.assets(design, png, written_in="en")

    assert sorted(files) == [f"{name}.lproj/pass.strings" for name in ("ar", "de", "en", "fr", "pt-BR", "zh-Hans")]
    assert strings(files["en.lproj/pass.strings"]) == {"Member": "Member"}
    assert strings(files["zh-Hans.lproj/pass.strings"]) == {"Member": "会员"}
    assert strings(files["pt-BR.lproj/pass.strings"]) == {"Member": PROOF["pt-br"]}


@given(st.dictionaries(TEXT, TEXT, max_size=4))
def test_strings_come_back_whatever_they_say(texts):
    assert strings(pkpass._strings(texts)) == texts


def strings(file: bytes) -> dict[str, str]:
    """A .strings file as Apple's tools read it: "text" = "translation"; with escapes as in C."""
    escapes = {"n": "\n", "r": "\r", "t": "\t"}
    found = re.findall(r'"((?:[^"\\]|\\.)*)" = "((?:[^"\\]|\\.)*)";\n', file.decode(), re.DOTALL)
    plain = [
        [re.sub(r"\\(.)", lambda at: escapes.get(at[1], at[1]), text, flags=re.DOTALL) for text in pair]
        for pair in found
    ]
    return dict(plain)


@pytest.mark.parametrize("language", ["../../etc", "", "de/..", "de.lproj", "english-language", "d", "dé"])
def test_n5_language_that_is_none_is_no_path(language):
    with pytest.raises(NotBuildable):
        pkpass.assets(replace(DESIGN, texts={language: {"Member": "x"}}), png)


@pytest.mark.parametrize(("role", "scale"), [("../icon", "1x"), ("icon", "4x"), ("signature", "1x"), ("", "1x")])
def test_n5_picture_of_no_known_name_is_no_path(role, scale):
    with pytest.raises(NotBuildable):
        pkpass.assets(replace(DESIGN, images={role: {scale: ICON}}), png)


def test_pictures_are_named_by_role_and_scale():
    design = replace(DESIGN, images={"icon": {"1x": ICON, "2x": ICON, "3x": ICON}, "strip": {"2x": ICON}})

    assert sorted(pkpass.assets(design, png)) == [
        "icon.png",
        *(f"{name}.png" for name in ("icon@2x", "icon@3x", "strip@2x")),
    ]


NAMES = st.from_regex(r"[a-z]{1,8}(@2x)?\.png", fullmatch=True)


@given(st.dictionaries(NAMES, st.binary(max_size=200), max_size=6), st.binary(max_size=200), st.binary(max_size=50))
def test_archive_holds_every_file_once_and_the_manifest_digests_each(files, said_json, signature):
    packed = Archive.of(files).build(said_json, lambda _manifest: signature)

    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert archive.testzip() is None
        held = {name: archive.read(name) for name in archive.namelist()}
        assert len(held) == len(archive.namelist())
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}
    manifest = json.loads(held.pop("manifest.json"))
    assert held.pop("signature") == signature
    assert held == files | {"pass.json": said_json}
    assert manifest == {name: sha1(content, usedforsecurity=False).hexdigest() for name, content in held.items()}


@given(st.dictionaries(NAMES, st.binary(max_size=50), min_size=1, max_size=6), st.randoms())
def test_order_of_files_changes_nothing(files, random):
    shuffled = list(files.items())
    random.shuffle(shuffled)

    assert Archive.of(files) == Archive.of(dict(shuffled))


def test_other_tools_list_the_archive_too(tmp_path):
    packed = tmp_path / "a.pkpass"
    packed.write_bytes(zipping.zipped({"b.txt": b"two", "a.txt": b"one"}))

    listed = subprocess.run(["python3", "-m", "zipfile", "-t", packed], capture_output=True, text=True, check=True)

    assert "Done testing" in listed.stdout
    with zipfile.ZipFile(packed) as archive:
        assert archive.namelist() == ["a.txt", "b.txt"]


def test_n23_types_are_apples():
    assert pkpass.MEDIA_TYPE == "application/vnd.apple.pkpass"
    assert pkpass.MEDIA_TYPE_OF_MANY == "application/vnd.apple.pkpasses"
