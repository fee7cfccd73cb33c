"""The security matrix, rows 16 to 19: refresh tokens."""

from datetime import timedelta

import pytest
from django.db.models import Q

from gatehouse.core import clock
from gatehouse.identity.actions import end_all_sessions, set_password
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions
from gatehouse.identity.oidc.models import Client, Grant, RefreshToken
from gatehouse.identity.oidc.tests.factories import a_client, a_code
from gatehouse.identity.tests.factories import a_person
from gatehouse.journal.models import Entry
from gatehouse.mail.models import Letter
from gatehouse.people.models import Person

pytestmark = pytest.mark.django_db


def test_m16_n32_a_token_used_again_later_ends_the_whole_family(provider, wiki, signed_in, maya, hands):
    newer = provider.refresh(wiki, signed_in["refresh_token"]).body
    hands.turn(seconds=11)

    again = provider.refresh(wiki, signed_in["refresh_token"])

    assert (again.status, again.error) == (400, "invalid_grant")
    assert provider.refresh(wiki, newer["refresh_token"]).error == "invalid_grant"
    assert provider.userinfo(newer["access_token"]).status == 401
    assert Grant.objects.get().ended_why == Grant.Ended.TOKEN_REUSED
    assert Entry.objects.get(verb="sign-in.token-reused").subject_id == str(maya.pk)
    assert Letter.objects.filter(person=maya).count() == 1


def test_m16_one_letter_an_hour_tells_of_it(provider, wiki, session, maya, hands):
    for _ in range(3):
        old = provider.redeem(wiki, a_code(wiki, session)).body["refresh_token"]
        provider.refresh(wiki, old)
        hands.turn(seconds=11)
        provider.refresh(wiki, old)

    assert Entry.objects.filter(verb="sign-in.token-reused").count() == 3
    assert Letter.objects.filter(person=maya).count() == 1


@pytest.mark.parametrize("seconds", [0, 10])
def test_m18_a_repeat_within_the_grace_fails_and_ends_nothing(provider, wiki, signed_in, hands, seconds):
    newer = provider.refresh(wiki, signed_in["refresh_token"]).body
    hands.turn(seconds=seconds)

    assert provider.refresh(wiki, signed_in["refresh_token"]).error == "invalid_grant"
    assert provider.refresh(wiki, newer["refresh_token"]).status == 200
    assert not Letter.objects.exists()


def test_m17_a_token_of_another_service_is_nothing(provider, wiki, signed_in):
    assert provider.refresh(a_client(), signed_in["refresh_token"]).error == "invalid_grant"
    assert provider.refresh(wiki, signed_in["refresh_token"]).status == 200


def test_m17_no_more_than_was_granted(provider, wiki, signed_in):
    wider = provider.refresh(wiki, signed_in["refresh_token"], scope="openid roles")

    assert wider.error == "invalid_scope"
    assert provider.refresh(wiki, signed_in["refresh_token"]).status == 200


def test_m17_less_is_given_for_this_access_token_only(provider, wiki, signed_in):
    narrow = provider.refresh(wiki, signed_in["refresh_token"], scope="email openid").body

    assert narrow["scope"] == "openid email"
    assert "name" not in provider.userinfo(narrow["access_token"]).body
    assert provider.refresh(wiki, narrow["refresh_token"]).body["scope"] == signed_in["scope"]


def _sign_out(session):
    end_all_sessions(person=session.person, actor=None)


def _password(session):
    set_password(person=session.person, password="eleven plus one letters", actor=None)


def _leave(session):
    Person.objects.filter(pk=session.person_id).update(left_at=clock.now())


def _switch_off(session):
    actions.end_grants(where=Q(client__name="Wiki"), why=Grant.Ended.DISABLED)


def _replace(session):
    BrowserSession.objects.filter(pk=session.pk).update(person=a_person())


def _run_out(session):
    BrowserSession.objects.filter(pk=session.pk).update(ends_at=clock.now())


@pytest.mark.parametrize("over", [_sign_out, _password, _leave, _switch_off, _replace, _run_out], ids=str)
def test_m19_nothing_is_refreshed_once_it_is_over(provider, wiki, signed_in, session, over):
    over(session)

    assert provider.refresh(wiki, signed_in["refresh_token"]).error == "invalid_grant"
    assert provider.userinfo(signed_in["access_token"]).status == 401
    assert provider.introspect(wiki, signed_in["access_token"]).body == {"active": False}
    assert not Letter.objects.filter(template__contains="reuse").exists()


def test_m19_a_service_switched_off_is_nobody(provider, wiki, signed_in):
    Client.objects.update(disabled_at=clock.now())

    assert provider.refresh(wiki, signed_in["refresh_token"]).error == "invalid_client"
    assert provider.userinfo(signed_in["access_token"]).status == 401


def test_a_refresh_token_ends_unused_and_with_its_grant(provider, wiki, signed_in, session, hands):
    BrowserSession.objects.update(ends_at=clock.now() + timedelta(days=400))
    token = signed_in["refresh_token"]
    for _ in range(4):
        hands.turn(days=29)
        answer = provider.refresh(wiki, token)
        token = answer.body.get("refresh_token", "")

    assert answer.error == "invalid_grant"
    assert RefreshToken.objects.latest("made_at").expires_at == Grant.objects.get().ends_at


def test_only_who_asked_for_it_may_come_again(provider, wiki, session):
    assert "refresh_token" not in provider.redeem(wiki, a_code(wiki, session, scope="openid")).body
    once = a_client(grants=["authorization_code"])
    assert "refresh_token" not in provider.redeem(once, a_code(once, session)).body
