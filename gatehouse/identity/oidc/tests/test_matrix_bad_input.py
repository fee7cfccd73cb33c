"""The security matrix, rows 47 to 50: bad input, caching, clocks, logs."""

import json
import logging
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st

from gatehouse.identity.oidc import actions, addresses
from gatehouse.identity.oidc.door import ENDPOINTS
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.tests.conftest import FORM, basic
from gatehouse.identity.oidc.tests.factories import CALLBACK, VERIFIER, a_code, a_service
from gatehouse.journal.models import Entry

pytestmark = pytest.mark.django_db
FORMS = (addresses.TOKEN, addresses.REVOKE, addresses.INTROSPECT)
JSON = ("application/json", "application/problem+json", "text/html")  # the last where nothing is said
WORDS = [
    "\0",
    "a" * 60_000,
    "é" * 1_000,
    "%00",
    "0" * 32 + ":" + "A" * 43,
    "a.b.c",
    "..",
    "eyJhbGciOiJub25lIn0..",
    "ey" + "W" * 8_000 + ".e30.x",
    "\ud800".encode("utf-8", "surrogatepass").decode("latin-1"),
    "[" * 5_000,
]
NAMES = [
    "grant_type",
    "code",
    "redirect_uri",
    "code_verifier",
    "refresh_token",
    "scope",
    "resource",
    "client_id",
    "client_secret",
    "client_assertion",
    "client_assertion_type",
    "token",
    "token_type_hint",
]


@pytest.mark.parametrize("path", FORMS)
@pytest.mark.parametrize("name", NAMES)
def test_m47_no_word_in_any_parameter_breaks_anything(provider, wiki, path, name):
    for word in WORDS:
        for kind in ("authorization_code", "refresh_token", "client_credentials"):
            form = {"grant_type": kind, "code": "x", "refresh_token": "x", "token": "x", name: word}
            answer = provider.post(path, form, HTTP_AUTHORIZATION=basic(wiki.client_id, wiki.secret))

            assert answer.status < 500, (word[:20], answer.body)
            assert answer.status == 200 or answer.error


@pytest.mark.parametrize("path", FORMS)
def test_m47_a_parameter_comes_once(provider, wiki, path):
    good = urlencode({"grant_type": "client_credentials", "token": "x"})
    for twice in ("&token=x", "&grant_type=client_credentials", "&foo=1&foo=2", "&scope=&scope=openid"):
        answer = provider.post(path, good + twice, HTTP_AUTHORIZATION=basic(wiki.client_id, wiki.secret))

        assert (answer.status, answer.error) == (400, "invalid_request")


@pytest.mark.parametrize("path", FORMS)
def test_m47_a_megabyte_is_not_read(provider, path):
    assert provider.post(path, {"token": "x" * 1_000_000}).status == 413


@pytest.mark.parametrize(
    "body", ["\0", "a=%FF%FE", "é=1", "&".join(f"p{number}=1" for number in range(50)), "", "=", "token=a%00b"]
)
def test_m47_what_is_no_form_is_an_invalid_request(provider, wiki, body):
    answer = provider.post(addresses.TOKEN, body, HTTP_AUTHORIZATION=basic(wiki.client_id, wiki.secret))

    assert answer.status == 400
    assert answer.error in {"invalid_request", "unsupported_grant_type"}


@pytest.mark.parametrize("kind", ["application/json", "multipart/form-data; boundary=x", "text/plain", ""])
def test_m47_only_forms_are_read(provider, kind):
    response = provider.browser.post(addresses.TOKEN, b'{"grant_type":"client_credentials"}', content_type=kind)

    assert (response.status_code, json.loads(response.content)["error"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ",
        "Basic !!!!",
        "Basic /////w==",
        "Basic OjA=",
        "Bearer x",
        "basic",
        "\0",
        "Basic " + "A" * 20_000,
    ],
)
def test_m47_broken_headers_are_nobody(provider, header):
    answer = provider.post(addresses.TOKEN, {"grant_type": "client_credentials"}, HTTP_AUTHORIZATION=header)

    assert (answer.status, answer.error) == (401, "invalid_client")


@pytest.mark.parametrize("word", WORDS)
def test_m47_n1_broken_tokens_open_nothing(provider, word):
    word = word.encode("latin-1", "replace").decode("latin-1")

    assert provider.get(addresses.USERINFO, HTTP_AUTHORIZATION=f"Bearer {word}").status == 401


@pytest.mark.parametrize("path", list(ENDPOINTS))
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE"])
def test_m47_n29_every_method_is_answered_in_json_or_not_at_all(provider, path, method):
    response = provider.browser.generic(method, path)

    assert response.status_code < 500
    assert response.headers.get("Content-Type", "application/json").startswith(JSON)
    assert b"<" not in response.content
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["X-Frame-Options"] == "DENY"
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


@given(body=st.binary(max_size=400), header=st.text(st.characters(max_codepoint=255), max_size=100))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_m47_whatever_is_sent_is_answered(provider, body, header):
    for path in FORMS:
        response = provider.browser.generic("POST", path, body, FORM, HTTP_AUTHORIZATION=header)
        assert 400 <= response.status_code < 500, response.content


def test_n29_an_error_of_ours_tells_nothing(provider, wiki, monkeypatch, caplog):
    def broken(**_):
        raise RuntimeError("a secret of ours")

    monkeypatch.setattr("gatehouse.identity.oidc.actions.issue_to_service", broken)
    answer = provider.token(a_service(), grant_type="client_credentials")

    assert (answer.status, answer.body) == (500, {"error": "server_error"})
    assert answer.headers["X-Request-ID"]


def test_m48_answers_with_tokens_are_not_kept(provider, wiki, code):
    answer = provider.redeem(wiki, code)
    refused = provider.redeem(wiki, code)

    for one in (answer, refused, provider.userinfo(answer.body["access_token"]), provider.introspect(wiki, "x")):
        assert one.headers["Cache-Control"] == "no-store"
        assert one.headers["Content-Type"] == "application/json"
        assert one.headers["X-Content-Type-Options"] == "nosniff"


@pytest.fixture
def zone(request, settings):
    settings.TIME_ZONE = request.param


@pytest.mark.parametrize("zone", ["Etc/GMT+12", "Etc/GMT-12", "Europe/London", "UTC"], indirect=True)
def test_m49_seconds_are_seconds_in_every_zone_and_when_clocks_change(provider, wiki, session, hands, zone):
    session_ends = datetime(2030, 1, 1, tzinfo=UTC)
    type(session).objects.update(ends_at=session_ends)
    hands.set(datetime(2027, 3, 28, 0, 59, 30, tzinfo=UTC))  # half a minute before summer time in London
    tokens = provider.redeem(wiki, a_code(wiki, session)).body
    claims = provider.claims(tokens["access_token"], typ="at+jwt")
    late = a_code(wiki, session)

    assert claims["exp"] - claims["iat"] == tokens["expires_in"] == wiki.access_seconds
    hands.turn(seconds=60)
    assert provider.redeem(wiki, late).error == "invalid_grant"
    hands.turn(seconds=wiki.access_seconds - 61)
    assert provider.userinfo(tokens["access_token"]).status == 200
    hands.turn(seconds=1)
    assert provider.userinfo(tokens["access_token"]).status == 401


def test_m50_n30_logs_and_journal_hold_no_secret_even_at_debug(provider, wiki, session, whole_log, hands):
    code = a_code(wiki, session)
    first = provider.redeem(wiki, code).body
    second = provider.refresh(wiki, first["refresh_token"]).body
    provider.userinfo(second["access_token"])
    provider.introspect(wiki, second["access_token"])
    provider.revoke(wiki, second["access_token"])
    hands.turn(seconds=30)
    provider.refresh(wiki, first["refresh_token"])
    provider.redeem(wiki, code)
    provider.redeem(wiki, code, code_verifier="w" * 43)

    log = whole_log.getvalue()
    journal = json.dumps(list(Entry.objects.values()), default=str)
    assert "/oauth/token" in log
    secrets = [code, VERIFIER, wiki.secret, *(first[name] for name in ("access_token", "id_token", "refresh_token"))]
    secrets += [second[name] for name in ("access_token", "id_token", "refresh_token")]
    for secret in secrets:
        for piece in (secret, secret.partition(":")[2] or secret):
            assert piece not in log
            assert piece not in journal


def test_m50_authlib_never_speaks_of_tokens():
    assert logging.getLogger("authlib").level == logging.WARNING
    assert logging.getLogger("authlib.oauth2.rfc6749.grants.refresh_token").isEnabledFor(logging.DEBUG) is False


def test_m50_nothing_prints_a_secret(wiki, session):
    issued = actions.redeem_code(client=wiki, code=a_code(wiki, session), redirect_uri=CALLBACK, verifier=VERIFIER)

    assert issued.access_token not in repr(issued)
    assert Client.__str__(wiki) == "Wiki"
