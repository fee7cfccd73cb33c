"""Tokens as they are issued when all is well."""

from gatehouse.identity.oidc.tests.factories import a_code, a_page, a_service


def test_a_code_gives_tokens_that_say_who_signed_in(provider, wiki, maya, code):
    answer = provider.redeem(wiki, code)

    assert answer.status == 200
    assert sorted(answer.body) == ["access_token", "expires_in", "id_token", "refresh_token", "scope", "token_type"]
    said = provider.claims(answer.body["id_token"])
    assert said["aud"] == wiki.client_id
    assert said["sub"] == str(maya.subjects.get().pk)


def test_userinfo_tells_what_the_scopes_open(provider, maya, signed_in):
    told = provider.userinfo(signed_in["access_token"]).body

    assert told["sub"] == str(maya.subjects.get().pk)
    assert told["email"] == "maya@example.org"
    assert told["email_verified"] is True


def test_a_refresh_token_gives_new_ones(provider, wiki, signed_in):
    answer = provider.refresh(wiki, signed_in["refresh_token"])

    assert answer.status == 200
    assert answer.body["refresh_token"] != signed_in["refresh_token"]


def test_a_service_gets_a_token_of_its_own(provider, db):
    service = a_service()

    answer = provider.token(service, grant_type="client_credentials")

    assert answer.status == 200
    assert provider.claims(answer.body["access_token"], typ="at+jwt")["sub"] == service.client_id
    assert provider.introspect(service, answer.body["access_token"]).body["active"] is True


def test_a_page_needs_no_secret(provider, session):
    page = a_page()

    assert provider.redeem(page, a_code(page, session)).status == 200
