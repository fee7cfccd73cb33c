"""A request that was pushed, opened by a browser (RFC 9126, section 4)."""

from urllib.parse import urlencode

import pytest
from django.test import Client as Browser

from gatehouse.identity.oidc import actions, addresses, pkce
from gatehouse.identity.oidc.models import Client, Code, Grant, PushedRequest
from gatehouse.identity.oidc.refusals import RequestUriUnusable
from gatehouse.identity.oidc.tests.browser.test_authorize import onward
from gatehouse.identity.oidc.tests.browser.test_races import same
from gatehouse.identity.oidc.tests.browser.visiting import (
    CALLBACK,
    CHALLENGE,
    ISSUER,
    a_wiki,
    address,
    answer_in,
    come_in,
    hidden,
)
from gatehouse.identity.oidc.tests.factories import VERIFIER, a_secret
from gatehouse.identity.oidc.tests.holding import Holder
from gatehouse.identity.oidc.views.asking import OPENED_BY
from gatehouse.identity.tests.factories import a_person
from gatehouse.identity.tests.reading import code_of, last_letter

pytestmark = pytest.mark.django_db
ASKED = {
    "client_id": "wiki",
    "response_type": "code",
    "redirect_uri": CALLBACK,
    "scope": "openid profile",
    "state": "a state",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def pushed(client: Client, **changes: str) -> str:
    """The address a browser is sent to."""
    uri = actions.push_request(client=client, query=urlencode(ASKED | changes))
    return at(uri, client_id=client.client_id)


def at(uri: str, **more: str) -> str:
    return f"/oauth/authorize?{urlencode({'client_id': 'wiki', 'request_uri': uri, **more})}"


@pytest.fixture
def allowed(maya, wiki):
    actions.give_consent(person=maya, client=wiki, scopes=["openid", "profile"])
    return maya


def refused(answer) -> bool:
    """On a page of ours, and sent nowhere."""
    page = answer.content.decode()
    return (answer.status_code, "Location" in answer, "invalid_request_uri" in page) == (400, False, True)


def test_what_was_pushed_is_answered_as_if_it_had_been_asked(allowed, wiki, browser_of):
    answer = browser_of(allowed).get(pushed(wiki, nonce="n"))

    said = answer_in(answer["Location"])
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, CALLBACK)
    assert (said["state"], said["iss"], len(said["code"])) == ("a state", ISSUER, 43)
    assert Grant.objects.get().nonce == "n"


def test_once(allowed, wiki, browser_of):
    browser, there = browser_of(allowed), pushed(wiki)

    assert browser.get(there).status_code == 302
    assert refused(browser.get(there))
    assert refused(browser_of(allowed).get(there))
    assert Code.objects.count() == 1


def test_what_stands_beside_it_in_the_address_has_no_word(allowed, wiki, browser_of):
    there = pushed(wiki)
    evil = urlencode({"redirect_uri": "https://evil.example.org/", "scope": "openid email", "state": "other"})

    answer = browser_of(allowed).get(f"{there}&{evil}")

    assert answer["Location"].startswith(f"{CALLBACK}?")
    assert answer_in(answer["Location"])["state"] == "a state"
    assert Grant.objects.get().scope == "openid profile"


def test_m6_another_services_request_is_not_opened(allowed, wiki, browser_of):
    other = a_wiki(client_id="other")
    uri = actions.push_request(client=wiki, query=urlencode(ASKED))

    assert refused(browser_of(allowed).get(at(uri, client_id=other.client_id)))
    assert browser_of(allowed).get(at(uri)).status_code == 302


@pytest.mark.parametrize("name", ["x" * 43, "", "é", "\0", "x" * 3_000])
def test_m1_a_name_that_nobody_pushed_leads_nowhere(name, allowed, browser_of):
    answer = browser_of(allowed).get(at(f"{PushedRequest.PREFIX}{name}", redirect_uri="https://evil.example.org/"))

    assert (answer.status_code, "Location" in answer) == (400, False)
    assert "evil" not in answer.content.decode()


def test_m47_two_names_are_none(allowed, wiki, browser_of):
    there = pushed(wiki)

    for more in (f"&request_uri={PushedRequest.PREFIX}x", "&request_uri=https://evil.example.org/", "&client_id=wiki"):
        assert browser_of(allowed).get(there + more).status_code == 400
    assert browser_of(allowed).get(there).status_code == 302


def test_a_request_at_another_place_is_never_fetched(allowed, wiki, browser_of):
    answer = browser_of(allowed).get(address(request_uri="https://evil.example.org/request"))

    assert answer_in(answer["Location"])["error"] == "request_uri_not_supported"


def test_it_is_opened_within_a_minute(allowed, wiki, browser_of, hands):
    in_time, too_late = pushed(wiki), pushed(wiki)

    hands.turn(seconds=59)
    assert browser_of(allowed).get(in_time).status_code == 302
    hands.turn(seconds=1)
    assert refused(browser_of(allowed).get(too_late))


def test_the_page_that_asks_may_be_loaded_again_and_be_read_at_leisure(maya, wiki, browser_of, hands):
    browser, there = browser_of(maya), pushed(wiki)
    first, again = browser.get(there), browser.get(there)
    hands.turn(minutes=10)
    later = browser.get(there)

    assert [page.status_code for page in (first, again, later)] == [200] * 3
    said = hidden(again.content.decode())
    assert "code_challenge" not in str(said)
    answer = browser.post("/oauth/authorize/consent", said | {"answer": "allow"})
    assert answer["Location"].startswith(f"{CALLBACK}?code=")
    assert refused(browser.get(there))
    assert refused(browser.post("/oauth/authorize/consent", said | {"answer": "allow"}))


def test_but_not_for_ever(maya, wiki, browser_of, hands):
    browser, there = browser_of(maya), pushed(wiki)
    browser.get(there)

    hands.turn(minutes=30)

    assert refused(browser.get(there))


def test_another_browser_does_not_see_it_once_it_was_opened(maya, wiki, browser_of):
    there = pushed(wiki)
    one = browser_of(maya)
    said = hidden(one.get(there).content.decode())

    assert refused(browser_of(maya).get(there))
    assert refused(Browser().get(there))
    stranger = browser_of(maya)
    assert refused(stranger.post("/oauth/authorize/consent", said | {"answer": "allow"}))
    assert one.get(there).status_code == 200


def test_signing_in_meanwhile_does_not_lose_it(maya, wiki):
    browser, there = Browser(), pushed(wiki)
    gate = browser.get(there)
    assert browser.get(there).status_code == 200  # loaded again
    next_path = hidden(gate.content.decode())["next"]
    assert "code_challenge" not in next_path
    sent = browser.post("/sign-in", {"email": maya.email, "next": next_path})
    browser.get(sent["Location"])
    entered = browser.post("/sign-in/code", {"code": code_of(last_letter())})
    question = browser.get(onward(entered))
    back = browser.post("/oauth/authorize/consent", hidden(question.content.decode()) | {"answer": "allow"})

    assert back["Location"].startswith(f"{CALLBACK}?code=")
    assert Grant.objects.get().person == maya


def test_m30_a_proof_meanwhile_does_not_lose_it(allowed, wiki, browser_of):
    browser, there = browser_of(allowed, code=4_000), pushed(wiki, max_age="60")

    assert browser.get(there)["Location"].startswith("/sign-in/prove?")
    assert browser.get(there)["Location"].startswith("/sign-in/prove?")
    come_in(browser, allowed, code=1)
    assert browser.get(there)["Location"].startswith(f"{CALLBACK}?code=")


def test_an_error_is_an_answer_too(maya, wiki, browser_of):
    silent, refusal = pushed(wiki, prompt="none"), pushed(wiki)
    browser = browser_of(maya)

    assert answer_in(browser.get(silent)["Location"])["error"] == "consent_required"
    assert refused(browser.get(silent))
    said = hidden(browser.get(refusal).content.decode()) | {"answer": "refuse"}
    assert answer_in(browser.post("/oauth/authorize/consent", said)["Location"])["error"] == "access_denied"
    assert refused(browser.get(refusal))


def test_m37_a_form_of_another_site_may_bring_it(allowed, wiki, browser_of):
    uri = actions.push_request(client=wiki, query=urlencode(ASKED))
    browser = browser_of(allowed)

    answer = browser.post("/oauth/authorize", {"client_id": "wiki", "request_uri": uri})

    assert answer.status_code == 303
    assert browser.get(answer["Location"])["Location"].startswith(f"{CALLBACK}?code=")


def test_m34_the_browser_is_known_by_a_cookie_that_scripts_do_not_see(maya, wiki, browser_of):
    browser = browser_of(maya)
    cookie = browser.get(pushed(wiki)).cookies[OPENED_BY]

    assert (cookie["httponly"], cookie["samesite"], cookie["path"], cookie["max-age"]) == (True, "Lax", "/", 1800)
    assert cookie.value not in repr(list(PushedRequest.objects.values()))
    browser.cookies[OPENED_BY] = "é" * 40
    assert browser.get(pushed(wiki)).status_code == 200
    assert OPENED_BY not in browser_of(maya).get(address()).cookies


def test_an_address_taken_from_the_service_meanwhile_is_not_gone_to(allowed, wiki, browser_of):
    there = pushed(wiki)
    Client.objects.update(redirect_uris=["https://wiki.example.org/other"])

    answer = browser_of(allowed).get(there)

    assert (answer.status_code, "Location" in answer) == (400, False)


def test_n14_a_service_that_pushes_is_not_asked_for_by_the_browser_alone(allowed, wiki, browser_of):
    Client.objects.update(needs_par=True)

    told = answer_in(browser_of(allowed).get(address())["Location"])
    assert (told["error"], told["state"], told["iss"]) == ("invalid_request", "a state", ISSUER)
    evil = browser_of(allowed).get(address(redirect_uri="https://evil.example.org/"))
    assert (evil.status_code, "Location" in evil) == (400, False)
    assert browser_of(allowed).get(pushed(wiki))["Location"].startswith(f"{CALLBACK}?code=")


def test_a_key_named_with_the_request_binds_the_code(allowed, wiki, browser_of):
    holder, browser = Holder(), browser_of(allowed)
    browser.get(pushed(wiki, dpop_jkt=holder.jkt))
    browser.get(address(dpop_jkt=holder.jkt))

    assert list(Grant.objects.values_list("dpop_key", flat=True)) == [holder.jkt] * 2
    told = answer_in(browser.get(address(dpop_jkt="x"))["Location"])
    assert told["error"] == "invalid_request"


def test_the_whole_way_with_a_key(allowed, wiki, browser_of):
    """Pushed with a proof, opened, redeemed with another proof of the same key."""
    wiki.secret, holder = a_secret(wiki), Holder()
    asked = {**ASKED, "code_challenge": pkce.challenge_of(VERIFIER)}
    uri = holder.speaking(addresses.PUSH).push(wiki, **asked).body["request_uri"]
    code = answer_in(browser_of(allowed).get(at(uri))["Location"])["code"]

    assert Holder().speaking().redeem(wiki, code).error == "invalid_grant"
    tokens = holder.speaking().redeem(wiki, code).body
    assert tokens["token_type"] == "DPoP"
    assert holder.userinfo(tokens["access_token"]).body["sub"] == Grant.objects.get().subject


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(5))
def test_of_many_tabs_at_once_one_is_answered(number, together):
    maya, browser, wiki = a_person(), Browser(), a_wiki()
    actions.give_consent(person=maya, client=wiki, scopes=["openid", "profile"])
    come_in(browser, maya)
    browser.cookies[OPENED_BY] = "o" * 43
    there, tabs = pushed(wiki), [same(browser) for _tab in range(8)]

    answers = together(*(lambda tab=tab: tab.get(there) for tab in tabs))

    assert sorted(answer.status_code for answer in answers) == [302] + [400] * 7
    assert Code.objects.count() == Grant.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("number", range(5))
def test_of_many_browsers_at_once_one_opens_it(number, together):
    wiki = a_wiki()
    uri = actions.push_request(client=wiki, query=urlencode(ASKED))

    def open_it(browser):
        return actions.open_pushed(client=wiki, request_uri=uri, browser=browser)

    outcomes = together(*(lambda name=name: open_it(name) for name in "abcdefgh"))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["RequestUriUnusable"] * 7 + ["str"]
    with pytest.raises(RequestUriUnusable):
        open_it("z")


@pytest.mark.django_db(transaction=True)
def test_two_tabs_of_one_browser_that_open_it_at_once_both_have_it(together):
    wiki = a_wiki()
    uri = actions.push_request(client=wiki, query=urlencode(ASKED))

    outcomes = together(*[lambda: actions.open_pushed(client=wiki, request_uri=uri, browser="one")] * 6)

    assert set(outcomes) == {urlencode(ASKED)}
