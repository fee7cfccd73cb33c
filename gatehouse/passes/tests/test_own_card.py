"""One's own cards: what their holder sees and takes, what nobody else does, and what a browser keeps of them."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse
from playwright.sync_api import expect

from gatehouse.core import clock
from gatehouse.journal.models import Entry
from gatehouse.passes import actions
from gatehouse.passes.actions.stopping import STOPS_A_DAY
from gatehouse.passes.blueprint import Blueprint, Field
from gatehouse.passes.models import Device, Pass, Registration
from gatehouse.passes.refusals import Refused
from gatehouse.passes.tests.factories import BLUEPRINT, PASS_TYPE, a_design, a_pass
from gatehouse.people.models import Membership
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db
OWN = ("card_of", "large_of", "file", "stop")
QUERIES = 11  # session, person, organisation, menu, cards, phones


@pytest.fixture
def maya():
    return PersonFactory(given_name="Maya", family_name="Okafor", email="maya@example.org")


@pytest.fixture
def maya_in(client, maya) -> Client:
    client.force_login(maya)
    return client


def card_of(person, design=None, **membership) -> Pass:
    return a_pass(design, MembershipFactory(person=person, **{"level": "Friend", **membership}))


def page(client, name="card", *args) -> str:
    return client.get(reverse(f"passes:{name}", args=args)).text


@pytest.mark.parametrize("name", ["card", "large", "files"])
def test_n1_strangers_are_asked_to_sign_in(name, client):
    answer = client.get(reverse(f"passes:{name}"))

    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/sign-in")


@pytest.mark.parametrize("name", OWN)
def test_n1_a_card_is_shown_to_nobody_who_is_not_signed_in(name, client, maya):
    answer = client.get(reverse(f"passes:{name}", args=[card_of(maya).serial]))

    assert (answer.status_code, answer.url.partition("?")[0]) == (302, "/sign-in")


@pytest.mark.parametrize("name", OWN)
def test_card_of_somebody_else_is_as_one_that_never_was(name, maya, maya_in):
    design = a_design()
    card_of(maya, design)
    foreign = card_of(PersonFactory(), design)

    assert maya_in.get(reverse(f"passes:{name}", args=[foreign.serial])).status_code == 404
    assert maya_in.get(reverse(f"passes:{name}", args=["A" * 20])).status_code == 404


def test_somebody_elses_card_is_not_stopped(maya, maya_in):
    foreign = card_of(PersonFactory())

    assert maya_in.post(reverse("passes:stop", args=[foreign.serial])).status_code == 404
    with pytest.raises(PermissionDenied):
        actions.stop_own_card(card=foreign, actor=maya)
    foreign.refresh_from_db()
    assert foreign.voided_at is None


def test_page_shows_what_the_card_says(maya, maya_in):
    blueprint = Blueprint(
        **{**BLUEPRINT.__dict__, "fields": (*BLUEPRINT.fields, Field("hours", "back", "Hours", "Ten to six"))}
    )
    card_of(maya, a_design(blueprint=blueprint), number="8-10024417")

    said = page(maya_in)

    assert all(words in said for words in ("Maya Okafor", "8-10024417", "On the back", "Ten to six", "Show it large"))


def test_menu_leads_to_the_card_of_who_has_one(maya, maya_in):
    assert "My card" not in maya_in.get("/").text

    card_of(maya)

    assert "My card" in maya_in.get("/").text


def test_whoever_will_get_a_card_is_told_so(maya, maya_in):
    MembershipFactory(person=maya)
    assert "There is no card for you yet" in page(maya_in)

    a_design(is_automatic=True)

    assert "Your card is being made" in page(maya_in)


def test_home_shows_the_card_in_place_of_its_membership(maya, maya_in):
    card_of(maya, number="8-10024417")
    MembershipFactory(person=maya, number="0010001", source="classlist")

    said = maya_in.get("/").text

    assert "Linden Garden, Friend" in said
    assert (said.count("8-10024417"), said.count("0010001")) == (1, 1)
    assert "Your memberships" not in said


@pytest.mark.parametrize(
    ("status", "days", "words"),
    [
        ("active", 200, "It stays up to date by itself"),
        ("active", 12, "Ends in 12 days"),
        ("active", 1, "Ends tomorrow"),
        ("active", 0, "Ends today"),
        ("active", -1, "Your membership has lapsed"),
        ("lapsed", -20, "Your membership has lapsed"),
        ("suspended", 200, "Your membership is suspended"),
        ("ended", 200, "Your membership has ended"),
    ],
)
def test_page_says_plainly_how_the_card_stands(status, days, words, maya, maya_in):
    card_of(maya, status=status, expires_on=clock.today() + timedelta(days=days))

    said = page(maya_in)

    assert words in said
    assert ("Show it large" in said) == (status == "active" and days >= 0)


def test_household_lists_the_other_cards_and_others_stand_apart(maya, maya_in):
    design = a_design()
    card_of(maya, design, number="8-00000001")
    card_of(maya, design, number="8-00000002", card_names="Tobias Okafor")
    lapsed = card_of(maya, design, number="8-00000003", card_names="Ada Okafor", status="lapsed")
    card_of(maya, a_design("Workshop card"), number="W-7")

    said = page(maya_in)

    household = said[said.index("In your household") : said.index("Your other cards")]
    assert "Tobias Okafor" in household
    assert "Lapsed" in household
    assert "W-7" not in household
    assert "Your membership has lapsed" in page(maya_in, "card_of", lapsed.serial)


def test_a_good_card_stands_before_one_that_lapsed(maya, maya_in):
    design = a_design()
    card_of(maya, design, number="8-00000001", status="lapsed")
    good = card_of(maya, design, number="8-00000002")

    assert f"/card/{good.serial}/large" in page(maya_in)


def test_n7_phones_are_named_by_their_wallet_alone(maya, maya_in):
    card = card_of(maya)
    device = Device.objects.create(library_id="library-77", pass_type_id=PASS_TYPE, push_token="push-token-77")
    Registration.objects.create(device=device, card=card)

    said = page(maya_in)

    assert "Apple Wallet" in said
    assert "Updated: Today" in said
    assert all(secret not in said for secret in ("library-77", "push-token-77", bytes(card.sealed_token).hex()))


def test_phone_that_was_not_told_yet_says_so(maya, maya_in):
    device = Device.objects.create(library_id="l", pass_type_id=PASS_TYPE, push_since=clock.now())
    Registration.objects.create(device=device, card=card_of(maya))

    assert "An update is on its way" in page(maya_in)


@pytest.mark.parametrize("cards", [1, 3])
def test_page_asks_as_much_of_the_database_for_three_as_for_one(cards, maya, maya_in, django_assert_num_queries):
    design = a_design()
    for _ in range(cards):
        device = Device.objects.create(library_id=f"l{_}", pass_type_id=PASS_TYPE)
        Registration.objects.create(device=device, card=card_of(maya, design))

    with django_assert_num_queries(QUERIES):
        page(maya_in)


# files


def test_without_a_certificate_no_wallet_is_offered(maya, maya_in):
    card = card_of(maya)

    assert "Add to Apple Wallet" not in page(maya_in)
    assert maya_in.get(reverse("passes:file", args=[card.serial])).status_code == 404
    assert maya_in.get(reverse("passes:files")).status_code == 404


@pytest.fixture
def certificate(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return actions.make_test_certificates(actor=None, pass_type_id=PASS_TYPE)


def test_n23_file_has_its_type_and_answers_304(certificate, maya, maya_in):
    card = card_of(maya)
    address = reverse("passes:file", args=[card.serial])

    first = maya_in.get(address)
    again = maya_in.get(address, headers={"If-Modified-Since": first["Last-Modified"]})

    assert first["Content-Type"] == "application/vnd.apple.pkpass"
    assert "pass.json" in ZipFile(BytesIO(first.content)).namelist()
    assert (again.status_code, again.content) == (304, b"")
    assert first["Cache-Control"] == "private, no-cache", "no browser hands out a card of last week unasked"


def test_without_the_key_that_sealed_it_no_file_is_made(certificate, maya, maya_in):
    card = card_of(maya)
    Pass.objects.update(sealed_token=b"sealed with a key that was lost")

    assert maya_in.get(reverse("passes:file", args=[card.serial])).status_code == 404
    assert maya_in.get(reverse("passes:files")).status_code == 404


def test_n23_an_older_copy_is_replaced(certificate, maya, maya_in):
    card = card_of(maya)
    before = "Sun, 06 Nov 1994 08:49:37 GMT"

    answer = maya_in.get(reverse("passes:file", args=[card.serial]), headers={"If-Modified-Since": before})

    assert answer.status_code == 200


def test_n5_two_of_one_name_have_two_files_and_no_name_is_in_a_path(certificate, client):
    design, names = a_design(), {"given_name": "../../etc", "family_name": "passwd"}
    cards = [card_of(PersonFactory(**names), design) for _ in range(2)]
    told = []
    for card in cards:
        client.force_login(card.holder)
        told.append(client.get(reverse("passes:file", args=[card.serial])))

    names = [answer["Content-Disposition"] for answer in told]
    assert names == [f'attachment; filename="{card.serial}.pkpass"' for card in cards]
    assert told[0].content != told[1].content
    assert client.get("/card/../../etc/passwd.pkpass").status_code == 404


def test_household_comes_in_one_file_without_what_lapsed(certificate, maya, maya_in):
    design = a_design()
    good = [card_of(maya, design), card_of(maya, design)]
    card_of(maya, design, status="lapsed")

    answer = maya_in.get(reverse("passes:files"))

    assert answer["Content-Type"] == "application/vnd.apple.pkpasses"
    assert sorted(ZipFile(BytesIO(answer.content)).namelist()) == sorted(f"{card.serial}.pkpass" for card in good)
    assert "All cards, iPhone only" in page(maya_in)


# stopping


def test_stopping_makes_a_new_card_at_once(maya, maya_in):
    card = card_of(maya)
    address = reverse("passes:stop", args=[card.serial])
    assert "Stop this card?" in maya_in.get(address).text

    answer = maya_in.post(address)

    new = Pass.objects.get(voided_at=None)
    card.refresh_from_db()
    assert answer.url == reverse("passes:card_of", args=[new.serial])
    assert card.voided_at is not None
    assert new.membership == card.membership
    assert bytes(new.sealed_token) != bytes(card.sealed_token)
    assert maya_in.get(reverse("passes:card_of", args=[card.serial])).status_code == 404
    assert Entry.objects.get(verb="pass.stopped").actor_name == "Maya Okafor"


def test_looking_at_the_question_stops_nothing(maya, maya_in):
    card = card_of(maya)

    maya_in.get(reverse("passes:stop", args=[card.serial]))

    assert Pass.objects.get().voided_at is None


def test_n1_stopping_needs_the_forms_token(maya):
    card, strict = card_of(maya), Client(enforce_csrf_checks=True)
    strict.force_login(maya)

    assert strict.post(reverse("passes:stop", args=[card.serial])).status_code == 403
    assert Pass.objects.get().voided_at is None


def test_cards_are_stopped_three_times_a_day(maya, maya_in):
    card = card_of(maya)
    for _ in range(STOPS_A_DAY.times):
        card = actions.stop_own_card(card=card, actor=maya)

    with pytest.raises(Refused, match="tomorrow"):
        actions.stop_own_card(card=card, actor=maya)
    answer = maya_in.post(reverse("passes:stop", args=[card.serial]))

    assert answer.status_code == 409
    assert "Write to us" in answer.text
    assert Pass.objects.get(pk=card.pk).voided_at is None


@pytest.mark.django_db(transaction=True)
def test_stopped_twice_at_once_is_replaced_once(maya, together):
    card = card_of(maya)

    outcomes = together(
        lambda: actions.stop_own_card(card=Pass.objects.get(pk=card.pk), actor=maya),
        lambda: actions.stop_own_card(card=Pass.objects.get(pk=card.pk), actor=maya),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Pass", "Refused"]
    assert Pass.objects.filter(voided_at=None).count() == 1


# in a browser


@pytest.fixture
def come_in(live_server, context, transactional_db):
    """Sign this person in, in the browser, as a sign-in would."""

    def sign_in(person) -> None:
        client = Client()
        client.force_login(person)
        held = [
            {"name": name, "value": cookie.value, "url": live_server.url} for name, cookie in client.cookies.items()
        ]
        context.add_cookies(held)

    return sign_in


@pytest.fixture
def shown(live_server, come_in, page):
    """Maya's card, open in her browser."""
    design = a_design()
    maya = PersonFactory(given_name="Maya", family_name="Okafor", email="maya@example.org")
    card_of(maya, design, number="8-10024417")
    card_of(maya, design, number="8-10024418", card_names="Tobias Okafor")
    come_in(maya)
    page.goto(f"{live_server.url}/card")
    return page


def is_kept(page) -> None:
    expect(page.locator("html")).to_have_attribute("data-kept", "true")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")


def until(page, expression: str) -> None:
    """Asked again and again: the page's policy lets no text run as code, and so no `wait_for_function`."""
    for _ in range(100):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {expression}")


NOTHING_KEPT = "caches.keys().then(all => !all.some(name => name.startsWith('gatehouse-card-')))"


def kept_names(page) -> list[str]:
    return [name for name in page.evaluate("caches.keys()") if name.startswith("gatehouse-card-")]


def test_card_is_shown_without_a_connection_and_says_of_when_it_is(shown, context, live_server):
    is_kept(shown)
    context.set_offline(True)

    shown.goto(f"{live_server.url}/card")

    expect(shown.locator(".pass")).to_contain_text("8-10024417")
    expect(shown.locator(".asof")).to_be_visible()
    expect(shown.locator(".asof")).to_contain_text("as of")
    expect(shown.get_by_role("link", name="Stop this card")).to_be_hidden()
    assert shown.locator(".pass").evaluate("card => getComputedStyle(card).backgroundColor") == "rgb(28, 74, 64)"
    shown.get_by_role("link", name="Tobias Okafor").click()
    expect(shown.locator(".pass")).to_contain_text("8-10024418")
    shown.get_by_role("link", name="Show it large").click()
    expect(shown.locator("dialog")).to_be_visible()


def test_card_is_as_of_now_while_there_is_a_connection(shown, live_server):
    is_kept(shown)
    Membership.objects.update(level="Patron")

    shown.goto(f"{live_server.url}/card")

    expect(shown.locator(".asof")).to_be_hidden()
    expect(shown.get_by_role("link", name="Stop this card")).to_be_visible()


def test_signing_out_forgets_the_card(shown, context, live_server):
    is_kept(shown)
    assert len(kept_names(shown)) == 1

    shown.set_viewport_size({"width": 390, "height": 800})
    shown.get_by_text("Menu", exact=True).click()
    shown.get_by_role("button", name="Sign out").click()
    shown.wait_for_url("**/sign-in*")
    until(shown, NOTHING_KEPT)
    context.set_offline(True)
    shown.goto(f"{live_server.url}/card")

    expect(shown.get_by_role("heading", level=1)).to_have_text("No connection")


def test_card_is_never_shown_to_the_next_person(shown, context, live_server, come_in):
    """Whoever comes in at this browser, by whatever door: their first page forgets what was another's."""
    is_kept(shown)
    come_in(PersonFactory(given_name="Noor"))
    shown.goto(f"{live_server.url}/docs/")
    until(shown, NOTHING_KEPT)
    context.set_offline(True)

    shown.goto(f"{live_server.url}/card")

    assert "Okafor" not in shown.content()
    expect(shown.get_by_role("heading", level=1)).to_have_text("No connection")


def test_page_without_a_connection_forgets_nothing(shown, context, live_server):
    is_kept(shown)
    context.set_offline(True)
    shown.goto(f"{live_server.url}/me")
    expect(shown.get_by_role("heading", level=1)).to_have_text("No connection")

    shown.goto(f"{live_server.url}/card")

    expect(shown.locator(".pass")).to_contain_text("8-10024417")


def test_large_code_lies_over_the_page_and_leaves_by_escape_or_back(shown):
    dialog, link = shown.locator("dialog"), shown.get_by_role("link", name="Show it large")

    link.click()
    expect(dialog).to_be_visible()
    assert dialog.evaluate("one => getComputedStyle(one).backgroundColor") == "rgb(255, 255, 255)"
    shown.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(link).to_be_focused()
    link.click()
    shown.go_back()

    expect(dialog).to_be_hidden()
    assert shown.url.endswith("/card")


def test_screen_stays_lit_while_the_code_is_large(shown, live_server):
    shown.add_init_script(
        "navigator.wakeLock && (WakeLock.prototype.request = async () => { window.lit = (window.lit ?? 0) + 1;"
        " return { released: false, release: async () => { window.lit -= 1; } }; })"
    )
    shown.goto(f"{live_server.url}/card")
    assert shown.evaluate("window.lit ?? 0") == 0

    shown.get_by_role("link", name="Show it large").click()
    until(shown, "window.lit === 1")
    shown.get_by_role("button", name="Close").click()

    until(shown, "window.lit === 0")


def test_large_code_has_a_page_of_its_own_without_a_script(maya, maya_in):
    card = card_of(maya)

    said = maya_in.get(reverse("passes:large_of", args=[card.serial])).text

    assert f'href="/card/{card.serial}"' in said
    assert 'aria-label="Code of the card"' in said


def test_printed_card_is_as_large_as_a_bank_card_folded(shown):
    shown.emulate_media(media="print")

    box = shown.locator(".pass").bounding_box()

    millimetre = 96 / 25.4
    assert box["width"] / millimetre == pytest.approx(85.6, abs=0.3)
    assert box["height"] / millimetre == pytest.approx(2 * 54, abs=0.3)
    code = shown.locator(".pass .qr").bounding_box()
    assert code["height"] / millimetre == pytest.approx(54, abs=0.3)
    assert shown.locator(".pass .qr svg").evaluate("one => getComputedStyle(one).shapeRendering") == "crispedges"
    expect(shown.get_by_role("link", name="Show it large")).to_be_hidden()
