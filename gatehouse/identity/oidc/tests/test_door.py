"""The door for programs: documents with tags, pages of other origins, nothing but JSON."""

import json

import pytest
from django.db import OperationalError, connection
from django.urls import resolve

from gatehouse.identity.oidc import addresses, metadata, queries
from gatehouse.identity.oidc.door import ENDPOINTS
from gatehouse.identity.oidc.tests.factories import a_client, a_code, a_page, a_service

pytestmark = pytest.mark.django_db
DOCUMENTS = [addresses.DISCOVERY, addresses.SERVER, addresses.JWKS]


@pytest.fixture(autouse=True)
def origins_are_read_anew():
    queries.clients._page_origins.cache_clear()
    metadata.document.cache_clear()


def test_discovery_says_only_what_is_there(provider):
    said = provider.get(addresses.DISCOVERY).body

    assert said == provider.get(addresses.SERVER).body
    assert said["issuer"] == addresses.issuer()
    for name, address in said.items():
        if name.endswith(("_endpoint", "jwks_uri")):
            path = address.removeprefix(addresses.issuer())
            assert path in ENDPOINTS or resolve(path), name
    assert said["grant_types_supported"] == ["authorization_code", "refresh_token", "client_credentials"]
    assert said["id_token_signing_alg_values_supported"] == ["ES256", "RS256"]
    assert "none" not in said["introspection_endpoint_auth_methods_supported"]


def test_every_grant_said_to_be_supported_is(provider, wiki):
    for kind in provider.get(addresses.DISCOVERY).body["grant_types_supported"]:
        assert provider.token(wiki, grant_type=kind).error in {"invalid_request", "unauthorized_client"}


@pytest.mark.parametrize("path", DOCUMENTS)
def test_documents_are_kept_for_an_hour_and_asked_for_by_tag(provider, path):
    first = provider.get(path)
    again = provider.get(path, HTTP_IF_NONE_MATCH=first.headers["ETag"])

    assert first.headers["Cache-Control"] == "public, max-age=3600"
    assert (again.status, again.body) == (304, {})
    assert provider.get(path, HTTP_IF_NONE_MATCH='"other"').status == 200


def test_documents_ask_nothing_of_the_database(provider, django_assert_num_queries):
    provider.get(addresses.JWKS)

    with django_assert_num_queries(0):
        for path in DOCUMENTS:
            provider.get(path)


def test_what_a_token_costs_the_database(provider, wiki, session, django_assert_num_queries):
    service = a_service()
    provider.token(service, grant_type="client_credentials")
    provider.redeem(wiki, a_code(wiki, session))
    code = a_code(wiki, session)

    with django_assert_num_queries(1):
        provider.token(service, grant_type="client_credentials")
    with django_assert_num_queries(4 + _savepoint()):  # the service, the code, its use, the refresh token
        tokens = provider.redeem(wiki, code).body
    with django_assert_num_queries(1):
        provider.userinfo(tokens["access_token"])
    with django_assert_num_queries(4 + _savepoint()):
        provider.refresh(wiki, tokens["refresh_token"])


def _savepoint() -> int:
    """On PostgreSQL the last two are one statement; elsewhere a transaction, in a test a savepoint, is put around."""
    return -1 if connection.vendor == "postgresql" else 2


def test_no_session_no_cookie(provider, wiki, code):
    for answer in (provider.redeem(wiki, code), provider.get(addresses.DISCOVERY)):
        assert "Set-Cookie" not in answer.headers
    assert not provider.browser.cookies


def test_pages_of_any_origin_read_documents_and_those_we_know_the_rest(provider, session):
    page = a_page(redirect_uris=["https://App.example.org:8443/callback"])
    known, unknown = "https://app.example.org:8443", "https://evil.example.org"
    code = a_code(page, session, redirect_uri=page.redirect_uris[0])
    form = {
        "grant_type": "authorization_code",
        "client_id": page.client_id,
        "code": code,
        "redirect_uri": page.redirect_uris[0],
        "code_verifier": "v" * 43,
    }

    assert provider.get(addresses.JWKS, HTTP_ORIGIN=unknown).headers["Access-Control-Allow-Origin"] == "*"
    refused = provider.post(addresses.TOKEN, {**form, "code": "x"}, HTTP_ORIGIN=unknown)
    assert "Access-Control-Allow-Origin" not in refused.headers
    answer = provider.post(addresses.TOKEN, form, HTTP_ORIGIN=known)
    assert answer.headers["Access-Control-Allow-Origin"] == known
    assert answer.headers["Vary"] == "Origin"
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_a_page_may_ask_before_it_asks(provider):
    a_page()
    answer = provider.browser.options(addresses.USERINFO, HTTP_ORIGIN="https://wiki.example.org")

    assert answer.status_code == 204
    assert answer.headers["Access-Control-Allow-Headers"] == "Authorization, Content-Type, DPoP"
    assert answer.headers["Access-Control-Allow-Methods"] == "GET, POST"


def test_a_web_application_has_no_scripts_that_call(provider):
    a_client()

    assert queries.page_origins() == frozenset()


def test_nothing_is_said_in_the_clear(provider, wiki, settings):
    settings.SECURE_SSL_REDIRECT = True

    answer = provider.token(wiki, grant_type="client_credentials")

    assert (answer.status, answer.error) == (400, "invalid_request")


def test_a_database_that_does_not_answer_is_said_to_come_back(provider, monkeypatch):
    def gone(client_id):
        raise OperationalError("gone")

    service = a_service()
    monkeypatch.setattr(queries, "client_and_secrets", gone)
    answer = provider.token(service, grant_type="client_credentials")

    assert (answer.status, answer.error) == (503, "temporarily_unavailable")
    assert answer.headers["Retry-After"] == "5"


def test_the_log_knows_the_place(provider, wiki, caplog):
    provider.get(addresses.JWKS)

    fields = [record.fields for record in caplog.records if record.name == "gatehouse.requests"]
    assert fields[-1]["route"] == addresses.JWKS


def test_errors_repeat_nothing_that_was_sent(provider, wiki):
    answer = provider.token(wiki, grant_type="<script>alert(1)</script>")

    assert "script" not in json.dumps(answer.body)
