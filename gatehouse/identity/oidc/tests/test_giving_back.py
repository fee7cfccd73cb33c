"""Tokens given back (RFC 7009), and asked about (RFC 7662)."""

import pytest

from gatehouse.core import clock
from gatehouse.identity.oidc import tokens
from gatehouse.identity.oidc.models import Grant
from gatehouse.identity.oidc.refusals import TokenRefused
from gatehouse.identity.oidc.tests.factories import a_code, a_page, a_service

pytestmark = pytest.mark.django_db


def test_n28_an_access_token_given_back_is_no_good_at_once(provider, wiki, signed_in):
    answer = provider.revoke(wiki, signed_in["access_token"])

    assert (answer.status, answer.body) == (200, {})
    assert provider.userinfo(signed_in["access_token"]).status == 401
    assert provider.introspect(wiki, signed_in["access_token"]).body == {"active": False}
    assert provider.refresh(wiki, signed_in["refresh_token"]).status == 200
    assert provider.revoke(wiki, signed_in["access_token"]).status == 200


def test_a_refresh_token_given_back_takes_its_family_along(provider, wiki, signed_in):
    newer = provider.refresh(wiki, signed_in["refresh_token"]).body

    assert provider.revoke(wiki, newer["refresh_token"], token_type_hint="access_token").status == 200

    assert provider.userinfo(signed_in["access_token"]).status == 401
    assert provider.refresh(wiki, newer["refresh_token"]).error == "invalid_grant"
    assert Grant.objects.get().ended_why == Grant.Ended.REVOKED


@pytest.mark.parametrize("token", ["x", "0" * 32 + ":" + "A" * 43, "a.b.c"])
def test_what_is_no_token_is_gone_already(provider, wiki, token):
    assert provider.revoke(wiki, token, token_type_hint="nonsense").status == 200
    assert provider.introspect(wiki, token).body == {"active": False}


def test_a_page_gives_its_tokens_back(provider, session):
    page = a_page()
    told = provider.redeem(page, a_code(page, session)).body

    assert provider.revoke(page, told["refresh_token"]).status == 200
    assert provider.refresh(page, told["refresh_token"]).error == "invalid_grant"


def test_a_token_must_be_named(provider, wiki):
    assert provider.revoke(wiki, "").error == "invalid_request"
    assert provider.introspect(wiki, "").error == "invalid_request"


def test_its_service_reads_what_a_token_says(provider, wiki, signed_in, maya):
    said = provider.introspect(wiki, signed_in["access_token"]).body

    subject = str(maya.subjects.get().pk)
    assert said["active"] is True
    assert (said["client_id"], said["sub"], said["scope"]) == (wiki.client_id, subject, signed_in["scope"])
    assert (said["token_type"], said["acr"], said["amr"]) == ("Bearer", "silver", ["email"])
    assert "grant" not in said


def test_a_refresh_token_is_active_until_it_is_used(provider, wiki, signed_in):
    said = provider.introspect(wiki, signed_in["refresh_token"]).body
    assert (said["active"], said["token_type"]) == (True, "refresh_token")

    provider.refresh(wiki, signed_in["refresh_token"])

    assert provider.introspect(wiki, signed_in["refresh_token"]).body == {"active": False}


def test_a_service_token_dies_with_its_service_or_by_itself(provider, hands):
    service = a_service()
    first, second = (provider.token(service, grant_type="client_credentials").body["access_token"] for _ in range(2))
    provider.revoke(service, first)

    assert not provider.introspect(service, first).body["active"]
    assert tokens.read_access(second).allows("members:read")
    type(service).objects.update(disabled_at=clock.now())
    with pytest.raises(TokenRefused):
        tokens.read_access(second)


def test_a_token_runs_out_to_the_second(signed_in, wiki, hands):
    hands.turn(seconds=wiki.access_seconds - 1)
    tokens.read_access(signed_in["access_token"])
    hands.turn(seconds=1)

    with pytest.raises(TokenRefused):
        tokens.read_access(signed_in["access_token"])


def test_our_own_api_asks_for_tokens_meant_for_it(provider, signed_in, maya, settings):
    access = tokens.read_access(signed_in["access_token"], audience=settings.BASE_URL)

    assert (access.person, access.client_id) == (maya, access.claims["client_id"])
    with pytest.raises(TokenRefused):
        tokens.read_access(signed_in["access_token"], audience="https://api.example.org/")


def test_a_service_has_no_more_than_it_may(provider):
    service = a_service(scopes=["members:read", "openid", "offline_access"])

    assert provider.token(service, grant_type="client_credentials").body["scope"] == "members:read"
    for scope in ("members:write", "openid", "members:read openid"):
        assert provider.token(service, grant_type="client_credentials", scope=scope).error == "invalid_scope"


def test_a_service_without_a_person_has_no_userinfo(provider):
    token = provider.token(a_service(), grant_type="client_credentials").body["access_token"]

    assert provider.userinfo(token).status == 403


def test_who_shows_nothing_is_told_how(provider):
    answer = provider.get("/oauth/userinfo")

    assert (answer.status, answer.headers["WWW-Authenticate"]) == (
        401,
        'Bearer realm="Gatehouse", DPoP realm="Gatehouse", algs="ES256 RS256 Ed25519"',
    )
