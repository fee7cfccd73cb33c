"""Signing out on a service's word."""

from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client as Browser
from joserfc import jwt
from joserfc.jwk import ECKey, OctKey

from gatehouse.core import clock
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions
from gatehouse.identity.oidc.models import Client, Grant
from gatehouse.identity.oidc.queries import keys
from gatehouse.identity.oidc.sids import sid_of
from gatehouse.identity.oidc.tests.browser.visiting import AFTERWARDS, CALLBACK, CHALLENGE, a_wiki, hidden
from gatehouse.identity.tests.factories import a_person
from gatehouse.journal.models import Entry

pytestmark = pytest.mark.django_db
PATH = "/oauth/logout"


def an_id_token(browser: Browser, person, client: Client, *, typ="JWT", key=None, header=None, **claims) -> str:
    """As the token endpoint gives it for the session of this browser."""
    now = int(clock.now().timestamp())
    said = {
        "iss": settings.BASE_URL, "aud": client.client_id, "iat": now, "exp": now + 600,
        "sub": actions.subject_of(person=person, client=client), "sid": sid_of(browser.session_row.pk, client.client_id),
    }  # fmt: skip
    key = key or keys.signing_key("ES256")
    about = {"alg": "ES256", "typ": typ, "kid": key.kid} | (header or {})
    return jwt.encode(about, said | claims, key, algorithms=["ES256", "HS256"])


def is_in(browser: Browser) -> bool:
    return BrowserSession.objects.filter(pk=browser.session_row.pk).exists()


@pytest.fixture
def at_wiki(maya, wiki, browser_of):
    """Maya's browser, signed in here and at the wiki."""
    browser = browser_of(maya)
    actions.begin_grant(
        client=wiki,
        person=maya,
        session=browser.session_row,
        scope="openid",
        redirect_uri=CALLBACK,
        challenge=CHALLENGE,
    )
    return browser


def test_an_id_token_of_this_session_signs_out_and_leads_back(maya, wiki, at_wiki):
    said = {"id_token_hint": an_id_token(at_wiki, maya, wiki), "post_logout_redirect_uri": AFTERWARDS, "state": "a b"}

    answer = at_wiki.get(PATH, said)

    assert (answer.status_code, answer["Location"]) == (302, f"{AFTERWARDS}?state=a%20b")
    assert not is_in(at_wiki)
    assert Grant.objects.get().ended_why == "signed-out"
    assert Entry.objects.filter(verb="session.ended").exists()


def test_m28_without_a_hint_the_person_is_asked(wiki, at_wiki):
    page = at_wiki.get(PATH, {"client_id": "wiki", "post_logout_redirect_uri": AFTERWARDS})
    still_in = is_in(at_wiki)

    answer = at_wiki.post(f"{PATH}/confirm", hidden(page.content.decode()))

    assert (page.status_code, still_in) == (200, True)
    assert "You come from Workshop Wiki" in page.content.decode()
    assert f"form-action 'self' {AFTERWARDS.rpartition('/')[0]};" in page["Content-Security-Policy"] + ";"
    assert (answer["Location"], is_in(at_wiki)) == (AFTERWARDS, False)


def test_n9_without_a_proof_a_get_changes_nothing(at_wiki):
    assert at_wiki.get(PATH).status_code == 200
    assert is_in(at_wiki)


def test_m28_another_sites_form_signs_nobody_out(maya, at_wiki):
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = at_wiki.cookies
    wish = hidden(strict.get(PATH).content.decode())["wish"]

    assert strict.post(f"{PATH}/confirm", {"wish": wish}).status_code == 403
    assert strict.post(PATH, {"client_id": "wiki"}).status_code == 303
    assert is_in(at_wiki)


@pytest.mark.parametrize(
    "forged",
    [
        {"key": ECKey.generate_key("P-256", {"kid": "x"})},
        {"key": OctKey.import_key(b"0" * 32, {"kid": "x"}), "header": {"alg": "HS256"}},
        {"typ": "at+jwt"},
        {"typ": "logout+jwt"},
        {"iss": "https://evil.example.org"},
        {"aud": "another"},
        {"sid": "another"},
        {"sub": "another"},
        {"sub": 1},
        {"exp": None},
    ],
)
def test_m28_a_forged_hint_is_as_good_as_none(forged, maya, wiki, at_wiki):
    hint = an_id_token(at_wiki, maya, wiki, **forged)

    answer = at_wiki.get(PATH, {"id_token_hint": hint, "client_id": "wiki", "post_logout_redirect_uri": AFTERWARDS})

    assert answer.status_code == 200
    assert is_in(at_wiki)


@pytest.mark.parametrize("hint", ["x", "a.b.c", "eyJhbGciOiJub25lIn0.e30.", "é.é.é", "x" * 100_000, "\0"])
def test_m47_a_broken_hint_is_as_good_as_none(hint, at_wiki):
    assert at_wiki.get(PATH, {"id_token_hint": hint}).status_code == 200
    assert is_in(at_wiki)


def test_m28_with_a_hint_that_ran_out_the_person_is_asked(maya, wiki, at_wiki, hands):
    hint = an_id_token(at_wiki, maya, wiki)
    hands.turn(minutes=11)

    page = at_wiki.get(PATH, {"id_token_hint": hint, "post_logout_redirect_uri": AFTERWARDS})

    assert (page.status_code, is_in(at_wiki)) == (200, True)
    assert at_wiki.post(f"{PATH}/confirm", hidden(page.content.decode()))["Location"] == AFTERWARDS


def test_m28_a_hint_of_another_session_of_the_same_person_asks(maya, wiki, at_wiki, browser_of):
    elsewhere = browser_of(maya)

    answer = at_wiki.get(PATH, {"id_token_hint": an_id_token(elsewhere, maya, wiki)})

    assert (answer.status_code, is_in(at_wiki), is_in(elsewhere)) == (200, True, True)


@pytest.mark.parametrize(
    "uri",
    [
        "https://wiki.example.org/other",
        "https://wiki.example.org/bye/",
        "https://wiki.example.org/bye?x=1",
        CALLBACK,
        "https://evil.example.org/bye",
        "//evil.example.org",
        "javascript:alert(1)",
        "",
    ],
)
def test_m27_n40_an_address_that_is_not_registered_for_it_is_not_gone_to(uri, maya, wiki, at_wiki):
    hint = an_id_token(at_wiki, maya, wiki)

    answer = at_wiki.get(PATH, {"id_token_hint": hint, "post_logout_redirect_uri": uri})

    assert (answer.status_code, "Location" in answer) == (200, False)
    assert "evil" not in answer.content.decode()
    assert not is_in(at_wiki), "the sign-out itself was proved"


def test_m27_not_by_another_services_registration_either(maya, wiki, at_wiki):
    a_wiki(client_id="forum", post_logout_uris=["https://forum.example.org/bye"])
    hint = an_id_token(at_wiki, maya, wiki)

    answer = at_wiki.get(PATH, {"id_token_hint": hint, "post_logout_redirect_uri": "https://forum.example.org/bye"})

    assert "Location" not in answer


def test_m27_a_client_that_is_not_the_hints_is_believed_in_nothing(maya, wiki, at_wiki):
    a_wiki(client_id="forum", post_logout_uris=["https://forum.example.org/bye"])
    said = {"id_token_hint": an_id_token(at_wiki, maya, wiki), "client_id": "forum"}

    answer = at_wiki.get(PATH, said | {"post_logout_redirect_uri": "https://forum.example.org/bye"})

    assert ("Location" in answer, is_in(at_wiki)) == (False, True)


def test_nobody_is_signed_in_any_more_and_the_hint_leads_back(maya, wiki, at_wiki, hands):
    hint = an_id_token(at_wiki, maya, wiki)
    hands.turn(hours=5)

    answer = Browser().get(PATH, {"id_token_hint": hint, "post_logout_redirect_uri": AFTERWARDS})

    assert (answer.status_code, answer["Location"]) == (302, AFTERWARDS)


def test_a_stranger_without_a_hint_goes_on_by_hand_alone(wiki):
    page = Browser().get(PATH, {"client_id": "wiki", "post_logout_redirect_uri": AFTERWARDS})

    assert (page.status_code, "Location" in page) == (200, False)
    assert f'href="{AFTERWARDS}"' in page.content.decode()


def test_the_question_names_what_else_ends(wiki, at_wiki):
    assert "Workshop Wiki" in at_wiki.get(PATH).content.decode()


@pytest.mark.parametrize("wish", ["", "x", "%00", "a:b:c"])
def test_m47_a_wish_that_was_tampered_with_leads_nowhere(wish, at_wiki):
    answer = at_wiki.post(f"{PATH}/confirm", {"wish": wish})

    assert (answer.status_code, is_in(at_wiki)) == (200, False)


def test_m19_a_service_switched_off_gets_nobody_back(maya, wiki, at_wiki):
    hint = an_id_token(at_wiki, maya, wiki)
    Client.objects.update(disabled_at=clock.now() - timedelta(days=1))

    answer = at_wiki.get(PATH, {"id_token_hint": hint, "post_logout_redirect_uri": AFTERWARDS})

    assert "Location" not in answer


def test_sign_out_of_a_session_ends_only_its_own(maya, wiki, at_wiki, browser_of):
    elsewhere = browser_of(maya)
    actions.begin_grant(
        client=wiki,
        person=maya,
        session=elsewhere.session_row,
        scope="openid",
        redirect_uri=CALLBACK,
        challenge=CHALLENGE,
    )

    at_wiki.post("/sign-out")

    assert Grant.objects.open().get().session == elsewhere.session_row.pk


def test_a_hint_of_a_person_who_is_not_here_asks(wiki, at_wiki, browser_of):
    ben = a_person()
    theirs = browser_of(ben)

    assert at_wiki.get(PATH, {"id_token_hint": an_id_token(theirs, ben, wiki)}).status_code == 200
    assert is_in(at_wiki)


def test_m47_a_form_of_a_megabyte_makes_no_address_of_a_megabyte(client):
    """What stands before us refuses such a header, and answers 502."""
    many = client.post(PATH, {f"a{number}": "x" * 8_000 for number in range(100)} | {"client_id": "wiki"})
    long = client.post(PATH, {"state": "x" * 8_000, "ui_locales": "x" * 8_000, "client_id": "wiki"})
    twice = client.post(PATH, {"client_id": ["wiki"] * 1_000})

    assert many["Location"] == f"{PATH}?client_id=wiki"
    assert long["Location"] == f"{PATH}?"
    assert twice["Location"] == f"{PATH}?client_id=wiki&client_id=wiki"
