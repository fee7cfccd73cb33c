"""What no browser sends, at every page of the provider: a page, a way within the portal, or an error to a registered address.

Never a redirect to an unregistered place (M1, M36), never a broken server (M47, N1), nothing of ours told (M50).
"""

import json
from base64 import b64encode
from urllib.parse import parse_qsl, urlencode

import pytest
from django.test import Client as Browser
from hypothesis import given, strategies as st

from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions, discourse
from gatehouse.identity.oidc.addresses import trial
from gatehouse.identity.oidc.models import Client, Grant
from gatehouse.identity.oidc.tests.browser.visiting import (
    AFTERWARDS,
    CALLBACK,
    CHALLENGE,
    ISSUER,
    address,
    answer_in,
    come_in,
    hidden,
)
from gatehouse.identity.oidc.tests.conftest import whole_log as whole_log
from gatehouse.identity.oidc.tests.hostile import (
    ERRORS_OF_SIGN_INS,
    ODD,
    coded,
    forged,
    forms,
    is_local,
    is_quiet,
    quietly,
    words,
)
from gatehouse.identity.tests.conftest import sign_in as sign_in
from gatehouse.identity.tests.factories import a_person, an_owner

pytestmark = pytest.mark.django_db
FORM = "application/x-www-form-urlencoded"
FORUM = "https://forum.example.org/session/sso_login"
NAMES = [
    "response_type", "client_id", "redirect_uri", "scope", "state", "nonce", "code_challenge", "code_challenge_method",
    "prompt", "max_age", "acr_values", "login_hint", "id_token_hint", "ui_locales", "resource", "claims", "response_mode",
    "request", "request_uri", "registration", "display", "gatehouse_began", "gatehouse_kept", "dpop_jkt",
]  # fmt: skip
WHO = ["stranger", "maya", "known"]
GOOD = {
    "response_type": "code", "client_id": "wiki", "redirect_uri": CALLBACK, "scope": "openid profile",
    "state": "s", "code_challenge": CHALLENGE, "code_challenge_method": "S256",
}  # fmt: skip


@pytest.fixture
def visitors(maya, wiki):
    """Nobody; Maya, who was never asked; Maya again, who allowed it before."""
    opened = {name: Browser(raise_request_exception=False) for name in WHO}
    come_in(opened["maya"], maya)
    known = a_person()
    actions.give_consent(person=known, client=wiki, scopes=["openid", "profile"])
    come_in(opened["known"], known)
    return opened


def must_lead_nowhere_else(answer, *registered: str) -> None:
    """To a page of ours, or to a registered address with an error or a code that name who we are."""
    assert answer.status_code in {200, 302, 303, 400, 403, 404, 405, 413}, answer.status_code
    assert is_quiet(answer.content)
    location = answer.get("Location", "")
    if not location:
        return
    assert answer.status_code in {302, 303}
    if is_local(location):
        return
    assert location.partition("?")[0] in registered, location
    said = answer_in(location)
    if "error" in said:
        assert said["error"] in ERRORS_OF_SIGN_INS
    if registered == (CALLBACK,):
        assert said["iss"] == ISSUER
        assert ("error" in said) != ("code" in said)


@pytest.mark.parametrize("who", WHO)
@quietly
@given(pairs=forms(NAMES), base=st.sampled_from([GOOD, {}]), method=st.sampled_from(["get", "post"]))
def test_m47_whatever_is_asked_of_the_authorization_endpoint(visitors, who, pairs, base, method):
    said = coded([*(pair for pair in base.items() if pair[0] not in dict(pairs)), *pairs])
    browser = visitors[who]

    if method == "get":
        must_lead_nowhere_else(browser.get(f"/oauth/authorize?{said}"), CALLBACK)
    else:
        must_lead_nowhere_else(browser.post("/oauth/authorize", said, content_type=FORM), CALLBACK)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.parametrize("name", NAMES)
def test_m47_each_parameter_odd_twice_and_of_a_megabyte(visitors, who, name):
    browser, others = visitors[who], [pair for pair in GOOD.items() if pair[0] != name]
    for odd in [word for word in ODD if len(word) < 3_000]:
        must_lead_nowhere_else(browser.get(f"/oauth/authorize?{coded([*others, (name, odd)])}"), CALLBACK)
    twice = browser.get(f"/oauth/authorize?{coded([*GOOD.items(), (name, 'a'), (name, 'b')])}")
    is_ours = name.startswith("gatehouse_")  # signed by us, and no word of the protocol
    large = browser.post("/oauth/authorize", coded([*others, (name, "x" * 1_048_576)]), content_type=FORM)

    must_lead_nowhere_else(twice, CALLBACK)
    assert is_ours or "code" not in answer_in(twice.get("Location", ""))
    assert (large.status_code, "Location" in large) == (400, False)


CLAIMS = [
    '{"id_token": {"a\\u0000": null}}',
    '{"id_token": {"a": {"value": "\\u0000"}}}',
    '{"userinfo": {"email": {"value": NaN}}}',
    '{"userinfo": {"email": {"value": -Infinity}}}',
    '{"userinfo": {"email": {"value": 1e999}}}',
    '{"id_token": {"\\ud800": null}}',
    '{"id_token": {"a": {"values": %s}}}' % ("[" * 900 + "]" * 900),
    '{"id_token": {"a": {"value": %s}}}' % ('{"a":' * 300 + "1" + "}" * 300),
    '{"id_token": {"acr": {"values": [[]], "essential": true}}}',
    '{"id_token": {"sub": {"value": ["x"]}}}',
    '{"id_token": {"a": {"value": %s}}}' % ("9" * 3_000),
    '{"id_token": {"a": 1}}',
    '{"id_token": []}',
    "null",
    '"x"',
]


@pytest.mark.parametrize("number", range(len(CLAIMS)))
def test_m47_claims_that_no_database_keeps(visitors, number):
    answer = visitors["known"].get(address(claims=CLAIMS[number]))

    must_lead_nowhere_else(answer, CALLBACK)
    assert answer.status_code in {302, 303}


@pytest.mark.parametrize("resource", ["x" * 501, "https://elsewhere.example.org/", "\0", "x" * 1_999])
def test_m47_a_resource_that_is_none_is_an_invalid_target(visitors, resource):
    said = answer_in(visitors["known"].get(address(resource=resource))["Location"])

    assert said["error"] in {"invalid_target", "invalid_request"}
    assert not Grant.objects.exists()


@pytest.mark.parametrize("who", WHO)
@quietly
@given(pairs=forms(["asked", "began", "person", "answer", *NAMES]))
def test_m47_answers_to_a_question_that_was_not_asked(visitors, maya, who, pairs):
    person = [("person", maya.pk.hex)] if who == "maya" else []
    for base in ([], [("asked", urlencode(GOOD)), ("answer", "allow")], [("asked", urlencode(GOOD)), *person]):
        said = dict([*base, *pairs])

        must_lead_nowhere_else(
            visitors[who].post("/oauth/authorize/consent", coded([*said.items()]), content_type=FORM), CALLBACK
        )


def test_m47_a_megabyte_in_the_answer_is_not_kept(visitors):
    """Else a stranger fills the sessions' table with it."""
    asked = coded([*GOOD.items(), ("foo", "x" * 1_048_576)])

    for browser in visitors.values():
        answer = browser.post("/oauth/authorize/consent", {"asked": asked, "person": "x"})
        assert (answer.status_code, "Location" in answer) == (400, False)


@pytest.mark.parametrize("who", WHO)
@quietly
@given(
    pairs=forms(["id_token_hint", "client_id", "post_logout_redirect_uri", "state", "ui_locales", "logout_hint"]),
    hint=forged(),
    method=st.sampled_from(["get", "post"]),
)
def test_m27_m28_m47_whatever_asks_for_a_sign_out(visitors, who, pairs, hint, method):
    base = {"client_id": "wiki", "post_logout_redirect_uri": AFTERWARDS, "id_token_hint": hint[:7_000]}
    said = coded([*(pair for pair in base.items() if pair[0] not in dict(pairs)), *pairs])
    browser = visitors[who]
    answer = (
        browser.get(f"/oauth/logout?{said}")
        if method == "get"
        else browser.post("/oauth/logout", said, content_type=FORM)
    )

    must_lead_nowhere_else(answer)
    assert BrowserSession.objects.filter(person__isnull=False).count() == 2, "nobody is signed out unasked"


@quietly
@given(wish=words)
def test_m28_m47_a_wish_we_did_not_sign_leads_nowhere(visitors, wish):
    must_lead_nowhere_else(
        visitors["stranger"].post("/oauth/logout/confirm", coded([("wish", wish)]), content_type=FORM)
    )


@pytest.fixture
def forum(db):
    return actions.add_client(kind="forum", name="Forum", redirect_uris=[FORUM], is_trusted=True, actor=None)


@pytest.mark.parametrize("who", WHO)
@quietly
@given(
    pairs=forms(["nonce", "return_sso_url", "logout", "require_activation"]),
    sso=words,
    sig=words,
    is_signed=st.booleans(),
)
def test_n16_m47_whatever_a_forum_asks(visitors, forum, who, pairs, sso, sig, is_signed):  # noqa: PLR0917  what is drawn
    if is_signed:
        base = [pair for pair in (("nonce", "n"), ("return_sso_url", FORUM)) if pair[0] not in dict(pairs)]
        sso = b64encode(coded([*base, *pairs]).encode()).decode()
        sig = discourse.sign(sso, forum.secret)
    path, query = f"/discourse/{forum.client.client_id}", coded([("sso", sso), ("sig", sig)])

    for answer in (
        visitors[who].get(f"{path}?{query}") if len(query) < 20_000 else visitors[who].get(path),
        visitors[who].post(f"{path}/consent", query, content_type=FORM),
        visitors[who].post(f"{path}/consent", f"{query}&answer=allow&person=x", content_type=FORM),
    ):
        must_lead_nowhere_else(answer, FORUM, "https://forum.example.org/")


@pytest.mark.parametrize("text", ["x", "%00", "0" * 32, "00000000-0000-0000-0000-000000000000", "é", "x" * 5_000])
def test_m47_ids_of_connected_apps(visitors, text):
    for browser in visitors.values():
        must_lead_nowhere_else(browser.post(f"/me/apps/{text}/withdraw", {"x": ODD[1]}))
        must_lead_nowhere_else(browser.get(f"/me/apps?page={text}"))


# --- for those who manage ---


@pytest.fixture
def staff(db, sign_in):
    browser = Browser(raise_request_exception=False)
    sign_in(browser, an_owner())
    return browser


def pages_with_forms(client: Client) -> list[str]:
    kinds = [f"/manage/identity/services/add/{kind}" for kind in Client.Kind.values]
    return [*kinds, f"/manage/identity/services/{client.pk}/edit", "/manage/identity/apps/add"]


KEYS = [
    '{"keys":[{"kty":"EC","x":NaN}]}',
    '{"keys":[{"kty":"EC","x":"\\u0000"}]}',
    '{"keys":[{"kty":"RSA","\\ud800":1}]}',
]
KEYS += ['{"keys":[{"kty":"EC","a":%s}]}' % ("[" * 900 + "]" * 900)]


@pytest.mark.parametrize("number", range(8))
def test_m47_forms_of_services_take_no_odd_word_amiss(staff, wiki, number):
    path = pages_with_forms(wiki)[number % 7]
    fields = list(staff.get(path).context["form"].fields)
    good = {
        "name": "Odd", "redirect_uris": CALLBACK, "acr_floor": "bronze", "proof": "private_key_jwt", "signs_with": "ES256",
        "subjects": "public", "access_seconds": "300", "refresh_idle_days": "30", "refresh_days": "90", "scopes": "profile",
        "address": CALLBACK, "icon": "globe",
    }  # fmt: skip

    def must_be_taken(**changes):
        answer = staff.post(path, coded([*(good | changes).items()]), content_type=FORM)
        assert answer.status_code in {200, 302, 400, 413, 422}, (path, str(changes)[:80])
        assert is_quiet(answer.content)
        assert is_local(answer.get("Location", "/"))

    for odd in [*ODD, "x" * 1_048_576]:
        must_be_taken(**dict.fromkeys(fields, odd))
    for field in fields:
        for odd in ("\0", "9" * 400, "{{7*7}}", "a = attribute." + "x" * 3_000):
            must_be_taken(**{field: odd})
    for odd in KEYS:
        must_be_taken(jwks=odd)


@quietly
@given(pairs=forms(["page", "q", "kind", "state", "key", "newest", "overlap", "up", "place", "again"]))
def test_m47_lists_and_small_forms_of_manage_identity(staff, wiki, pairs):
    said = coded([(name, value[:2_000]) for name, value in pairs])
    one = f"/manage/identity/services/{wiki.pk}"
    for path in ("", "/services/add", "/apps", "/claims", "/sessions", "/sign-ins", "/limits", "/keys"):
        assert staff.get(f"/manage/identity{path}?{said}").status_code in {200, 302, 404}
    for path in (f"{one}/secret", f"{one}/try", "/manage/identity/limits/lift", "/manage/identity/apps/1/move"):
        answer = staff.post(path, said, content_type=FORM)
        assert answer.status_code in {200, 302, 303, 404, 409, 422}
        assert is_local(answer.get("Location", "/"))


@quietly
@given(pairs=forms(["code", "state", "error", "error_description", "iss"]))
def test_m47_a_trial_that_was_not_begun_or_comes_back_odd(staff, wiki, pairs):
    begun = staff.post(f"/manage/identity/services/{wiki.pk}/try")
    state = dict(parse_qsl(begun["Location"].partition("?")[2]))["state"]
    path = trial(wiki.pk).removeprefix(ISSUER)
    said = [(name, value[:2_000]) for name, value in pairs]

    for query in (coded(said), coded([*said, ("state", state)])):
        answer = staff.get(f"{path}?{query}")
        assert answer.status_code == 409
        assert is_quiet(answer.content)


def test_m47_json_is_no_form(visitors, forum):
    for path in (
        "/oauth/authorize",
        "/oauth/authorize/consent",
        "/oauth/logout",
        "/oauth/logout/confirm",
        "/discourse/forum/consent",
    ):
        for kind in (
            "application/json",
            "multipart/form-data; boundary=x",
            "multipart/form-data",
            "text/plain; charset=utf-7",
        ):
            answer = visitors["maya"].post(path, json.dumps(GOOD), content_type=kind)
            must_lead_nowhere_else(answer)
            assert hidden(answer.content.decode()).get("asked") is None


def test_m50_n30_what_pages_are_sent_stands_in_no_log(visitors, staff, forum, wiki, whole_log):
    word = "keep-me-out-of-it"
    names = ["code", "state", "nonce", "id_token_hint", "login_hint", "sso", "sig", "wish", "asked", "began", "foo"]
    said = coded([(name, word) for name in names])
    good = coded([*(GOOD | {"state": word, "nonce": word, "id_token_hint": word}).items()])
    places = [
        "/oauth/authorize", "/oauth/authorize/consent", "/oauth/logout", "/oauth/logout/confirm", "/discourse/forum",
        "/discourse/forum/consent", "/me/apps", f"/manage/identity/services/{wiki.pk}/try/back", "/sign-in/upstream/back",
    ]  # fmt: skip

    for browser in (*visitors.values(), staff):
        for place in places:
            for query in (said, good, f"{said}%00", f"{said}&{said}"):
                browser.get(f"{place}?{query}")
                browser.post(place, query, content_type=FORM)

    assert "/oauth/authorize" in whole_log.getvalue()
    assert word not in whole_log.getvalue()
