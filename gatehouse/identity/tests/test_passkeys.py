"""Passkeys, by a key made of Python; in a real browser they are tried in test_passkeys_in_chromium.

The numbers are those of the identity reference: N of its section 1.3, M of its section 6.
"""

import json
import logging
import re

import pytest
from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from gatehouse.core import clock
from gatehouse.core.models import Rate
from gatehouse.identity import factors, passkeys
from gatehouse.identity.models import BrowserSession, SecondStep
from gatehouse.identity.tests.apps import codes_on, set_up_app
from gatehouse.identity.tests.factories import a_person
from gatehouse.identity.tests.keys import FLAG, HERE, Key, a_client, add_key, sign_in_with
from gatehouse.identity.tests.reading import last_letter, words_of
from gatehouse.journal.models import Entry

COOKIE = "gatehouse_passkey"


@pytest.fixture
def client():
    return a_client()


@pytest.fixture
def key(client, maya, sign_in):
    """Maya's, with which nothing was signed yet; she is signed in at `client`."""
    sign_in(client, maya)
    key = Key()
    add_key(client, key)
    return key


def test_a_passkey_is_kept_and_recovery_codes_come_with_the_first(client, maya, sign_in):
    sign_in(client, maya)
    first, second = add_key(client, Key()), add_key(client, Key(), name="Green key")

    assert len(codes_on(first)) == 10
    assert second.url == "/me/security"
    assert [row.data["name"] for row in factors.passkeys_of(maya)] == ["Blue key", "Green key"]
    assert "Green key" in client.get("/me/security").content.decode()
    assert Entry.objects.filter(verb="passkey.added").count() == 2


def test_a_passkey_signs_in_without_a_word_typed(key, maya):
    elsewhere = a_client()

    answer = sign_in_with(elsewhere, key, next="/me/sessions")

    assert answer.url == "/me/sessions"
    assert elsewhere.get("/me").context["user"] == maya
    assert list(BrowserSession.objects.latest("began_at").methods) == ["passkey"]


def test_a_passkey_is_enough_alone_where_a_second_step_is_asked_for(client, key, maya, sign_in, hands):
    client.post("/me/security/second-step", {"on": "1"})
    hands.turn(minutes=2)
    by_code = a_client()

    assert sign_in_with(a_client(), key).url == "/"
    assert sign_in(by_code, maya).url == "/sign-in/second"
    options = by_code.post("/sign-in/second/options").json()
    assert options["publicKey"]["allowCredentials"][0]["id"] == json.loads(key.sign(options))["id"]
    assert by_code.post("/sign-in/second", {"way": "passkey", "credential": key.sign(options)}).url == "/"


def test_a_passkey_may_be_the_only_thing_somebody_has(client, maya, sign_in):
    sign_in(client, maya)
    key = Key()
    add_key(client, key)
    maya.email = None
    maya.save()

    assert sign_in_with(a_client(), key).url == "/"


@pytest.mark.parametrize(
    "lie",
    [
        {"origin": "https://localhost.evil.example"},
        {"origin": "http://localhost:8080"},
        {"origin": "https://localhost"},
        {"origin": "http://evil.localhost"},
        {"rp_id": "evil.example"},
        {"flags": FLAG.UP},
        {"flags": FLAG.UV},
    ],
    ids=str,
)
def test_m43_another_origin_name_or_nobody_verified_is_refused(key, maya, lie):
    vars(key).update(lie)
    elsewhere = a_client()

    answer = sign_in_with(elsewhere, key)

    assert "was not taken" in answer.content.decode()
    assert elsewhere.get("/me").status_code == 302
    assert Entry.objects.filter(verb="sign-in.failed", details={"method": "passkey"}).count() == 1


@pytest.mark.parametrize(
    "lie", [{"origin": "https://evil.example"}, {"rp_id": "evil.example"}, {"flags": FLAG.UP}], ids=str
)
def test_m43_a_passkey_made_elsewhere_is_not_kept(client, maya, sign_in, lie):
    sign_in(client, maya)

    answer = add_key(client, Key(**lie))

    assert "was not taken" in answer.content.decode()
    assert not Authenticator.objects.exists()


def test_m43_a_challenge_counts_once(key):
    elsewhere = a_client()
    options = elsewhere.post("/sign-in/passkey/options").json()
    elsewhere.post("/sign-in/passkey", {"credential": key.sign(options)})
    elsewhere.post("/sign-out")

    again = elsewhere.post("/sign-in/passkey", {"credential": key.sign(options)})

    assert "was not taken" in again.content.decode()


def test_m43_a_challenge_is_this_browsers_for_this_purpose_and_ten_minutes(client, key, hands):
    elsewhere, other = a_client(), a_client()
    options = elsewhere.post("/sign-in/passkey/options").json()
    assert "was not taken" in other.post("/sign-in/passkey", {"credential": key.sign(options)}).content.decode()

    proving = client.post("/sign-in/prove/options").json()
    elsewhere.cookies[COOKIE] = client.cookies[COOKIE].value
    assert "was not taken" in elsewhere.post("/sign-in/passkey", {"credential": key.sign(proving)}).content.decode()

    options = elsewhere.post("/sign-in/passkey/options").json()
    elsewhere.cookies[COOKIE] = elsewhere.cookies[COOKIE].value[:-2] + "xx"
    assert "was not taken" in elsewhere.post("/sign-in/passkey", {"credential": key.sign(options)}).content.decode()


def test_m43_a_key_that_does_not_count_on_has_a_twin_and_is_refused(key):
    sign_in_with(a_client(), key)
    key.count -= 1

    assert "was not taken" in sign_in_with(a_client(), key).content.decode()
    assert sign_in_with(a_client(), key).status_code == 302


def test_keys_that_never_count_are_welcome_again_and_again(client, maya, sign_in):
    sign_in(client, maya)
    key = Key(counts=False)
    add_key(client, key)

    assert [sign_in_with(a_client(), key).status_code for _ in range(3)] == [302, 302, 302]


@pytest.mark.django_db(transaction=True)
def test_m43_of_many_with_one_signature_at_once_one_gets_in(together, sign_in):
    client, key = a_client(), Key()
    sign_in(client, a_person())
    add_key(client, key)
    begun = a_client()
    signed = key.sign(begun.post("/sign-in/passkey/options").json())

    def go():
        thief = a_client()
        thief.cookies[COOKIE] = begun.cookies[COOKIE].value
        return thief.post("/sign-in/passkey", {"credential": signed}).status_code

    assert sorted(together(*[go] * 6)) == [200] * 5 + [302]


def test_a_removed_passkey_opens_nothing(client, key, maya):
    (row,) = factors.passkeys_of(maya)
    client.post(f"/me/security/passkeys/{row.pk}/remove", {"sure": "1"})

    assert "was not taken" in sign_in_with(a_client(), key).content.decode()


def test_removing_the_last_one_ends_the_second_step(client, key, maya):
    client.post("/me/security/second-step", {"on": "1"})
    (row,) = factors.passkeys_of(maya)

    asked = client.post(f"/me/security/passkeys/{row.pk}/remove").content.decode()
    assert "The second step ends with it" in asked
    assert "Your 10 recovery codes open nothing any more." in asked
    assert factors.asks_second_step(maya), "nothing ends before somebody read that"

    client.post(f"/me/security/passkeys/{row.pk}/remove", {"sure": "1"})

    assert not SecondStep.objects.exists()
    assert not factors.codes_of(maya).exists()


def test_a_passkey_has_a_name_of_ones_own(client, key, maya):
    (row,) = factors.passkeys_of(maya)

    client.post(f"/me/security/passkeys/{row.pk}", {"name": "Red key"})

    assert factors.passkeys_of(maya).get().data["name"] == "Red key"
    assert sign_in_with(a_client(), key).status_code == 302


def test_n26_anothers_passkey_can_not_be_renamed_or_removed(key, maya, sign_in):
    ben = a_client()
    sign_in(ben, a_person())
    (row,) = factors.passkeys_of(maya)

    assert ben.post(f"/me/security/passkeys/{row.pk}", {"name": "mine"}).status_code == 404
    assert ben.post(f"/me/security/passkeys/{row.pk}/remove").status_code == 404


def test_anothers_passkey_does_not_prove_that_it_is_me(client, key, maya, sign_in):
    ben, bens = a_client(), Key()
    sign_in(ben, a_person())
    add_key(ben, bens)
    options = client.post("/sign-in/prove/options").json()

    answer = client.post("/sign-in/prove", {"way": "passkey", "credential": bens.sign(options), "again": "1"})

    assert "was not taken" in answer.content.decode()


def test_n19_somebody_who_left_does_not_come_in_by_passkey(key, maya):
    maya.left_at = clock.now()
    maya.save()

    assert "was not taken" in sign_in_with(a_client(), key).content.decode()


def test_m41_unknown_passkeys_and_unknown_people_read_the_same(key):
    foreign, nobodys = Key(), Key()
    foreign.handle, nobodys.handle = key.handle, bytes(16)

    pages = [sign_in_with(a_client(), lie) for lie in (foreign, nobodys)]

    assert [page.status_code for page in pages] == [200, 200]
    assert "was not taken" in pages[0].content.decode()
    assert plain(pages[0]) == plain(pages[1])


def test_asking_for_a_challenge_writes_nothing(db, client):
    with CaptureQueriesContext(connection) as queries:
        answer = client.post("/sign-in/passkey/options")

    assert answer.status_code == 200
    assert len(queries) == 0
    assert "allowCredentials" not in answer.json()["publicKey"]
    assert answer.json()["publicKey"]["userVerification"] == "required"
    assert not BrowserSession.objects.exists()
    assert not Rate.objects.exists()


def test_a_new_passkey_is_discoverable_and_not_made_twice_on_one_device(client, key):
    asked = client.post("/me/security/passkeys/options").json()["publicKey"]

    assert asked["authenticatorSelection"]["residentKey"] == "required"
    assert asked["authenticatorSelection"]["userVerification"] == "required"
    assert len(asked["excludeCredentials"]) == 1
    assert asked["user"]["name"] == "maya@example.org"


def test_at_a_number_passkeys_are_not_offered_and_the_page_says_why(maya, sign_in):
    client = Client(headers={"host": "127.0.0.1:8000"})
    sign_in(client, maya)

    assert "data-passkey" not in client.get("/sign-in?again=1").content.decode()
    assert "do not work" in client.get("/me/security/passkeys/add").content.decode()
    assert client.post("/me/security/passkeys/options").status_code == 409
    assert client.post("/sign-in/passkey/options").status_code == 409


def test_n6_at_a_number_the_second_step_still_has_a_way_or_says_why(client, key, maya, sign_in, hands):
    client.post("/me/security/second-step", {"on": "1"})
    hands.turn(minutes=2)
    at_a_number = Client(headers={"host": "127.0.0.1:8000"})
    sign_in(at_a_number, maya)

    with_codes = at_a_number.get("/sign-in/second").content.decode()
    maya.recovery_codes.all().delete()
    without = at_a_number.get("/sign-in/second").content.decode()

    assert 'name="recovery"' in with_codes
    assert "do not work" in without
    assert "An owner of this portal" in without


@pytest.mark.parametrize(
    ("base_url", "called", "is_production", "works"),
    [
        ("https://portal.example.org", "https://portal.example.org", True, True),
        ("https://portal.example.org", "https://alias.example.org", True, False),
        ("https://portal.example.org:8443", "https://portal.example.org:8443", True, True),
        ("https://portal.example.org:8443", "https://portal.example.org", True, False),
        ("http://portal.example.org", "http://portal.example.org", False, False),
        ("https://192.0.2.1", "https://192.0.2.1", True, False),
        ("https://[2001:db8::1]", "https://[2001:db8::1]", True, False),
        ("http://127.0.0.1:8000", "http://localhost:8000", False, True),
        ("https://portal.example.org", "http://localhost:8000", True, False),
    ],
)
def test_where_passkeys_work(base_url, called, is_production, works):
    place = passkeys.place_for(base_url=base_url, called=called, is_production=is_production)

    assert (place is not None) is works


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        "null",
        "\x00",
        '{"id": 1}',
        "[" * 15_000,
        "x" * 1_000_000,
        json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": {}}),
        json.dumps(
            {
                "id": "AAAA", "rawId": "AAAA", "type": "public-key",
                "response": {"clientDataJSON": "!", "authenticatorData": "AA", "signature": "AA", "userHandle": "AA"},
            }
        ),
    ],
    ids=lambda text: text[:12],
)  # fmt: skip
def test_n1_m47_hostile_answers_of_browsers(client, maya, sign_in, text):
    client.post("/sign-in/passkey/options")
    assert client.post("/sign-in/passkey", {"credential": text}).status_code == 200

    sign_in(client, maya)
    client.post("/me/security/passkeys/options")
    assert client.post("/me/security/passkeys/add", {"name": "x", "credential": text}).status_code == 200
    assert not Authenticator.objects.exists()


def test_m34_cookie_of_the_challenge_is_not_for_scripts(db, client):
    client.post("/sign-in/passkey/options")

    cookie = client.cookies[COOKIE]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["domain"]) == (True, "Lax", "/", "")
    assert HERE.startswith("http:")
    assert not cookie["secure"], "over http; under https test_n4_m34_cookies_under_https looks at all of them"


def test_n30_m50_neither_log_nor_journal_holds_what_factors_are_made_of(client, maya, sign_in, hands, caplog):
    caplog.set_level(logging.DEBUG)
    sign_in(client, maya)
    key = Key()
    (first, *codes) = codes_on(add_key(client, key))
    secret, _none = set_up_app(client)
    hands.turn(minutes=2)
    elsewhere = a_client()
    sign_in(elsewhere, maya)
    asked = elsewhere.post("/sign-in/second/options").json()["publicKey"]
    elsewhere.post("/sign-in/second", {"way": "totp", "code": "031337"})
    elsewhere.post("/sign-in/second", {"way": "recovery", "recovery": first})
    notice = re.search(r"/not-me/([^\s>)]+)", words_of(last_letter()))[1]
    client.get(f"/sign-in/not-me/{notice}")

    written = caplog.text + str([record.__dict__ for record in caplog.records])
    written += json.dumps(list(Entry.objects.values()), default=str)
    assert Entry.objects.filter(verb="session.began", details={"methods": ["code", "recovery"]}).exists()
    own = asked["allowCredentials"][0]["id"]
    for word in (first, *codes, secret, notice, "031337", asked["challenge"], own, key.id.hex(), maya.email):
        assert word not in written


def plain(page) -> str:
    return re.sub(r'(csrfmiddlewaretoken" value|nonce)="[^"]+"', "", page.content.decode())


def test_whoever_waits_for_a_code_may_take_a_passkey_after_all(maya):
    client = a_client()

    page = client.post("/sign-in", {"email": maya.email, "next": "/me/sessions"}, follow=True).content.decode()

    assert 'action="/sign-in/passkey"' in page
    assert page.index("Enter your code") < page.index("Use a passkey") < page.index("Use a password")
