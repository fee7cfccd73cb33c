"""What Google is told, and what is believed when Google calls: no database."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings, strategies as st

from gatehouse.passes import ecv2, google, service_account
from gatehouse.passes.blueprint import Barcode, Blueprint, Colours, Content, Face, Field, Place
from gatehouse.passes.tests.factories import BLUEPRINT
from tests.services.google import (
    EMAIL,
    ISSUER,
    REQUIRED,
    SCHEMAS,
    Script,
    Signer,
    Wallet,
    account_file,
    account_key,
    conform,
)

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
PEN = google.Pen("en", lambda _field, value, _language: value, lambda sha: f"https://garden.example.org/{sha}.png")
CONTENT = Content({"level": "Friend", "member": "Maya Okafor", "number": "8-1", "until": "2027-03-31"}, "8-1", "8-1")


def drawn(blueprint=BLUEPRINT, content=CONTENT, pen=PEN):
    return google.object_json(Face(blueprint, content), f"{ISSUER}.AAAA", f"{ISSUER}.design", pen=pen, now=NOW)


def with_fields(*fields, **more):
    return Blueprint(organisation="Linden Garden", fields=fields, **more)


# --- the object -------------------------------------------------------------------------------------------------------
def test_first_primary_field_is_the_title_and_the_others_are_texts():
    said = drawn()

    assert said["header"]["defaultValue"]["value"] == "Maya Okafor"
    assert said["subheader"]["defaultValue"]["value"] == "Member"
    assert said["cardTitle"]["defaultValue"]["value"] == "Linden Garden"
    assert said["textModulesData"] == [
        {"id": "level", "header": "Level", "body": "Friend"},
        {"id": "number", "header": "Number", "body": "8-1"},
        {"id": "until", "header": "Valid until", "body": "2027-03-31"},
    ]
    assert said["barcode"] == {"type": "QR_CODE", "value": "8-1", "alternateText": "8-1"}
    assert said["hexBackgroundColor"] == Colours().ground


@pytest.mark.parametrize(
    ("kind", "name"), [("qr", "QR_CODE"), ("pdf417", "PDF_417"), ("aztec", "AZTEC"), ("code128", "CODE_128")]
)
def test_every_kind_of_code_has_its_google_name(kind, name):
    said = drawn(with_fields(barcode=Barcode(kind)), Content(code="8-1"))

    assert said["barcode"] == {"type": name, "value": "8-1"}


def test_each_language_says_its_own_and_the_same_is_not_said_twice():
    texts = {"de": {"Member": "Mitglied", "Linden Garden": "Lindengarten"}, "fr": {"Member": "Membre"}}
    said = drawn(Blueprint(**{**vars(BLUEPRINT), "texts": texts}))

    assert said["subheader"] == {
        "defaultValue": {"language": "en", "value": "Member"},
        "translatedValues": [{"language": "de", "value": "Mitglied"}, {"language": "fr", "value": "Membre"}],
    }
    assert said["cardTitle"]["translatedValues"] == [{"language": "de", "value": "Lindengarten"}]
    assert "translatedValues" not in said["header"]


def test_values_stand_in_the_words_of_each_language():
    pen = google.Pen("en", lambda _field, value, language: f"{value} ({language})", PEN.picture)
    texts = {"de": {"Valid until": "Gültig bis"}}

    module = drawn(Blueprint(**{**vars(BLUEPRINT), "texts": texts}), pen=pen)["textModulesData"][-1]

    assert module["localizedBody"]["translatedValues"] == [{"language": "de", "value": "2027-03-31 (de)"}]
    assert module["localizedHeader"]["defaultValue"]["value"] == "Valid until"


def test_addresses_on_the_back_are_links():
    fields = (Field("web", "back", "Opening hours", "x"), Field("mail", "back", "Write", "x"), Field("note", "back"))
    values = {"web": "https://garden.example.org/hours", "mail": "desk@garden.example.org", "note": "See https://x.org"}
    said = drawn(with_fields(*fields), Content(values))

    assert said["linksModuleData"]["uris"] == [
        {"id": "web", "uri": "https://garden.example.org/hours", "description": "Opening hours"},
        {"id": "mail", "uri": "mailto:desk@garden.example.org", "description": "Write"},
    ]
    assert said["textModulesData"] == [{"id": "note", "body": "See https://x.org"}]


def test_pictures_are_the_finest_there_are_in_the_place_of_their_shape():
    images = {
        "icon": {"1x": "a1", "2x": "a2"},
        "logo": {"1x": "b1", "3x": "b3"},
        "strip": {"1x": "c1"},
        "thumbnail": {},
    }
    said = drawn(with_fields(images=images))

    addresses = {name: said[name]["sourceUri"]["uri"].rpartition("/")[2] for name in ("logo", "wideLogo", "heroImage")}
    assert addresses == {"logo": "a2.png", "wideLogo": "b3.png", "heroImage": "c1.png"}


@pytest.mark.parametrize(
    ("expires_at", "is_void", "state"),
    [
        ("", False, "ACTIVE"),
        ("2027-03-31T23:59:59+02:00", False, "ACTIVE"),
        ("2027-03-31T23:59:59+02:00", True, "INACTIVE"),
        ("", True, "INACTIVE"),
        ("2026-11-22T13:00:00+01:00", False, "EXPIRED"),
        ("2026-11-21T23:59:59+00:00", True, "EXPIRED"),
    ],
)
def test_n14_a_stopped_card_is_inactive_and_one_whose_time_is_over_expired(expires_at, is_void, state):
    said = drawn(content=Content(expires_at=expires_at, is_void=is_void))

    assert said["state"] == state
    assert said.get("validTimeInterval", {}) == ({"end": {"date": expires_at}} if expires_at else {})


def test_a_patch_names_what_is_gone():
    before, after = drawn(), drawn(with_fields(), Content())
    patch = google.as_patch("genericObject", after)

    assert set(before) - set(after) <= {name for name, value in patch.items() if value is None}
    wallet = Wallet(Script(0, "", {}))
    wallet.insert("genericClass", google.class_json(BLUEPRINT, f"{ISSUER}.design"))
    wallet.insert("genericObject", before)
    assert wallet.patch("genericObject", after["id"], patch) == after


def test_ids_and_rows_of_the_class():
    fields = [Field(f"h{n}", "header") for n in range(5)] + [Field("a.b c", "secondary"), Field("x", "back")]
    said = google.class_json(with_fields(*fields, places=(Place(48.2, 16.4, "Here"),)), f"{ISSUER}.design")

    first, second = said["classTemplateInfo"]["cardTemplateOverride"]["cardRowTemplateInfos"]
    assert [item["firstValue"]["fields"][0]["fieldPath"] for item in first["threeItems"].values()] == [
        f"object.textModulesData['h{n}']" for n in range(3)
    ]
    assert second["oneItem"]["item"]["firstValue"]["fields"][0]["fieldPath"] == "object.textModulesData['a_b_c']"
    assert said["merchantLocations"] == [{"latitude": 48.2, "longitude": 16.4}]
    conform(said, SCHEMAS["genericClass"], "class")


texts = st.text(max_size=60)
fields_ = st.builds(
    Field, key=texts, slot=st.sampled_from(["header", "primary", "secondary", "auxiliary", "back"]), label=texts
)


blueprints = st.builds(
    Blueprint,
    organisation=texts,
    description=texts,
    logo_text=texts,
    fields=st.lists(fields_, max_size=8, unique_by=lambda field: field.key).map(tuple),
    texts=st.dictionaries(st.sampled_from(["de", "fr", "en"]), st.dictionaries(texts, texts, max_size=4)),
    barcode=st.builds(Barcode, st.sampled_from(["qr", "pdf417", "aztec", "code128"])),
)
contents = st.builds(Content, code=texts, below=texts, is_void=st.booleans())


@settings(max_examples=150, deadline=None)
@given(blueprints, contents, st.lists(texts.filter(str.strip), min_size=8, max_size=8))
def test_whatever_a_card_says_google_can_take_it(blueprint, content, values):
    values = {field.key: value for field, value in zip(blueprint.fields, values, strict=False)}

    said = json.loads(json.dumps(drawn(blueprint, replace(content, values=values))))

    conform(said, SCHEMAS["genericObject"], "object")
    assert set(REQUIRED["genericObject"]) <= set(said)
    conform(google.class_json(blueprint, f"{ISSUER}.design"), SCHEMAS["genericClass"], "class")


# --- the account and its tokens ---------------------------------------------------------------------------------------
def test_save_token_is_signed_and_says_what_google_asks_for():
    speaker = service_account.read(account_file())
    token = google.save_jwt(speaker, objects=[{"id": "1.A"}], origins=["https://garden.example.org"], now=NOW)

    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = account_key().public_key().public_bytes(serialization.Encoding.PEM, form).decode()
    claims = Wallet(Script(0, public, {}))._claims(token)
    assert claims == {
        "iss": EMAIL,
        "aud": "google",
        "typ": "savetowallet",
        "iat": int(NOW.timestamp()),
        "origins": ["https://garden.example.org"],
        "payload": {"genericObjects": [{"id": "1.A"}]},
    }


def test_link_that_names_the_object_alone_is_short_and_one_of_a_plain_card_fits():
    speaker = service_account.read(account_file())
    base = "https://pay.google.com/gp/v/save/"
    skinny = base + google.save_jwt(speaker, objects=[{"id": f"{ISSUER}.{'A' * 20}"}], now=NOW)
    whole = base + google.save_jwt(speaker, objects=[drawn()], now=NOW)

    print(f"save links: id only {len(skinny)}, whole card {len(whole)} characters")
    assert len(skinny) < 800
    assert google.fits(whole)
    assert not google.fits(base + google.save_jwt(speaker, objects=[drawn()] * 3, now=NOW))


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("", "json"),
        ("[]", "json"),
        ("{" * 10_000, "json"),
        ('{"type": "authorized_user"}', "type"),
        (json.dumps({**json.loads(account_file()), "client_email": "nobody"}), "email"),
        (json.dumps({**json.loads(account_file()), "client_email": 7}), "email"),
        (json.dumps({**json.loads(account_file()), "private_key": "-----BEGIN"}), "key"),
        (json.dumps({**json.loads(account_file()), "private_key": None}), "key"),
        (account_file() + " " * 30_000, "json"),
    ],
)
def test_a_file_that_is_no_key_of_a_service_account_is_refused(text, fault):
    with pytest.raises(service_account.AccountUnreadable) as raised:
        service_account.read(text)

    assert raised.value.fault == fault


def test_a_key_of_another_kind_is_refused():
    pem = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with pytest.raises(service_account.AccountUnreadable):
        service_account.read(json.dumps({**json.loads(account_file()), "private_key": pem.decode()}))


def test_n7_an_account_never_prints_its_key():
    assert "PRIVATE" not in repr(service_account.read(account_file()))


# --- callbacks --------------------------------------------------------------------------------------------------------
SIGNER = Signer()


def opened(body, *, keys=None, recipient=ISSUER, later=timedelta()):
    root_keys = ecv2.root_keys(json.dumps(keys or SIGNER.keys()))
    return ecv2.opened(ecv2.sealed(body), keys=root_keys, recipient=recipient, now=datetime.now(UTC) + later)


def changed(body, **changes):
    return json.dumps({**json.loads(body), **changes}).encode()


@pytest.mark.parametrize("event", ["save", "del", "SAVE"])
def test_a_message_of_googles_is_believed(event):
    heard = opened(SIGNER.call(f"{ISSUER}.AAAA", event, nonce="n-1"))

    assert (heard.object_id, heard.event, heard.nonce) == (f"{ISSUER}.AAAA", event.lower(), "n-1")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (Signer().call("1.A"), "key's signature"),
        (SIGNER.call("1.A", sender="GooglePay"), "key's signature"),
        (SIGNER.call("1.A", recipient="999"), "message's signature"),
        (SIGNER.call("1.A", key_lives=-1), "key's time"),
        (SIGNER.call("1.A", lives=-1), "message's time"),
        (SIGNER.call("1.A", "bought"), "event"),
        (SIGNER.call("1.A", nonce="x" * 300), "nonce"),
        (SIGNER.call("1.\0A"), "objectId"),
        (SIGNER.call("1.A", expTimeMillis="soon"), "time"),
        (SIGNER.call("1.A", expTimeMillis=10**30), "time"),
        (changed(SIGNER.call("1.A"), signedMessage=json.dumps({"objectId": "1.B"})), "message's signature"),
        (changed(SIGNER.call("1.A"), signature="????"), "base64"),
        (changed(SIGNER.call("1.A"), signature="AAAA"), "message's signature"),
        (changed(SIGNER.call("1.A"), protocolVersion="ECv2"), "protocol"),
        (changed(SIGNER.call("1.A"), intermediateSigningKey={}), "intermediate"),
        (changed(SIGNER.call("1.A"), intermediateSigningKey={"signedKey": "{}", "signatures": []}), "key's signature"),
        (b"", "JSON"),
        (b"[]", "object"),
        (b"\xff\xfe", "JSON"),
        (b"[" * 9000, "JSON"),
    ],
)
def test_anything_else_is_not(body, why):
    with pytest.raises(ecv2.NotGenuine, match=why):
        opened(body)


def test_a_root_key_whose_time_is_over_proves_nothing():
    with pytest.raises(ecv2.UnknownKey):
        opened(SIGNER.call("1.A", key_lives=9000, lives=9000), later=timedelta(hours=2))


def test_a_message_is_believed_until_its_end_and_not_after():
    body = SIGNER.call("1.A", lives=600)

    assert opened(body, later=timedelta(minutes=9))
    with pytest.raises(ecv2.NotGenuine):
        opened(body, later=timedelta(minutes=11))


@settings(max_examples=100, deadline=None)
@given(st.recursive(st.none() | st.booleans() | st.integers() | texts, lambda inner: st.dictionaries(
    st.sampled_from(["protocolVersion", "signedMessage", "signature", "intermediateSigningKey", "signedKey", "signatures"]),
    inner | st.just("ECv2SigningOnly") | st.lists(inner),
)))  # fmt: skip
def test_garbage_of_any_shape_is_not_genuine(said):
    with pytest.raises(ecv2.NotGenuine):
        opened(json.dumps(said).encode())
