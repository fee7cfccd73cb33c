"""The authorization endpoint as a browser meets it."""

import re
from html import unescape
from urllib.parse import parse_qsl

import pytest
from django.test import Client as Browser

from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions
from gatehouse.identity.oidc.models import Client, Consent, Grant
from gatehouse.identity.oidc.tests.browser.test_uris import VARIANTS
from gatehouse.identity.oidc.tests.browser.visiting import CALLBACK, ISSUER, a_wiki, address, answer_in, hidden, proved
from gatehouse.identity.tests.factories import a_person
from gatehouse.identity.tests.reading import code_of, last_letter
from gatehouse.people.models import Role, RoleGrant

pytestmark = pytest.mark.django_db


def onward(page) -> str:
    """Where a page goes on to by itself."""
    return unescape(re.search(r'http-equiv="refresh" content="0; url=([^"]+)"', page.content.decode())[1])


@pytest.fixture
def allowed(maya, wiki):
    actions.give_consent(person=maya, client=wiki, scopes=["openid", "profile"])
    return maya


def test_somebody_who_allowed_it_is_sent_back_with_a_code(allowed, browser_of):
    answer = browser_of(allowed).get(address())

    said = answer_in(answer["Location"])
    assert (answer.status_code, answer["Location"].partition("?")[0]) == (302, CALLBACK)
    assert (said["state"], said["iss"], len(said["code"])) == ("a state", ISSUER, 43)
    grant = Grant.objects.get()
    assert (grant.person, grant.scope, grant.acr, grant.amr) == (allowed, "openid profile", "silver", ["email"])


def test_m48_answers_are_kept_nowhere_and_named_to_nobody(allowed, browser_of):
    answer = browser_of(allowed).get(address())

    assert "no-store" in answer["Cache-Control"]
    assert answer["Referrer-Policy"] == "no-referrer"


@pytest.mark.parametrize("uri", [uri for uri in VARIANTS if uri])
def test_m1_an_address_nobody_registered_is_never_gone_to(uri, allowed, browser_of):
    answer = browser_of(allowed).get(address(redirect_uri=uri))

    assert (answer.status_code, "Location" in answer) == (400, False)
    assert "evil" not in answer.content.decode()


def test_m1_not_even_to_be_told_of_another_mistake(wiki):
    answer = Browser().get(address(redirect_uri="https://evil.example.org/", response_type="token"))

    assert (answer.status_code, "Location" in answer) == (400, False)


def test_m2_an_app_on_this_machine_listens_where_it_can(maya, browser_of):
    phone = a_wiki(kind=Client.Kind.NATIVE, proof=Client.Proof.NONE, redirect_uris=["http://127.0.0.1/callback"])
    actions.give_consent(person=maya, client=phone, scopes=["openid", "profile"])

    answer = browser_of(maya).get(address(redirect_uri="http://127.0.0.1:51234/callback"))

    assert answer["Location"].startswith("http://127.0.0.1:51234/callback?code=")


@pytest.mark.parametrize(
    "changes", [{"redirect_uri": None}, {"client_id": None}, {"client_id": "other"}, {"client_id": "\0"}]
)
def test_m3_without_a_certain_service_there_is_only_a_page(changes, allowed, browser_of):
    answer = browser_of(allowed).get(address(**changes))

    assert (answer.status_code, "Location" in answer) == (400, False)


@pytest.mark.parametrize("name", ["client_id", "redirect_uri"])
def test_m47_two_of_them_are_none(name, allowed, browser_of):
    assert browser_of(allowed).get(f"{address()}&{name}=wiki").status_code == 400


def test_a_service_that_was_switched_off_signs_nobody_in(allowed, wiki, browser_of, hands):
    Client.objects.update(disabled_at=hands.time)

    assert browser_of(allowed).get(address()).status_code == 400


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"scope": "nothing"}, "invalid_scope"),
        ({"prompt": "none", "scope": "openid email"}, "consent_required"),
        ({"prompt": "none", "max_age": "0"}, "login_required"),
        ({"prompt": "none", "acr_values": "gold"}, "unmet_authentication_requirements"),
    ],
)
def test_m13_n38_an_error_names_its_issuer_too(changes, error, allowed, browser_of):
    answer = browser_of(allowed).get(address(**changes))

    said = answer_in(answer["Location"])
    assert (answer.status_code, said["error"], said["state"], said["iss"]) == (302, error, "a state", ISSUER)
    assert "code" not in said


def test_m31_prompt_none_without_anybody(wiki):
    assert answer_in(Browser().get(address(prompt="none"))["Location"])["error"] == "login_required"


def test_a_stranger_meets_the_gate_at_once_and_is_told_where_it_leads(wiki):
    page = Browser().get(address(login_hint="maya@example.org")).content.decode()

    assert "Workshop Wiki" in page
    assert 'value="maya@example.org"' in page
    assert 'action="/sign-in"' in page


def test_the_whole_way_is_six_requests_with_a_code_by_letter_and_the_question(maya, wiki):
    browser, asked = Browser(), []

    def ask(method: str, path: str, **sent):
        asked.append(path.partition("?")[0])
        return getattr(browser, method)(path, **sent)

    gate = ask("get", address())
    sent = ask("post", "/sign-in", data={"email": maya.email, "next": hidden(gate.content.decode())["next"]})
    ask("get", sent["Location"])
    entered = ask("post", "/sign-in/code", data={"code": code_of(last_letter())})
    question = ask("get", onward(entered))
    back = ask("post", "/oauth/authorize/consent", data=hidden(question.content.decode()) | {"answer": "allow"})

    assert back["Location"].startswith(f"{CALLBACK}?code=")
    assert asked == ["/oauth/authorize", "/sign-in", "/sign-in/code", "/sign-in/code", "/oauth/authorize", "/oauth/authorize/consent"]  # fmt: skip


def test_after_a_form_of_the_gate_the_way_begins_anew(allowed, wiki):
    """Forms may lead nowhere but here, and browsers hold the redirects after a form to it; so a page goes on by itself."""
    browser = Browser()
    gate = hidden(browser.get(address()).content.decode())["next"]
    browser.post("/sign-in", {"email": allowed.email, "next": gate})

    entered = browser.post("/sign-in/code", {"code": code_of(last_letter())})

    assert (entered.status_code, "Location" in entered) == (200, False)
    assert browser.get(onward(entered))["Location"].startswith(f"{CALLBACK}?code=")


def test_m30_prompt_login_is_met_by_a_newer_proof_alone(allowed, browser_of, hands):
    browser = browser_of(allowed, password=60)

    gate = browser.get(address(prompt="login"))
    back = answer_in(gate["Location"])["next"]
    early = browser.get(back)
    hands.turn(seconds=20)
    proved(browser.session_row, code=5)
    late = browser.get(back)

    assert (gate.status_code, gate["Location"].partition("?")[0]) == (303, "/sign-in/prove")
    assert early.status_code == 303, "nothing was proved meanwhile"
    assert "code=" in late["Location"]
    assert hands.time.timestamp() - Grant.objects.get().signed_in_at.timestamp() == pytest.approx(5)


def test_m30_max_age_of_one_second(allowed, browser_of, hands):
    browser = browser_of(allowed, code=2)

    back = answer_in(browser.get(address(max_age="1"))["Location"])["next"]
    hands.turn(seconds=30)
    proved(browser.session_row, code=10)

    assert "code=" in browser.get(back)["Location"]
    assert browser.get(address(max_age="1")).status_code == 303, "asked anew, it counts anew"


def test_m30_what_was_proved_for_one_request_says_nothing_of_another(allowed, browser_of):
    browser = browser_of(allowed)
    back = answer_in(browser.get(address(prompt="login"))["Location"])["next"]

    assert browser.get(back.replace("a+state", "other")).status_code == 303


def test_m32_a_level_is_stepped_up_to(allowed, browser_of):
    Client.objects.update(acr_floor="silver")
    browser = browser_of(allowed, code=60 * 60)

    gate = answer_in(browser.get(address())["Location"])
    proved(browser.session_row, code=-1)

    assert (gate["acr"], gate["again"]) == ("silver", "1")
    assert "code=" in browser.get(gate["next"])["Location"]


def test_m32_a_level_that_stays_unmet_is_an_error(allowed, browser_of):
    browser = browser_of(allowed, code=5)

    back = answer_in(browser.get(address(acr_values="gold"))["Location"])["next"]
    proved(browser.session_row, code=-1)
    said = answer_in(browser.get(back)["Location"])

    assert (said["error"], said["iss"]) == ("unmet_authentication_requirements", ISSUER)
    assert not Grant.objects.exists()


def test_without_the_role_nobody_comes_in_and_nothing_is_told(maya, wiki, browser_of):
    wiki.roles.add(Role.objects.get(slug="tutor"))

    page = browser_of(maya).get(address())

    assert page.status_code == 403
    assert "error=access_denied" in page.content.decode()
    assert not Grant.objects.exists()


def test_with_the_role_one_is_asked(maya, wiki, browser_of):
    wiki.roles.add(Role.objects.get(slug="tutor"))
    RoleGrant.objects.create(person=maya, role=Role.objects.get(slug="tutor"))

    assert "asks who you are" in browser_of(maya).get(address()).content.decode()


def test_a_form_of_another_site_is_followed_as_an_address(allowed, browser_of):
    path, _, query = address().partition("?")
    browser = browser_of(allowed)
    browser.handler.enforce_csrf_checks = True

    sent = browser.post(path, dict(parse_qsl(query)))

    assert sent.status_code == 303
    assert browser.get(sent["Location"])["Location"].startswith(CALLBACK)


def test_a_request_too_long_for_an_address_waits_in_the_session(maya, wiki):
    browser = Browser()
    long = address(state="s" * 900, claims='{"id_token": {"' + "x" * 1500 + '": null}}')

    gate = hidden(browser.get(long).content.decode())["next"]
    browser.post("/sign-in", {"email": maya.email, "next": gate})
    entered = browser.post("/sign-in/code", {"code": code_of(last_letter())})
    question = browser.get(onward(entered)).content.decode()
    back = browser.post("/oauth/authorize/consent", hidden(question) | {"answer": "allow"})

    assert len(gate) < 500
    assert answer_in(back["Location"])["state"] == "s" * 900


@pytest.mark.parametrize(
    "query", ["a=" + "x" * 1_000_000, "&".join(f"a{n}=1" for n in range(100)), "%00=%ff&client_id=%00"]
)
def test_m47_garbage_is_a_page(query, db):
    assert Browser().get(f"/oauth/authorize?{query}").status_code == 400


def test_the_language_asked_for_is_spoken_to_who_chose_none(wiki):
    browser = Browser()

    page = browser.get(address(ui_locales="xx de-AT en"))

    assert '<html lang="de"' in page.content.decode()
    assert '<html lang="de"' in browser.get("/sign-in").content.decode()


def test_a_hint_of_another_person_asks_for_that_person(allowed, wiki, browser_of):
    ben = a_person()
    named = '{"id_token": {"sub": {"value": "%s"}}}'
    theirs = actions.subject_of(person=ben, client=wiki)

    assert browser_of(allowed).get(address(claims=named % theirs)).status_code == 303
    silent = browser_of(allowed).get(address(claims=named % theirs, prompt="none"))
    assert answer_in(silent["Location"])["error"] == "login_required"


def test_a_session_that_ends_meanwhile_signs_in_nowhere(allowed, browser_of):
    browser = browser_of(allowed)
    BrowserSession.objects.all().delete()

    assert "Send me a code" in browser.get(address()).content.decode()
    assert not Grant.objects.exists()


def test_m38_no_frames_and_no_other_origin_may_read(allowed, wiki, browser_of):
    Consent.objects.all().delete()
    page = browser_of(allowed).get(address(), headers={"Origin": "https://wiki.example.org"})

    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["Referrer-Policy"] == "same-origin", "its form comes with our origin, and nobody else is told"
    assert not [name for name in page.headers if name.startswith("Access-Control-")]


def test_m37_after_a_form_the_way_goes_on_by_get(maya, wiki, browser_of):
    browser = browser_of(maya)
    question = browser.get(address()).content.decode()

    statuses = [
        browser.post("/oauth/authorize/consent", hidden(question) | {"answer": "allow"}).status_code,
        browser.post("/oauth/authorize", {"client_id": "wiki"}).status_code,
        browser.post("/oauth/logout", {"client_id": "wiki"}).status_code,
        browser.post("/sign-in", {"email": maya.email}).status_code,
    ]

    assert set(statuses) <= {302, 303}


@pytest.mark.parametrize(
    "path",
    ["//evil.example.org", "/\\evil.example.org", "///evil.example.org", "https://evil.example.org", "javascript:alert(1)",
     "/\t/evil.example.org", "/\n/evil.example.org", "\\\\evil.example.org", " //evil.example.org", "/" + "x" * 3_000],
)  # fmt: skip
def test_m36_the_gate_leads_nowhere_else(path, maya):
    browser = Browser()
    browser.post("/sign-in", {"email": maya.email, "next": path})

    entered = browser.post("/sign-in/code", {"code": code_of(last_letter())})

    assert (entered.status_code, entered["Location"]) == (302, "/")


@pytest.mark.parametrize("path", ["/sign-in", "/sign-in/password", address()])
def test_m38_no_frames_around_the_gate(path, wiki):
    page = Browser().get(path)

    assert page["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in page["Content-Security-Policy"]
    assert page["Referrer-Policy"] == "same-origin"
