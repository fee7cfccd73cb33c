"""Proof on demand: fresh pages, and levels that services ask for. M is section 6 of the identity reference."""

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from gatehouse.core import clock
from gatehouse.identity.acr import acr_of
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.tests.apps import code_of_app, set_up_app
from gatehouse.identity.tests.keys import Key, a_client, add_key
from gatehouse.identity.tests.reading import code_of, last_letter
from gatehouse.identity.views.requests import proved
from gatehouse.journal.models import Entry

SESSION = "gatehouse_session"
GOOD = "correct horse battery"
LEVELS = ("", "bronze", "silver", "gold")


def prove(level: str = "", next_path: str = "/me/password", **more: str) -> str:
    wanted = {"next": next_path} | ({"acr": level} if level else {}) | more
    return f"/sign-in/prove?{urlencode(wanted)}"


@pytest.fixture
def client():
    return a_client()


@pytest.fixture
def session(client):
    return lambda: BrowserSession.objects.get(person__isnull=False)


def level_of(session) -> str:
    return acr_of(session.methods, now=clock.now())


def test_whoever_proved_it_just_now_goes_straight_on(client, maya, sign_in):
    sign_in(client, maya)

    assert client.get(prove()).url == "/me/password"
    assert client.get(prove("silver")).url == "/me/password"
    assert client.get(prove("silver", again="1")).status_code == 200, "max_age and prompt=login ask even then"


def test_where_nothing_is_typed_the_page_shows_no_field(client, maya, sign_in):
    sign_in(client, maya)

    page = client.get(prove("silver", again="1")).content.decode()

    assert "E-mail me a code" in page
    assert "None" not in page


def test_by_code_once_more(client, maya, sign_in, hands):
    sign_in(client, maya)
    hands.turn(minutes=21)

    sent = client.post(prove(), {"way": "code", "next": "/me/password"})
    back = client.post(sent.url, {"code": code_of(last_letter())})

    assert (sent.url, back.url) == ("/sign-in/code", "/me/password")
    assert client.get("/me/password").status_code == 200


def test_by_password_which_is_enough_for_bronze_and_for_fresh_pages(client, maya, sign_in, hands, session):
    maya.set_password(GOOD)
    maya.save()
    sign_in(client, maya)
    hands.turn(minutes=21)
    offered = [client.get(prove(level, again="1")).context["asking"].ways for level in LEVELS]

    wrong = client.post(prove(), {"way": "password", "password": "not that one"})
    right = client.post(prove(), {"way": "password", "password": GOOD, "next": "/me/password"})

    assert offered == [["code", "password"], ["code", "password"], ["code"], []]
    assert wrong.status_code == 200
    assert right.url == "/me/password"
    assert level_of(session()) == "bronze"


def test_m32_gold_is_reached_by_app_and_by_passkey_alone(client, maya, sign_in, hands, session):
    sign_in(client, maya)
    secret, _codes = set_up_app(client)
    key = Key()
    add_key(client, key)
    hands.turn(minutes=21)
    assert level_of(session()) == "bronze"
    assert client.get(prove("gold")).context["asking"].ways == ["passkey", "totp"]

    options = client.post("/sign-in/prove/options").json()
    by_key = client.post(
        prove("gold"), {"way": "passkey", "credential": key.sign(options), "next": "/me", "acr": "gold"}
    )
    assert (by_key.url, level_of(session())) == ("/me", "gold")

    hands.turn(minutes=21)
    by_app = client.post(prove("gold"), {"way": "totp", "code": code_of_app(secret), "next": "/me", "acr": "gold"})
    assert (by_app.url, level_of(session())) == ("/me", "gold")


def test_m32_who_has_nothing_for_gold_is_led_to_setting_it_up_and_back(client, maya, sign_in):
    sign_in(client, maya)
    address = prove("gold", "/oauth/authorize?client_id=wiki")

    page = client.get(address).content.decode()
    set_up = next(part for part in page.split('"') if part.startswith("/me/security/app?"))
    back = parse_qs(urlsplit(set_up).query)["next"][0]

    assert back == address
    assert client.get(set_up.replace("&amp;", "&")).context["next"] == address


def test_with_a_second_step_a_code_by_mail_is_no_proof_for_what_matters(client, maya, sign_in, hands):
    sign_in(client, maya)
    _secret, codes = set_up_app(client)
    hands.turn(minutes=21)

    ways = client.get(client.get("/me/password").url).context["asking"].ways
    client.post(prove(), {"way": "recovery", "recovery": codes[0], "next": "/me/password"})

    assert ways == ["totp", "recovery"]
    assert client.get("/me/password").status_code == 200


def test_m33_proof_gives_the_session_a_new_key(client, maya, sign_in, hands):
    sign_in(client, maya)
    secret, _codes = set_up_app(client)
    hands.turn(minutes=21)
    before = client.cookies[SESSION].value

    client.post(prove(), {"way": "totp", "code": code_of_app(secret)})

    assert client.cookies[SESSION].value != before
    stranger = a_client()
    stranger.cookies[SESSION] = before
    assert stranger.get("/me").status_code == 302
    assert Entry.objects.filter(verb="session.proved", details={"method": "totp"}).count() == 2  # and at the set-up


def test_a_session_does_not_grow_with_each_proof(client, maya, sign_in, hands, session):
    sign_in(client, maya)
    secret, _codes = set_up_app(client)
    sizes = set()
    for _ in range(3):
        hands.turn(minutes=2)
        client.post(prove(), {"way": "totp", "code": code_of_app(secret)})
        sizes.add(len(session().methods))

    assert sizes == {2}


def test_m36_one_is_never_sent_away_after_proof(client, maya, sign_in):
    sign_in(client, maya)

    for evil in ("https://evil.example", "//evil.example", "/\\evil.example", "javascript:alert(1)"):
        assert client.get(prove(next_path=evil)).url == "/me/security"


def test_m37_m38_on_to_another_house_one_goes_by_a_page_of_its_own(client, maya):
    """For Chromium holds a redirect after a form against `form-action 'self'`, also some steps later."""
    client.post("/sign-in", {"email": maya.email, "next": "/oauth/authorize?client_id=wiki"})

    answer = client.post("/sign-in/code", {"code": code_of(last_letter())})

    assert answer.status_code == 200
    assert 'content="0; url=/oauth/authorize?client_id=wiki"' in answer.content.decode()
    assert answer.cookies[SESSION].value
    assert answer["Cache-Control"].startswith("max-age=0")


def test_strangers_sign_in_first_and_come_back(client, db):
    answer = client.get(prove("gold"))

    assert answer.status_code == 302
    assert urlsplit(answer.url).path == "/sign-in"
    assert parse_qs(urlsplit(answer.url).query)["next"] == [prove("gold")]


def test_acts_without_a_page_come_back_to_a_page(client, maya, sign_in, hands):
    sign_in(client, maya)
    hands.turn(minutes=21)

    assert client.post("/me/password/remove").url == "/sign-in/prove?next=%2Fme%2Fsecurity"


def test_a_fob_alone_is_no_proof_for_what_matters(client, maya, sign_in, session):
    sign_in(client, maya)
    row = session()
    store = client.session
    for record in (records := store["account_authentication_methods"]):
        record["method"] = "fob"
    store["account_authentication_methods"] = records
    store.save()

    assert BrowserSession.objects.get(pk=row.pk).methods.keys() == {"fob"}
    assert client.get("/me/password").url.startswith("/sign-in/prove")


@pytest.mark.parametrize("level", ["", "platinum", "\x00", "gold gold", "x" * 10_000])
def test_n1_m47_hostile_levels(client, maya, sign_in, level):
    sign_in(client, maya)

    assert client.get("/sign-in/prove", {"acr": level}).status_code == 302
    assert client.post("/sign-in/prove", {"acr": level, "way": level, "again": "1"}).status_code == 200


def test_any_page_may_want_to_be_sure(client, maya, sign_in, hands):
    """`proved("silver")` on a view: what a service asks for by acr_values, our own pages may too."""
    sign_in(client, maya)
    request = RequestFactory().get("/somewhere?x=1")
    request.session, request.user = client.session, maya
    page = proved("silver")(lambda _request: HttpResponse("in"))

    assert page(request).content == b"in"
    hands.turn(minutes=21)
    assert page(request).url == "/sign-in/prove?next=%2Fsomewhere%3Fx%3D1&acr=silver"
