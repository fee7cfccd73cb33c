"""What staff take back from a service it learns and does no more, whatever tokens it holds."""

import json

import pytest
from django.test import Client as Browser

from gatehouse.identity import actions as identity
from gatehouse.identity.oidc import actions
from gatehouse.identity.oidc.tests.factories import a_client, a_code, a_service
from gatehouse.identity.oidc.tests.test_fobs import NUMBER, PATH

LEFT = ["openid", "profile", "offline_access"]


def test_userinfo_tells_no_more(provider, wiki, signed_in):
    actions.edit_client(client=wiki, actor=None, scopes=LEFT)

    told = provider.userinfo(signed_in["access_token"]).body

    assert "email" not in told
    assert told["name"] == "Maya Okafor"


def test_new_tokens_do_not_hold_it_and_say_so(provider, session):
    wiki = a_client(claims_in_id_token=True)
    first = provider.redeem(wiki, a_code(wiki, session)).body
    actions.edit_client(client=wiki, actor=None, scopes=LEFT)

    again = provider.refresh(wiki, first["refresh_token"]).body

    assert again["scope"] == "openid profile offline_access"
    assert "email" not in provider.claims(again["id_token"])
    assert provider.refresh(wiki, again["refresh_token"], scope="email").error == "invalid_scope"


def test_a_code_on_its_way_neither(provider, wiki, code):
    actions.edit_client(client=wiki, actor=None, scopes=LEFT)

    assert provider.redeem(wiki, code).body["scope"] == "openid profile offline_access"


def test_without_offline_access_nothing_is_renewed(provider, wiki, signed_in):
    actions.edit_client(client=wiki, actor=None, scopes=["openid"])

    again = provider.refresh(wiki, signed_in["refresh_token"])

    assert "refresh_token" not in again.body


@pytest.mark.django_db
def test_a_reader_of_fobs_lets_nobody_in_any_more(provider, maya):
    identity.add_fob(person=maya, number=NUMBER, actor=maya)
    reader = a_service(scopes=["fobs:sign-in"])
    token = provider.token(reader, grant_type="client_credentials").body["access_token"]
    actions.edit_client(client=reader, actor=None, scopes=[])

    said = Browser().post(
        PATH, json.dumps({"fob": NUMBER}), content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {token}"
    )

    assert (said.status_code, said.json()["code"]) == (403, "scope-missing")
