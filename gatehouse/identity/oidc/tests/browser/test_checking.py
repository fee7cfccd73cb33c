"""What an authorization request may say."""

import json

import pytest
from hypothesis import given, strategies as st

from gatehouse.identity.oidc.checking import Asked, Refused, Unanswerable, read, sure

ALLOWED = ["openid", "profile", "email"]
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B
LEAST = {
    "response_type": "code",
    "client_id": "wiki",
    "redirect_uri": "https://wiki.example.org/callback",
    "scope": "openid",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


def asked(**changes: str | None) -> Asked:
    given = {name: value for name, value in (LEAST | changes).items() if value is not None}
    return read(list(given.items()), allowed=ALLOWED)


def refused(**changes: str | None) -> str:
    with pytest.raises(Refused) as refusal:
        asked(**changes)
    return refusal.value.code


def test_the_least_that_is_asked():
    assert asked() == Asked("wiki", "https://wiki.example.org/callback", ("openid",), CHALLENGE)


def test_all_that_can_be_asked():
    whole = asked(
        state="s", nonce="n", prompt="login consent", max_age="60", acr_values="gold silver", login_hint="maya@example.org",
        id_token_hint="a.b.c", ui_locales="de en", resource="https://api.example.org", response_mode="query", display="page",
        claims='{"id_token": {"acr": {"essential": true, "values": ["gold"]}, "sub": {"value": "1"}}, "more": 1}',
    )  # fmt: skip

    assert (whole.prompt, whole.max_age, whole.acr_values) == ({"login", "consent"}, 60, ("gold", "silver"))
    assert (whole.essential_acrs, whole.wanted_subject, whole.ui_locales) == (("gold",), "1", ("de", "en"))
    assert "more" not in whole.wanted


@pytest.mark.parametrize("name", ["state", "nonce", "scope", "code_challenge", "prompt", "x"])
def test_m47_a_repeated_parameter_is_refused(name):
    with pytest.raises(Refused, match=name) as refusal:
        read([*LEAST.items(), (name, "1"), (name, "1")], allowed=ALLOWED)

    assert refusal.value.code == "invalid_request"


def test_m9_n33_without_pkce_nobody_is_signed_in():
    assert refused(code_challenge=None, code_challenge_method=None) == "invalid_request"


@pytest.mark.parametrize("method", ["plain", None, "s256", "S512", "S256 plain"])
def test_m10_n34_pkce_is_by_sha256_and_says_so(method):
    assert refused(code_challenge_method=method) == "invalid_request"


@pytest.mark.parametrize("challenge", ["short", CHALLENGE + "=", CHALLENGE[:-1], CHALLENGE.replace("M", "é"), " "])
def test_m10_a_challenge_is_a_hash(challenge):
    assert refused(code_challenge=challenge) == "invalid_request"


@pytest.mark.parametrize(
    "kind", ["token", "id_token", "code id_token", "code token", "none", "password", "id_token token"]
)
def test_m15_nothing_but_codes(kind):
    assert refused(response_type=kind) == "unsupported_response_type"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"response_type": None}, "invalid_request"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"response_mode": "form_post"}, "invalid_request"),
        ({"scope": None}, "invalid_scope"),
        ({"scope": "admin"}, "invalid_scope"),
        ({"scope": "openid  profile"}, "invalid_scope"),
        ({"scope": 'openid "'}, "invalid_scope"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"prompt": "create"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"max_age": "1.5"}, "invalid_request"),
        ({"max_age": "٣"}, "invalid_request"),
        ({"max_age": "9" * 40}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
        ({"claims": "[]"}, "invalid_request"),
        ({"claims": '{"id_token": []}'}, "invalid_request"),
        ({"claims": '{"id_token": {"acr": 1}}'}, "invalid_request"),
        ({"claims": "[" * 4000}, "invalid_request"),
        ({"request": "a.b.c"}, "request_not_supported"),
        ({"request_uri": "https://evil.example.org/"}, "request_uri_not_supported"),
        ({"registration": "{}"}, "registration_not_supported"),
        ({"state": "x" * 1001}, "invalid_request"),
        ({"nonce": "x" * 501}, "invalid_request"),
        ({"login_hint": "x" * 2001}, "invalid_request"),
        ({"state": "a\0b"}, "invalid_request"),
        ({"nonce": "a\nb"}, "invalid_request"),
    ],
)
def test_what_is_refused(changes, code):
    assert refused(**changes) == code


def test_scopes_that_are_not_its_own_are_left_out():
    assert asked(scope="openid groups profile openid").scopes == ("openid", "profile")


def test_an_empty_parameter_is_none():
    assert asked(state="", prompt="", max_age="") == asked()


@pytest.mark.parametrize("values", [[], [""], ["a", "a"], ["a", "b"], ["a\n"], ["a" * 2001]])
def test_m3_on_what_all_rests_must_be_certain(values):
    with pytest.raises(Unanswerable, match="redirect_uri"):
        sure([("redirect_uri", value) for value in values], "redirect_uri")


@given(
    st.dictionaries(st.sampled_from([*LEAST, "state", "prompt", "claims", "max_age", "nonce"]), st.text(max_size=50))
)
def test_m47_whatever_is_sent_it_is_read_or_refused(changes):
    given = LEAST | changes | {"client_id": "wiki", "redirect_uri": "https://wiki.example.org/callback"}
    try:
        read(list(given.items()), allowed=ALLOWED)
    except Refused as error:
        refusal = error
    else:
        return
    assert refusal.code.isascii()
    assert str(refusal).isascii()


@given(st.recursive(st.none() | st.booleans() | st.text(max_size=9), lambda inner: st.dictionaries(
    st.sampled_from(["id_token", "userinfo", "acr", "sub", "value", "values", "essential"]), inner | st.lists(inner), max_size=4
)))  # fmt: skip
def test_m47_whatever_the_claims_say_they_can_be_asked_for(said):
    try:
        whole = asked(claims=json.dumps({"id_token": said}))
    except Refused:
        return
    assert isinstance(whole.essential_acrs, tuple)
    assert isinstance(whole.wanted_subject, str)
