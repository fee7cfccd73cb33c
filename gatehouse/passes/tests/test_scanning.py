"""What a scan says: codes of every form, pictures, the page, the journal, and who is told."""

import struct
import time
import zlib
from dataclasses import replace
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from hypothesis import HealthCheck, given, settings, strategies as st
from PIL import Image
from playwright.sync_api import expect

from gatehouse.core import barcodes, clock, events
from gatehouse.journal.models import Entry
from gatehouse.passes import actions, codes, policies, queries, reading, verdict
from gatehouse.passes.blueprint import Barcode
from gatehouse.passes.events import PassScanned
from gatehouse.passes.models import Pass
from gatehouse.passes.tests.drawing import a_picture, as_bytes
from gatehouse.passes.tests.factories import BLUEPRINT, a_design, a_pass
from gatehouse.passes.verdict import Standing
from gatehouse.passes.views import scanning
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory, holder_of

TODAY = clock.today()
NUMBER = "8-10024417"


@pytest.fixture
def porter(db):
    return holder_of(policies.SCAN, given_name="Ana", family_name="Weiss")


@pytest.fixture
def door(client, porter):
    client.force_login(porter)
    return client


def of_maya(**fields):
    return MembershipFactory(**{"number": NUMBER, "level": "Friend", "status": "active", **fields})


# --- the kernels ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("standing", "word"),
    [
        (Standing(TODAY), "valid"),
        (Standing(TODAY, status="active"), "valid"),
        (Standing(TODAY, status="active", valid_from=TODAY, expires_on=TODAY), "valid"),
        (Standing(TODAY, status="active", expires_on=TODAY - timedelta(days=1)), "expired"),
        (Standing(TODAY, status="lapsed", expires_on=TODAY + timedelta(days=1)), "expired"),
        (Standing(TODAY, status="active", valid_from=TODAY + timedelta(days=1)), "early"),
        (Standing(TODAY, status="suspended"), "voided"),
        (Standing(TODAY, status="ended"), "voided"),
        (Standing(TODAY, has_left=True), "voided"),
        (Standing(TODAY, is_orphan=True), "voided"),
        (Standing(TODAY, status="active", is_stopped=True), "voided"),
    ],
)
def test_verdict_follows_from_what_is_known(standing, word):
    assert verdict.verdict(standing).word == word


def test_a_stopped_card_says_why():
    stopped = Standing(TODAY, status="lapsed", is_stopped=True, stop_reason="lost phone")

    assert verdict.verdict(stopped).why == "This card was stopped: lost phone"


@pytest.mark.parametrize(
    ("says", "text", "facts"),
    [
        ("M-{membership.number}", "M-17", {"membership.number": "17"}),
        (
            "{membership.number} {person.name}",
            "17 Maya Okafor",
            {"membership.number": "17", "person.name": "Maya Okafor"},
        ),
        ("{membership.number}{person.name}", "17Maya", {}),
        ("M-{membership.number}/x", "M-17", {}),
        ("{membership.number}|{membership.number}", "17|18", {}),
        ("no fact", "no fact", {}),
    ],
)
def test_templates_are_read_backwards(says, text, facts):
    assert reading.facts_in(text, says) == facts


def test_printed_codes_hold_no_look_alikes_and_are_grouped():
    made = {codes.new_code() for _ in range(500)}

    assert len(made) == 500
    assert not {letter for code in made for letter in code} & set("01IOLSZBU58")
    assert all(codes.grouped(code.replace("-", "").lower()) == code for code in made)


@pytest.mark.parametrize("kept_as", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("kind", list(barcodes.FORMATS))
@pytest.mark.parametrize("text", [NUMBER, codes.sign("A" * 20, key=b"k")])
def test_barcodes_come_back_from_their_pictures(kind, text, kept_as):
    assert barcodes.read(a_picture(kind, text, kept_as=kept_as)) == [text]


@pytest.mark.parametrize("turned", [90, 180, 270, 17])
def test_a_card_may_be_held_askew(turned):
    assert barcodes.read(a_picture("qr", NUMBER, turned=turned)) == [NUMBER]


def test_a_photo_of_a_phone_is_read_in_a_blink():
    code = Image.open(SimpleUploadedFile("code.png", a_picture("qr", NUMBER, scale=30)))
    photo = Image.new("RGB", (4000, 3000), "#7a5f3d")
    photo.paste(code, (900, 700))
    began = time.process_time()

    assert barcodes.read(as_bytes(photo, "JPEG")) == [NUMBER]
    assert time.process_time() - began < 1


def a_bomb(width: int, height: int) -> bytes:
    """A PNG of some kilobytes that says it has so many pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    pixels = zlib.compress(b"\0" * min(width * height, 50_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    "bytes_",
    [b"", b"hello", b"\x89PNG\r\n\x1a\n", a_picture("qr", "x")[:200], b"GIF89a" + b"\0" * 100, b"\xff\xd8\xff" * 10,
     b"<svg xmlns='http://www.w3.org/2000/svg'/>"],
)  # fmt: skip
def test_what_is_no_picture_is_refused(bytes_):
    with pytest.raises(barcodes.NotReadable):
        barcodes.read(bytes_)


def test_bombs_are_refused_by_their_heads():
    bomb = a_bomb(60_000, 60_000)
    began = time.process_time()

    with pytest.raises(barcodes.NotReadable):
        barcodes.read(bomb)

    assert time.process_time() - began < 0.1


def test_a_picture_without_a_code_says_nothing():
    assert barcodes.read(as_bytes(Image.new("L", (300, 300), 255))) == []


# --- what a code means ---------------------------------------------------------------------------

pytestmark = pytest.mark.django_db


def test_every_form_of_a_card_is_read():
    card = a_pass(membership=of_maya())
    signed = codes.sign(card.serial, key=queries.code_key())

    for code in (signed, signed.lower(), f"  {signed}\r\n", f"]Q1{signed}", card.serial, card.serial.lower(), NUMBER):
        read = queries.read_code(code)

        assert (read.verdict.word, read.only.card) == ("valid", card), code


def test_a_printed_code_is_read_with_and_without_hyphens():
    design = a_design(subject="nobody")
    card = actions.issue_pass(design=design, actor=None, own={"name": "Bearer"}, code="K7QM-2XPD-9RTA")

    for code in ("K7QM-2XPD-9RTA", "k7qm2xpd9rta", "K7QM 2XPD 9RTA"):
        assert queries.read_code(code).only.card == card, code
    assert queries.read_code("K7QM-2XPD-9RTC").verdict.word == "unknown"


def test_a_german_keyboard_that_types_an_eszett_for_the_hyphen_is_understood():
    of_maya()

    assert queries.read_code("8ß10024417").only.number == NUMBER


def test_what_a_template_says_is_read():
    blueprint = replace(BLUEPRINT, barcode=Barcode("qr", "LG:{membership.number}:{membership.level}"))
    card = a_pass(a_design(blueprint=blueprint), of_maya())

    assert card.face.content.code == f"LG:{NUMBER}:Friend"
    assert queries.read_code(card.face.content.code).only.card == card
    assert queries.read_code("LG:nobody:Friend").verdict.word == "unknown"


def test_a_number_stands_for_the_live_card_not_for_the_stopped_one():
    membership = of_maya()
    design = a_design()
    old = a_pass(design, membership)
    Pass.objects.filter(pk=old.pk).update(voided_at=clock.now(), void_reason="lost")
    assert queries.read_code(NUMBER).verdict.word == "voided"

    new = a_pass(design, membership)

    assert queries.read_code(NUMBER).only.card == new
    assert queries.read_code(NUMBER).verdict.word == "valid"
    assert queries.read_code(old.serial).verdict.word == "voided"


def test_a_number_without_a_card_is_answered_by_the_membership():
    of_maya(expires_on=TODAY - timedelta(days=1))

    read = queries.read_code(NUMBER)

    assert (read.only.card, read.verdict.word) == (None, "expired")


def test_two_sources_with_one_number_are_both_told():
    one, other = of_maya(source="altru"), of_maya(source="friends")

    read = queries.read_code(NUMBER)

    assert read.verdict.word == "several"
    assert {found.membership for found in read.found} == {one, other}
    assert queries.holder_of(NUMBER) is None


def test_a_forged_signature_is_told_from_an_unknown_number():
    card = a_pass(membership=of_maya())
    forged = codes.sign(card.serial, key=b"another key")

    assert queries.read_code(forged).verdict == verdict.unknown(is_forged=True)
    assert queries.read_code("17").verdict == verdict.unknown()


def test_a_card_whose_holder_is_gone_opens_nothing():
    card = a_pass(membership=of_maya())
    card.membership.person.delete()

    assert queries.read_code(card.serial).verdict.word == "voided"


def test_holder_of_answers_only_for_what_is_valid_and_held():
    membership = of_maya()
    card = a_pass(membership=membership)
    assert queries.holder_of(card.serial) == membership.person
    assert queries.holder_of(NUMBER) == membership.person

    Pass.objects.filter(pk=card.pk).update(voided_at=clock.now())

    assert queries.holder_of(card.serial) is None
    assert queries.holder_of("nothing") is None
    bearer = actions.issue_pass(design=a_design("Gift", subject="nobody"), actor=None, code="AAAA-CCCC-DDDD")
    assert queries.read_code("AAAA-CCCC-DDDD").only.card == bearer
    assert queries.holder_of("AAAA-CCCC-DDDD") is None


HOSTILE = ["", " ", "\0", "8-1\x002", "x" * 1_000_000, "\u202e8-10024417", "'; DROP TABLE passes_pass; --", "{membership.number}",
           "%s%n", "🕯" * 200, "]", "]Q1", "GH" + "A" * 32, "a\u0301" * 100, "\ud800", "LG:" * 150, "-" * 499]  # fmt: skip


@pytest.mark.parametrize("code", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_codes_are_unknown_and_kept_short(code, porter):
    a_pass(
        a_design(blueprint=replace(BLUEPRINT, barcode=Barcode("qr", "LG:{membership.number}:{person.name}"))), of_maya()
    )

    done = actions.scan(code=code, actor=porter)

    assert done.reading.verdict.word in {"unknown", "valid"}
    entry = Entry.objects.get(verb="pass.scanned")
    assert len(entry.details.get("code", "")) <= 40
    assert code not in str(entry.details) or len(code) <= 40


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    code=st.one_of(st.text(max_size=80), st.from_regex(r"gh[a-z2-7]{32}", fullmatch=True), st.text("0123456789-ß ]GH"))
)
def test_no_text_makes_a_scan_fall(code, db):
    assert queries.read_code(code).verdict.word == "unknown"
    assert queries.holder_of(code) is None


@settings(max_examples=50, deadline=None)
@given(
    serial=st.from_regex(r"[A-Z2-7]{20}", fullmatch=True),
    at=st.integers(0, 33),
    letter=st.sampled_from("ABCDEFG234567"),
)
def test_one_wrong_letter_breaks_a_signed_code(serial, at, letter):
    signed = codes.sign(serial, key=b"k")
    spoilt = signed[:at] + letter + signed[at + 1 :]

    assert codes.read(signed.lower(), key=b"k") == serial
    assert spoilt == signed or codes.read(spoilt, key=b"k") is None


def test_verdict_comes_in_well_under_a_second_among_many():
    MembershipFactory.create_batch(300)
    of_maya()
    began = time.perf_counter()

    assert queries.read_code(NUMBER).verdict.word == "valid"
    assert time.perf_counter() - began < 0.5


# --- a scan is written down ----------------------------------------------------------------------


def test_a_scan_is_journaled_marked_and_published(porter, monkeypatch):
    told = []
    monkeypatch.setattr(
        "gatehouse.passes.actions.scanning.publish", lambda fact: (told.append(fact), events.publish(fact))
    )
    card = a_pass(membership=of_maya())

    first = actions.scan(code=NUMBER, actor=porter, place="Main entrance")
    again = actions.scan(code=NUMBER, actor=porter)

    card.refresh_from_db()
    entries = Entry.objects.filter(verb="pass.scanned").order_by("id")
    assert [entry.subject_id for entry in entries] == [f"pass {card.serial}"] * 2
    assert entries[0].details == {"verdict": "valid", "place": "Main entrance"}
    assert (first.before is None, again.before is not None) == (True, True)
    assert card.scanned_at > again.before
    assert told == [PassScanned(card.serial, "valid")] * 2


@pytest.mark.django_db(transaction=True)
def test_of_two_scans_at_once_one_is_told_of_the_other(together):
    design = a_design(subject="nobody")
    actions.issue_pass(design=design, actor=None, code="K7QM-2XPD-9RTA")

    outcomes = together(
        lambda: actions.scan(code="K7QM-2XPD-9RTA", actor=None),
        lambda: actions.scan(code="K7QM-2XPD-9RTA", actor=None),
    )

    assert sorted(outcome.before is None for outcome in outcomes) == [False, True]


def test_who_may_not_scan_is_refused():
    with pytest.raises(PermissionDenied):
        actions.scan(code="1", actor=PersonFactory())

    assert not Entry.objects.filter(verb="pass.scanned").exists()


# --- the page ------------------------------------------------------------------------------------


def test_the_page_answers_in_itself_and_is_ready_for_the_next(door):
    a_pass(membership=of_maya(expires_on=TODAY + timedelta(days=90)))

    answer = door.post(reverse("passes:scan"), {"code": f"{NUMBER}\r\n", "place": "Gate 2"})

    assert answer.status_code == 200
    assert 'data-verdict="valid"' in answer.text
    assert "Friend" in answer.text
    assert 'value="Gate 2"' in answer.text
    assert 'value="8-10024417"' not in answer.text  # the field is empty again


def test_the_page_tells_of_earlier_scans(door):
    a_pass(membership=of_maya())
    door.post(reverse("passes:scan"), {"code": NUMBER, "place": "Gate 2"})

    answer = door.post(reverse("passes:scan"), {"code": NUMBER}, headers={"X-Part": "1"})

    assert "Scanned before at" in answer.text
    assert "Gate 2" in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("scans", [1, 3])
def test_a_scan_asks_as_much_after_three_scans_as_after_one(scans, door, django_assert_num_queries):
    a_pass(membership=of_maya())
    for _ in range(scans):
        door.post(reverse("passes:scan"), {"code": NUMBER}, headers={"X-Part": "1"})

    with django_assert_num_queries(18):
        door.post(reverse("passes:scan"), {"code": NUMBER}, headers={"X-Part": "1"})


def test_unknown_codes_are_shown_escaped(door):
    answer = door.post(reverse("passes:scan"), {"code": "<script>alert(1)</script>"})

    assert "<script>alert" not in answer.text
    assert 'data-verdict="unknown"' in answer.text


def test_n1_the_page_is_closed_to_strangers_and_to_forged_posts(client, porter, door):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(porter)
    assert strict.post(reverse("passes:scan"), {"code": "1"}).status_code == 403
    assert strict.post(reverse("passes:scan_picture")).status_code == 403
    door.logout()
    for name in ("passes:scan", "passes:scan_picture"):
        assert door.post(reverse(name), {"code": "1"}).status_code == 302
    door.force_login(PersonFactory())
    for name in ("passes:scan", "passes:scan_picture"):
        assert door.post(reverse(name), {"code": "1"}).status_code == 403
    assert not Entry.objects.filter(verb="pass.scanned").exists()


def test_the_camera_is_not_forbidden_by_a_header(door):
    answer = door.get(reverse("passes:scan"))

    assert "camera=()" not in answer.headers.get("Permissions-Policy", "")
    assert "camera" not in answer.headers.get("Feature-Policy", "")


def a_photo(content: bytes, name: str = "photo.png"):
    return {"picture": SimpleUploadedFile(name, content)}


def test_a_photo_is_read_without_a_script(door):
    a_pass(membership=of_maya())

    answer = door.post(reverse("passes:scan_picture"), a_photo(a_picture("qr", NUMBER)))

    assert 'data-verdict="valid"' in answer.text


def test_a_frame_of_the_camera_is_only_read_and_not_a_scan_yet(door):
    a_pass(membership=of_maya())

    answer = door.post(reverse("passes:scan_picture"), a_photo(a_picture("pdf417", NUMBER)), headers={"X-Part": "1"})

    assert answer.json() == {"codes": [NUMBER]}
    assert not Entry.objects.filter(verb="pass.scanned").exists()


@pytest.mark.parametrize(
    "content", [b"", b"no picture", a_bomb(60_000, 60_000), b"\0" * (barcodes.BYTES + 1)], ids=range(4)
)
def test_bad_pictures_are_refused_with_a_reason(door, content):
    answer = door.post(reverse("passes:scan_picture"), a_photo(content))

    assert answer.status_code == 422
    assert "note bad" in answer.text


def test_frames_are_limited(door, monkeypatch):
    monkeypatch.setattr(scanning, "PICTURES", replace(scanning.PICTURES, times=2))
    post = {"headers": {"X-Part": "1"}}
    statuses = [
        door.post(reverse("passes:scan_picture"), a_photo(as_bytes(Image.new("L", (9, 9)))), **post).status_code
        for _ in range(3)
    ]

    assert statuses == [200, 200, 429]


# --- in a browser --------------------------------------------------------------------------------


@pytest.fixture
def at_the_door(live_server, transactional_db, page, client):
    """The scan page, as Ana at the entrance sees it."""
    client.force_login(holder_of(policies.SCAN, given_name="Ana"))
    page.context.add_cookies(
        [{"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in client.cookies.items()]
    )
    return page, live_server.url + reverse("passes:scan")


def test_hand_scanner_types_one_card_after_another(at_the_door):
    page, address = at_the_door
    a_pass(membership=of_maya())
    of_maya(number="8-2", status="ended")
    page.goto(address)
    expect(page.locator("#code")).to_be_focused()

    page.keyboard.type(f"{NUMBER}\n")
    expect(page.locator("[data-verdict=valid]")).to_be_visible()
    expect(page.locator("[data-said]")).to_contain_text("Valid: Maya")
    expect(page.locator("#code")).to_have_value("")
    expect(page.locator("#code")).to_be_focused()
    page.keyboard.type("8-2\n")

    expect(page.locator("[data-verdict=voided]")).to_be_visible()
    assert page.url == address
    assert Entry.objects.filter(verb="pass.scanned").count() == 2


def test_photo_is_read_in_a_browser_without_a_script(at_the_door, browser, tmp_path):
    page, address = at_the_door
    a_pass(membership=of_maya())
    photo = tmp_path / "photo.png"
    photo.write_bytes(a_picture("aztec", NUMBER))
    context = browser.new_context(java_script_enabled=False)
    context.add_cookies(page.context.cookies())
    plain = context.new_page()
    plain.goto(address)

    plain.get_by_text("From a photo").click()
    plain.get_by_label("Photo of the code").set_input_files(photo)
    plain.get_by_role("button", name="Read the photo").click()

    expect(plain.locator("[data-verdict=valid]")).to_be_visible()
    context.close()


def test_camera_reads_a_card_that_is_held_before_it(at_the_door, browser_type, browser_type_launch_args, tmp_path):
    """Chromium's own pretended camera shows the card; here it has no detector, so small pictures are sent."""
    page, address = at_the_door
    a_pass(membership=of_maya())
    card = Image.open(SimpleUploadedFile("code.png", a_picture("qr", NUMBER, scale=9))).convert("RGB")
    frame = Image.new("RGB", (640, 480), "#554433")
    frame.paste(card, (150, 80))
    film = tmp_path / "card.mjpeg"
    film.write_bytes(as_bytes(frame, "JPEG") * 3)
    pretend = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    options = {**browser_type_launch_args, "args": [*browser_type_launch_args.get("args", []), *pretend]}
    with browser_type.launch(**options) as browser:
        context = browser.new_context(permissions=["camera"])
        context.add_cookies(page.context.cookies())
        phone = context.new_page()
        phone.goto(address)

        phone.get_by_role("button", name="Use the camera").click()
        expect(phone.locator("[data-verdict=valid]")).to_be_visible(timeout=15_000)
        expect(phone.locator("video")).to_be_visible()
        phone.wait_for_timeout(2_500)  # it is still held there
        phone.get_by_role("button", name="Stop the camera").click()

        expect(phone.locator("video")).to_be_hidden()
    assert Entry.objects.filter(verb="pass.scanned").count() == 1


def test_a_place_with_control_characters_is_written_down_without_them(porter):
    """The JSON of PostgreSQL holds no NUL."""
    actions.scan(code="nobody's", actor=porter, place="Gate\0 2\r\n")

    assert Entry.objects.get(verb="pass.scanned").details["place"] == "Gate 2"
