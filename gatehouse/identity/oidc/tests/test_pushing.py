"""Requests that are pushed first: what the service is told (RFC 9126, section 2). Opening them: browser/test_pushed.py."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings, strategies as st
from joserfc import jwt
from joserfc.jwk import ECKey

from gatehouse.core import clock, sealing
from gatehouse.identity.oidc import addresses, assertions, pushing
from gatehouse.identity.oidc.models import Client, PushedRequest
from gatehouse.identity.oidc.tests.conftest import FORM, basic
from gatehouse.identity.oidc.tests.factories import CALLBACK, a_client, a_page, a_service
from gatehouse.identity.oidc.tests.holding import Holder, with_proof

pytestmark = pytest.mark.django_db
ASKED = {
    "response_type": "code",
    "redirect_uri": CALLBACK,
    "scope": "openid profile",
    "state": "a state",
    "code_challenge": "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    "code_challenge_method": "S256",
}
PREFIX = "urn:ietf:params:oauth:request_uri:"


def push(provider, client, **changes):
    said = {name: value for name, value in {**ASKED, **changes}.items() if value is not None}
    return provider.push(client, **said)


def test_a_request_is_kept_for_a_minute_under_a_name_nobody_guesses(provider, wiki):
    answer = push(provider, wiki)

    assert (answer.status, answer.body["expires_in"]) == (201, 60)
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.body["request_uri"].startswith(PREFIX)
    assert len(answer.body["request_uri"].removeprefix(PREFIX)) == 43  # 256 bits
    assert PushedRequest.objects.get().expires_at <= clock.now() + timedelta(seconds=60)


def test_n13_neither_its_name_nor_what_it_says_lies_in_clear(provider, wiki):
    uri = push(provider, wiki, login_hint="maya@example.org", id_token_hint="a.b.c").body["request_uri"]

    kept = repr(list(PushedRequest.objects.values()))
    for clear in (uri.removeprefix(PREFIX), "maya", "a.b.c", "a state"):
        assert clear not in kept


def test_the_metadata_says_so(provider):
    said = provider.get(addresses.DISCOVERY).body

    assert said["pushed_authorization_request_endpoint"] == addresses.whole("/oauth/par")
    assert said["require_pushed_authorization_requests"] is False


def test_every_way_to_prove_who_asks_serves_here(provider):
    assert push(provider, a_client(proof=Client.Proof.POST)).status == 201
    assert push(provider, a_page()).status == 201
    key = ECKey.generate_key("P-256", {"kid": "k1"})
    signs = a_client(proof=Client.Proof.KEY, jwks={"keys": [key.as_dict(private=False)]})
    for number, audience in enumerate([addresses.issuer(), *map(addresses.whole, (addresses.PUSH, addresses.TOKEN))]):
        now = int(clock.now().timestamp())
        said = {"iss": signs.client_id, "sub": signs.client_id, "aud": audience, "exp": now + 60, "jti": str(number)}
        text = jwt.encode({"alg": "ES256", "kid": "k1"}, said, key, algorithms=["ES256"])
        proof = {"client_assertion": text, "client_assertion_type": assertions.TYPE}
        assert provider.post(addresses.PUSH, {**ASKED, **proof}).status == 201
        assert provider.post(addresses.PUSH, {**ASKED, **proof}).error == "invalid_client"


def test_m25_nobody_else_pushes_anything(provider, wiki):
    form = urlencode(ASKED)
    answers = [
        provider.post(addresses.PUSH, form, HTTP_AUTHORIZATION=basic(wiki.client_id, "wrong")),
        provider.post(addresses.PUSH, form, HTTP_AUTHORIZATION=basic("nobody", "wrong")),
        provider.post(addresses.PUSH, {**ASKED, "client_id": wiki.client_id}),
        provider.post(addresses.PUSH, form),
    ]

    assert {(answer.status, answer.error) for answer in answers} == {(401, "invalid_client")}
    assert not PushedRequest.objects.exists()


def test_the_secret_is_not_kept_with_the_request(provider):
    wiki = a_client(proof=Client.Proof.POST)
    push(provider, wiki, state="s")

    kept = sealing.unseal(bytes(PushedRequest.objects.get().sealed), purpose=PushedRequest.SEALED_FOR).decode()
    assert "state=s" in kept
    assert wiki.secret not in kept


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uri": None}, "invalid_request"),
        ({"redirect_uri": CALLBACK + "/"}, "invalid_request"),
        ({"redirect_uri": "https://evil.example.org/"}, "invalid_request"),
        ({"response_type": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"response_mode": "fragment"}, "invalid_request"),
        ({"scope": "nothing"}, "invalid_scope"),
        ({"scope": 'a"b'}, "invalid_scope"),
        ({"code_challenge": None}, "invalid_request"),
        ({"code_challenge": "short"}, "invalid_request"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge_method": None}, "invalid_request"),
        ({"prompt": "none login"}, "invalid_request"),
        ({"max_age": "-1"}, "invalid_request"),
        ({"claims": "{"}, "invalid_request"),
        ({"state": "x" * 1001}, "invalid_request"),
        ({"nonce": "a\nb"}, "invalid_request"),
        ({"request": "e30.e30."}, "request_not_supported"),
        ({"request_uri": f"{PREFIX}{'x' * 43}"}, "invalid_request"),
        ({"dpop_jkt": "short"}, "invalid_request"),
    ],
)
def test_what_authorize_would_not_answer_is_said_at_once(changes, error, provider, wiki):
    answer = push(provider, wiki, **changes)

    assert (answer.status, answer.error) == (400, error)
    assert answer.body["error_description"]
    assert not PushedRequest.objects.exists()


def test_a_service_without_people_pushes_nothing(provider):
    assert push(provider, a_service()).error == "unauthorized_client"


def test_another_services_name_is_not_pushed(provider, wiki):
    assert push(provider, wiki, client_id="other").error == "invalid_client"


def test_m47_too_much_is_refused(provider, wiki):
    long = {f"p{number}": "ä" * 700 for number in range(6)}

    assert push(provider, wiki, **long).status == 413
    assert push(provider, wiki, state="x" * 70_000).status == 413


def test_a_proof_that_comes_along_binds_the_code(wiki):
    holder = Holder()
    path = addresses.PUSH

    assert push(holder.speaking(path), wiki).status == 201
    assert push(holder.speaking(path), wiki, dpop_jkt=holder.jkt).status == 201
    assert push(holder.speaking(path), wiki, dpop_jkt="x" * 43).error == "invalid_dpop_proof"
    assert push(holder.speaking(addresses.TOKEN), wiki).error == "invalid_dpop_proof"
    text = holder.proof(path)
    assert [push(with_proof(text), wiki).status for _turn in range(2)] == [201, 400]
    assert push(with_proof("x"), wiki).error == "invalid_dpop_proof"


def test_who_proves_nothing_pushes_so_many_a_minute(provider, monkeypatch, hands):
    app, wiki = a_page(), a_client()
    monkeypatch.setattr(pushing, "FROM_NETWORK", pushing.Limit("oidc.push", 2, timedelta(minutes=1)))

    assert [push(provider, app).status for _turn in range(3)] == [201, 201, 429]
    assert push(provider, app).headers["Retry-After"] == "60"
    assert push(provider, wiki).status == 201
    hands.turn(seconds=61)
    assert push(provider, app).status == 201


@pytest.mark.parametrize("name", [*ASKED, "claims", "prompt", "login_hint", "ui_locales", "resource", "dpop_jkt", "x"])
def test_m47_no_word_in_any_parameter_breaks_anything(provider, wiki, name):
    for word in (
        "\0",
        "é" * 500,
        "%00",
        "a" * 60_000,
        "[" * 5_000,
        "{}",
        '{"id_token": {"acr": {"values": [[]]}}}',
    ):
        answer = push(provider, wiki, **{name: word})

        assert answer.status < 500, (word[:20], answer.body)
        assert answer.status == 201 or answer.error


@given(
    changes=st.dictionaries(
        st.sampled_from(
            [*ASKED, "claims", "prompt", "max_age", "request", "request_uri", "dpop_jkt", "client_id", "\0"]
        ),
        st.text(st.characters(codec="utf-8"), max_size=60),
        max_size=5,
    ),
    body=st.binary(max_size=200),
)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_m47_whatever_is_pushed_is_answered(provider, wiki, changes, body):
    answer = push(provider, wiki, **changes)
    raw = provider.browser.generic(
        "POST", addresses.PUSH, body, FORM, HTTP_AUTHORIZATION=basic(wiki.client_id, wiki.secret)
    )

    assert answer.status in {201, 400, 401, 413}
    assert raw.status_code in {400, 401}


def test_m23_nothing_is_read_from_the_address(provider, wiki):
    answer = provider.post(
        f"{addresses.PUSH}?{urlencode(ASKED)}", ASKED, HTTP_AUTHORIZATION=basic(wiki.client_id, wiki.secret)
    )

    assert (answer.status, answer.error) == (400, "invalid_request")


def test_m50_no_log_holds_its_name(provider, wiki, caplog):
    uri = push(provider, wiki).body["request_uri"]

    assert uri.removeprefix(PREFIX) not in caplog.text
