"""A link opens one card without sign-in, for a while, and nothing else."""

from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from hypothesis import given, strategies as st

from gatehouse.core import links, sealing
from gatehouse.core.tests.camera import drawn
from gatehouse.mail import rendering
from gatehouse.mail.models import Letter
from gatehouse.mail.opening import opened
from gatehouse.passes import actions, card_links, phones
from gatehouse.passes.models import Design, GoogleAccount, Pass
from gatehouse.passes.tests.factories import PASS_TYPE, a_design, a_pass
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory, holder_of

pytestmark = pytest.mark.django_db

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1"
IPAD = "Mozilla/5.0 (iPad; CPU OS 12_5 like Mac OS X) AppleWebKit/605.1.15 Version/12.1 Mobile/15E148 Safari/604.1"
ANDROID = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 Chrome/131.0 Mobile Safari/537.36"
DESKTOP = "Mozilla/5.0 (X11; Linux x86_64; rv:133.0) Gecko/20100101 Firefox/133.0"


@pytest.fixture
def card() -> Pass:
    maya = PersonFactory(given_name="Maya", family_name="Okafor", email="maya@example.org")
    return a_pass(membership=MembershipFactory(person=maya, number="8-10024417", level="Friend"))


@pytest.fixture
def certificate(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return actions.make_test_certificates(actor=None, pass_type_id=PASS_TYPE)


def address(card, name="link", *, purpose=card_links.LETTER) -> str:
    return reverse(f"passes:{name}", args=[card_links.token(card.serial, purpose=purpose)])


@pytest.fixture
def ended(card, monkeypatch) -> str:
    """The token of a link whose time is over."""
    token = card_links.token(card.serial)
    monkeypatch.setitem(card_links.LIVES, card_links.LETTER, timedelta(0))
    return token


def test_link_shows_the_card_to_whoever_holds_it(card, client):
    answer = client.get(address(card))

    assert answer.status_code == 200
    assert all(words in answer.text for words in ("A card for Maya Okafor", "8-10024417", "Linden Garden, Friend"))


def test_page_behind_a_link_is_told_to_nobody(card, client):
    answer = client.get(address(card))

    assert "no-store" in answer["Cache-Control"]
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "no-referrer"


def test_link_gives_no_way_further(card, client):
    """No session, no form, no menu; what else there is of the same person stays behind the sign-in."""
    answer = client.get(address(card))
    page = BeautifulSoup(answer.text, "html.parser")

    assert not answer.cookies
    assert not page.select("form")
    assert {link["href"] for link in page.select("a")} <= {"#main", "/", "/card"}
    assert client.get(reverse("passes:card_of", args=[card.serial])).status_code == 302
    assert client.get(reverse("passes:file", args=[card.serial])).status_code == 302


def test_n7_link_shows_no_token_of_the_pass(card, client, caplog):
    said = client.get(address(card)).text

    secret = token_of(card)
    assert secret not in said
    assert secret not in caplog.text
    assert card_links.token(card.serial) not in caplog.text


def token_of(card: Pass) -> str:
    return sealing.unseal(bytes(card.sealed_token), purpose=Pass.PURPOSE).decode()


@pytest.mark.parametrize(
    "change",
    [
        lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
        lambda token: "x" + token,
        lambda token: token.partition(":")[0],
        lambda _: "x",
    ],
)
@pytest.mark.parametrize("name", ["link", "link_file"])
def test_changed_link_leads_nowhere(change, name, card, client):
    token = change(card_links.token(card.serial))

    answer = client.get(reverse(f"passes:{name}", args=[token]))

    assert answer.status_code == 404
    assert "Maya" not in answer.text
    assert "Send me a new link" not in answer.text


def test_link_for_something_else_opens_no_card(card, client):
    for purpose in ("unsubscribe", "passes.other"):
        answer = client.get(reverse("passes:link", args=[links.sign(purpose, card.serial)]))
        assert answer.status_code == 404


def test_link_of_a_card_opens_nothing_else(card):
    with pytest.raises(links.LinkUnusable):
        links.read("unsubscribe", card_links.token(card.serial), within=timedelta(days=1))


def test_ended_link_says_so_and_offers_a_new_one(ended, client):
    answer = client.get(reverse("passes:link", args=[ended]))

    assert answer.status_code == 410
    assert "This link has ended" in answer.text
    assert "Send me a new link" in answer.text
    assert "Maya" not in answer.text
    assert client.get(reverse("passes:link_file", args=[ended])).status_code == 410


def test_links_live_thirty_days_and_ten_minutes_at_the_desk():
    assert {card_links.LETTER: timedelta(days=30), card_links.DESK: timedelta(minutes=10)} == card_links.LIVES


def test_desks_link_ends_while_the_letters_lives_on(card, client, monkeypatch):
    desk = address(card, purpose=card_links.DESK)
    assert client.get(desk).status_code == 200

    monkeypatch.setitem(card_links.LIVES, card_links.DESK, timedelta(0))

    assert client.get(desk).status_code == 410
    assert client.get(address(card)).status_code == 200


def test_stopped_card_is_shown_by_no_link_and_neither_is_the_one_that_replaced_it(card, client):
    old = address(card)
    new = actions.replace_pass(card=card, actor=None)

    answer = client.get(old)

    assert answer.status_code == 410
    assert "This card was stopped" in answer.text
    assert new.serial not in answer.text
    assert client.get(address(card, "link_file")).status_code == 410


def test_card_of_nobody_any_more_is_gone(card, client):
    Pass.objects.update(membership=None)

    assert client.get(address(card)).status_code == 410


def test_gift_card_has_a_link_too(client):
    design = a_design(subject=Design.Subject.NOBODY)
    gift = actions.issue_pass(design=design, actor=None, own={"balance": "20"}, code="GIFT00000001")

    assert client.get(address(gift)).status_code == 200


# what is offered to which phone


@pytest.mark.parametrize(
    ("agent", "apple", "scan"),
    [(IPHONE, True, False), (IPAD, True, False), (ANDROID, False, False), (DESKTOP, True, True), ("", True, True)],
)
@pytest.mark.usefixtures("certificate")
def test_phones_are_offered_their_own_wallet(agent, apple, scan, card, client):
    said = client.get(address(card), headers={"User-Agent": agent}).text

    assert ("Add to Apple Wallet" in said) == apple
    assert ("Is your phone at hand?" in said) == scan


@pytest.mark.parametrize(("agent", "google"), [(IPHONE, False), (ANDROID, True), (DESKTOP, True)])
def test_google_is_offered_where_it_is_set_up(agent, google, card, client):
    GoogleAccount.objects.create(pk=1, issuer_id="3388", client_email="cards@example.org", sealed_key=b"-")

    said = client.get(address(card), headers={"User-Agent": agent}).text

    assert ("Add to Google Wallet" in said) == google


@pytest.mark.parametrize(
    ("agent", "device"), [(IPHONE, "apple"), (IPAD, "apple"), (ANDROID, "android"), (DESKTOP, "other"), ("", "other")]
)
def test_device_is_what_the_browser_says(agent, device):
    assert phones.device_of(agent) == device


def test_n23_file_behind_a_link_has_its_type_and_answers_304(card, certificate, client):
    first = client.get(address(card, "link_file"))
    again = client.get(address(card, "link_file"), headers={"If-Modified-Since": first["Last-Modified"]})

    assert first["Content-Type"] == "application/vnd.apple.pkpass"
    assert "signature" in ZipFile(BytesIO(first.content)).namelist()
    assert again.status_code == 304


def test_without_a_certificate_the_card_is_still_shown(card, client):
    assert "Add to Apple Wallet" not in client.get(address(card)).text
    assert client.get(address(card, "link_file")).status_code == 404


def test_desktop_shows_a_code_that_opens_the_same_page(card, client, settings):
    path = address(card)

    said = client.get(path, headers={"User-Agent": DESKTOP}).text

    assert drawn(said, ".scancode") == settings.BASE_URL + path


# a new link


def ask(token: str, client: Client | None = None, **headers: str):
    return (client or Client()).post(reverse("passes:ask_link", args=[token]), headers=headers)


def sent_link() -> str:
    said = opened(rendering.unseal(bytes(Letter.objects.get().rendered))).text
    return "/card/get/" + said.split("/card/get/")[1].split()[0]


def test_n4_new_link_goes_to_the_stored_address_whatever_is_posted(card, ended, client):
    answer = client.post(
        reverse("passes:ask_link", args=[ended]), {"to": "eve@example.org", "email": "eve@example.org", "name": "Eve"}
    )

    letter = Letter.objects.get()
    assert (letter.address, letter.name, letter.person) == ("maya@example.org", "Maya Okafor", card.holder)
    assert "maya@example.org" not in answer.text
    card.refresh_from_db()
    assert card.letter == letter


def test_new_link_works(card, ended, client, monkeypatch):
    ask(ended)

    monkeypatch.setitem(card_links.LIVES, card_links.LETTER, timedelta(days=30))
    assert client.get(sent_link()).status_code == 200


def test_answer_is_the_same_whether_or_not_a_letter_goes_out(card, ended):
    sent = ask(ended).text
    assert Letter.objects.count() == 1

    Pass.objects.update(membership=None)
    assert ask(ended).text == sent
    assert Letter.objects.count() == 1


@pytest.mark.parametrize("made", ["no address", "lapsed", "gone"])
def test_no_letter_without_an_address_or_for_a_card_that_is_over(made, card, ended):
    if made == "no address":
        card.holder.email = None
        card.holder.save()
    elif made == "lapsed":
        Pass.objects.update(content={**card.content, "is_void": True})
    else:
        card.delete()

    assert ask(ended).status_code == 200
    assert not Letter.objects.exists()


def test_new_links_are_sent_three_times_a_day(ended):
    answers = {ask(ended).text for _ in range(5)}

    assert Letter.objects.count() == 3
    assert len(answers) == 1


def test_a_network_asks_for_so_many_links_at_most(card, client, monkeypatch):
    monkeypatch.setattr(actions, "LINKS_OF_A_NETWORK", actions.LINKS_OF_A_NETWORK.__class__("n", 1, timedelta(days=1)))
    other = a_pass(card.design, MembershipFactory())

    ask(card_links.token(card.serial))
    ask(card_links.token(other.serial))

    assert Letter.objects.count() == 1


def test_letter_for_a_stopped_card_brings_the_new_one(card):
    old = card_links.token(card.serial)
    new = actions.replace_pass(card=card, actor=None)

    ask(old)

    assert card_links.serial_in(sent_link().rsplit("/", 1)[-1]) == new.serial


def test_n1_asking_needs_the_forms_token(ended):
    assert ask(ended, Client(enforce_csrf_checks=True)).status_code == 403
    assert not Letter.objects.exists()


def test_changed_link_asks_for_nothing(card):
    assert ask(card_links.token(card.serial)[:-2]).status_code == 404
    assert not Letter.objects.exists()


def test_looking_sends_nothing(ended, client):
    client.get(reverse("passes:link", args=[ended]))

    assert client.get(reverse("passes:ask_link", args=[ended])).status_code == 405
    assert not Letter.objects.exists()


@given(st.text(st.characters(exclude_characters="/"), min_size=1, max_size=80))
def test_any_text_in_place_of_a_token_leads_nowhere(text):
    with pytest.raises(links.LinkUnusable):
        card_links.serial_in(text)


@given(st.one_of(st.integers(), st.lists(st.text()), st.none(), st.just("")))
def test_a_token_that_says_no_serial_leads_nowhere(value):
    with pytest.raises(links.LinkUnusable):
        card_links.serial_in(links.sign(card_links.LETTER, value))


def test_link_of_an_erased_card_is_over(card, client):
    path = address(card)
    card.delete()

    assert client.get(path).status_code == 410


# at the desk


def test_code_at_the_desk_opens_the_card_on_the_phone(card, client):
    client.force_login(holder_of("passes.send"))

    said = client.get(reverse("passes:desk_code", args=[card.serial])).text

    path = drawn(said, ".scancode").split("example.org")[-1]
    token = path.rsplit("/", 1)[-1]
    assert "This code works until" in said
    assert links.read(card_links.DESK, token, within=timedelta(minutes=10)) == card.serial
    assert Client().get(reverse("passes:link", args=[token])).status_code == 200


def test_code_at_the_desk_is_fetched_again(card, client):
    client.force_login(holder_of("passes.send"))

    said = client.get(reverse("passes:desk_code_part", args=[card.serial])).text

    assert "data-going-on" in said
    assert "<html" not in said


@pytest.mark.parametrize("name", ["desk_code", "desk_code_part"])
def test_n1_code_at_the_desk_is_for_those_who_may_send(name, card, client):
    path = reverse(f"passes:{name}", args=[card.serial])
    assert client.get(path).status_code == 302

    client.force_login(holder_of("passes.view"))

    assert client.get(path).status_code == 403


def test_desk_hands_out_no_stopped_card(card, client):
    client.force_login(holder_of("passes.send"))
    actions.void_pass(card=card, reason="lost", actor=None)

    assert client.get(reverse("passes:desk_code", args=[card.serial])).status_code == 404


# in a browser


def test_ended_link_is_renewed_by_its_button(live_server, page, transactional_db, monkeypatch):
    """A form on a page that tells its address to nobody would have no origin, and be refused."""
    maya = PersonFactory(email="maya@example.org")
    token = card_links.token(a_pass(membership=MembershipFactory(person=maya)).serial)
    monkeypatch.setitem(card_links.LIVES, card_links.LETTER, timedelta(0))
    page.goto(f"{live_server.url}/card/get/{token}")

    page.get_by_role("button", name="Send me a new link").click()
    page.get_by_role("heading", name="Look into your mail").wait_for()

    assert Letter.objects.get().address == "maya@example.org"
