"""What no program sends, at every endpoint for programs: the RFC's error, in JSON, and nothing told (M47, M50, N1, N29)."""

import base64
import json

import pytest
from hypothesis import given, strategies as st
from joserfc import jws
from joserfc.jwk import ECKey

from gatehouse.core import clock
from gatehouse.identity.oidc import addresses, assertions
from gatehouse.identity.oidc.door import ENDPOINTS
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.tests.conftest import FORM, basic
from gatehouse.identity.oidc.tests.factories import a_service
from gatehouse.identity.oidc.tests.hostile import (
    ERRORS_OF_TOKENS,
    ODD,
    b64,
    coded,
    forged,
    forms,
    headers,
    is_quiet,
    quietly,
)

pytestmark = pytest.mark.django_db
FORMS = (addresses.TOKEN, addresses.REVOKE, addresses.INTROSPECT)
KINDS = ["authorization_code", "refresh_token", "client_credentials"]
NAMES = [
    "grant_type", "code", "redirect_uri", "code_verifier", "refresh_token", "scope", "resource", "audience", "client_id",
    "client_secret", "client_assertion", "client_assertion_type", "token", "token_type_hint", "device_code", "dpop_jkt",
]  # fmt: skip
KEY = ECKey.generate_key("P-256", {"kid": "k1", "use": "sig"})
MEMBER, FOBS = "/api/v1/members/77", addresses.FOBS


def must_be_refused(response):
    """By the protocol's own word, and with nothing of ours in it."""
    said = json.loads(response.content)
    assert response.status_code in {400, 401, 413}, response.content
    assert said["error"] in ERRORS_OF_TOKENS
    assert set(said) <= {"error", "error_description"}
    assert response["Cache-Control"] == "no-store"
    assert ("WWW-Authenticate" in response) == (response.status_code == 401)
    assert "Location" not in response
    assert is_quiet(response.content)


@pytest.mark.parametrize("path", FORMS)
@quietly
@given(pairs=forms(NAMES), kind=st.sampled_from(KINDS), is_known=st.booleans())
def test_m47_whatever_form_comes_the_error_is_the_rfcs(provider, wiki, path, pairs, kind, is_known):  # noqa: PLR0917  what is drawn
    known = {"HTTP_AUTHORIZATION": basic(wiki.client_id, wiki.secret)} if is_known else {}
    body = coded([("grant_type", kind), ("token", "x"), *pairs])

    response = provider.browser.post(path, body, content_type=FORM, **known)

    if response.status_code == 200:  # what is no token of ours: given back at once, never active
        assert json.loads(response.content) in ({}, {"active": False})
    else:
        must_be_refused(response)


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_m47_a_parameter_of_a_megabyte_or_twice(provider, wiki, path, name):
    known = {"HTTP_AUTHORIZATION": basic(wiki.client_id, wiki.secret)}

    must_be_refused(provider.browser.post(path, coded([(name, "x" * 1_048_576)]), content_type=FORM, **known))
    must_be_refused(provider.browser.post(path, coded([(name, "x"), (name, "x")]), content_type=FORM, **known))


@pytest.mark.parametrize("length", ["\xb2", "-1", "1e9", "٣", "9" * 5_000, "0x10", " 7", ""])
@pytest.mark.parametrize("path", [*FORMS, FOBS, MEMBER])
def test_m47_a_length_that_is_no_number(provider, path, length, member_token):
    kind = FORM if path in FORMS else "application/json"
    method = "PUT" if path == MEMBER else "POST"
    sent = {"CONTENT_LENGTH": length, "HTTP_AUTHORIZATION": f"Bearer {member_token}"}

    assert 400 <= provider.browser.generic(method, path, b"a=b", content_type=kind, **sent).status_code < 500


@pytest.fixture
def member_token(provider, db):
    """Of a service that may do all that services can."""
    scopes = ["members:read", "members:write", "fobs:sign-in"]
    able = a_service(client_id="able", scopes=scopes)
    return provider.token(able, grant_type="client_credentials").body["access_token"]


@quietly
@given(text=forged())
def test_m20_m47_a_forged_token_opens_no_door(provider, wiki, text):
    shown = {"HTTP_AUTHORIZATION": f"Bearer {text}"}
    doors = [
        provider.browser.get(addresses.USERINFO, **shown),
        provider.browser.get(MEMBER, **shown),
        provider.browser.put(MEMBER, "{}", content_type="application/json", **shown),
        provider.browser.post(FOBS, '{"fob": "04a22b1c"}', content_type="application/json", **shown),
    ]

    for response in doors:
        assert response.status_code == 401
        assert 'error="invalid_token"' in response["WWW-Authenticate"]
        assert is_quiet(response.content)
    if len(text) < 60_000:
        assert provider.introspect(wiki, text).body == {"active": False}
        assert provider.revoke(wiki, text).status == 200


@quietly
@given(text=forged())
def test_m20_m47_a_forged_assertion_proves_nobody(provider, text):
    form = {"grant_type": "client_credentials", "client_assertion": text, "client_assertion_type": assertions.TYPE}

    must_be_refused(provider.browser.post(addresses.TOKEN, coded([*form.items()]), content_type=FORM))


@pytest.mark.parametrize("odd", ["a\0b", "\ud800", "x" * 5_000, "", 7, None, ["x"], {"a": 1}])
@pytest.mark.parametrize("claim", ["sub", "iss", "jti", "aud", "exp", "nbf"])
def test_m47_an_assertion_with_an_odd_claim_proves_nobody(provider, claim, odd):
    """Well signed by the service itself, but for one claim; JSON can say what no database keeps."""
    service = a_service(proof=Client.Proof.KEY, jwks={"keys": [KEY.as_dict(private=False)]})
    about = {"iss": service.client_id, "sub": service.client_id, "aud": addresses.issuer(), "jti": "j"}
    claims = about | {"exp": int(clock.now().timestamp()) + 60, claim: odd}
    text = jws.serialize_compact({"alg": "ES256", "kid": "k1"}, json.dumps(claims).encode(), KEY)
    form = {"grant_type": "client_credentials", "client_assertion": text, "client_assertion_type": assertions.TYPE}

    response = provider.browser.post(addresses.TOKEN, coded([*form.items()]), content_type=FORM)

    if (claim, odd) in [("nbf", 7), ("jti", "a\0b"), ("jti", "\ud800")]:  # long ago; a name is a name, and only hashed
        assert response.status_code == 200
    else:
        must_be_refused(response)


@quietly
@given(
    header=headers, odd=st.sampled_from(["Basic ", "Bearer ", "DPoP ", "basic\t", ""]), coded_=st.binary(max_size=60)
)
def test_m47_n1_broken_headers_are_refused_by_every_endpoint(provider, header, odd, coded_):
    for said in (odd + header, odd + base64.b64encode(coded_).decode(), odd + b64(coded_)):
        for path in FORMS:
            form = coded([("grant_type", "client_credentials"), ("token", "x")])
            must_be_refused(provider.browser.post(path, form, content_type=FORM, HTTP_AUTHORIZATION=said))
        for path in (addresses.USERINFO, MEMBER):
            assert provider.browser.get(path, HTTP_AUTHORIZATION=said).status_code == 401


BODIES = [
    b"",
    b"\0",
    b"{",
    b"[]",
    b"null",
    b"7",
    b'"x"',
    b"NaN",
    b"[" * 60_000,
    b"{" * 900,
    b"\xff\xfe",
    b'{"a":1,"a":2}',
]
BODIES += [json.dumps({name: odd}).encode() for odd in [*ODD, 7, None, [], {}] for name in ("fob", "email")]
BODIES += [
    b'{"fob":"\\ud800"}',
    b'{"fob":"\\u0000"}',
    b'{"display_name":"\\ud800"}',
    b'{"username":"\\u0000"}',
    b"x" * 1_048_576,
]


@pytest.mark.parametrize("number", range(len(BODIES)))
def test_m47_n29_bodies_that_are_no_member_and_no_fob(provider, member_token, number):
    sent = {"content_type": "application/json", "HTTP_AUTHORIZATION": f"Bearer {member_token}"}
    fob = provider.browser.post(FOBS, BODIES[number], **sent)
    member = provider.browser.put(MEMBER, BODIES[number], **sent)

    assert fob.status_code in {400, 404, 413, 422, 429}
    assert member.status_code in {201, 400, 413, 415, 422}
    for response in (fob, member):
        if response.status_code >= 400:
            assert response["Content-Type"] == "application/problem+json"
            assert {"type", "title", "status", "detail", "code"} <= set(json.loads(response.content))
        assert is_quiet(response.content)


@quietly
@given(
    external_id=st.text(min_size=1, max_size=30),
    field=st.sampled_from(["email", "username", "join_date", "phone"]),
    odd=st.text(max_size=30),
)
def test_m47_n24_odd_members_are_kept_or_refused(provider, member_token, external_id, field, odd):
    path = "/api/v1/members/" + "".join(f"%{byte:02x}" for byte in external_id.encode(errors="replace"))
    sent = {"content_type": "application/json", "HTTP_AUTHORIZATION": f"Bearer {member_token}"}

    written = provider.browser.put(path, json.dumps({"display_name": "Maya", field: odd}), **sent)

    assert written.status_code in {200, 201, 301, 404, 409, 422}, written.content
    assert provider.browser.get(path, **sent).status_code in {200, 301, 404}


@pytest.mark.parametrize("path", list(ENDPOINTS))
@quietly
@given(origin=headers)
def test_m38_m47_no_origin_is_let_in_by_asking(provider, path, origin):
    answer = provider.browser.options(path, HTTP_ORIGIN=origin)

    assert answer.status_code == 204
    assert answer.get("Access-Control-Allow-Origin", "*") == "*"
    assert "Access-Control-Allow-Credentials" not in answer


SECRETIVE = [
    "code",
    "code_verifier",
    "refresh_token",
    "token",
    "client_secret",
    "client_assertion",
    "device_code",
    "password",
]


def test_m50_n30_refused_or_broken_nothing_that_was_sent_stands_in_the_log(provider, wiki, whole_log, monkeypatch):
    """Good form, bad form, too large, and an error of ours in the middle of it: the log names the place alone."""
    word = "keep-me-out-of-it"
    known = {"HTTP_AUTHORIZATION": basic(wiki.client_id, word)}
    for path in FORMS:
        for name in SECRETIVE:
            for said in (word, word + "\0", f"{word}.{b64(word.encode())}.x", word * 5_000):
                body = coded([("grant_type", "refresh_token"), (name, said)])
                provider.browser.post(path, body, content_type=FORM, **known)
                provider.browser.post(f"{path}?{body[:1_000]}", body, content_type=FORM)
    for path in (addresses.USERINFO, MEMBER, FOBS):
        for shown in (f"Bearer {word}", f"Bearer a.{b64(word.encode())}.{word}", f"Basic {word}", word):
            provider.browser.get(f"{path}?access_token={word}", HTTP_AUTHORIZATION=shown)
            provider.browser.post(path, word, content_type="application/json", HTTP_AUTHORIZATION=shown)

    def broken_inside(_asked):
        raise RuntimeError

    monkeypatch.setattr("gatehouse.identity.oidc.given.give_back", broken_inside)
    broken = provider.browser.post(addresses.REVOKE, coded([("token", word)]), content_type=FORM, **known)

    log = whole_log.getvalue()
    assert broken.status_code == 500
    assert "RuntimeError" in log
    for piece in (word, b64(word.encode()), base64.b64encode(word.encode()).decode()[:-4]):
        assert piece not in log
