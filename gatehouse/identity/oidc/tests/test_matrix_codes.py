"""The security matrix, rows 3 to 15: authorization codes. Each test is named with its row."""

from datetime import timedelta

import pytest
from django.db.models import Q

from gatehouse.core import clock
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions, addresses, pkce
from gatehouse.identity.oidc.models import Client, Code, Grant
from gatehouse.identity.oidc.refusals import GrantUnusable
from gatehouse.identity.oidc.tests.factories import CALLBACK, VERIFIER, a_client, a_code, a_page
from gatehouse.identity.tests.factories import a_person
from gatehouse.journal.models import Entry
from gatehouse.mail.models import Letter
from gatehouse.people.models import Person

pytestmark = pytest.mark.django_db


def test_m3_a_code_is_not_redeemed_without_its_address(provider, wiki, code):
    assert provider.redeem(wiki, code, redirect_uri="").error == "invalid_grant"


@pytest.mark.parametrize("later", [0, 30, 86_400])
def test_m4_n31_a_code_used_twice_ends_what_it_gave(provider, wiki, code, hands, later):
    first = provider.redeem(wiki, code).body
    hands.turn(seconds=later)

    again = provider.redeem(wiki, code)

    assert (again.status, again.error) == (400, "invalid_grant")
    assert provider.userinfo(first["access_token"]).status == 401
    assert provider.refresh(wiki, first["refresh_token"]).error == "invalid_grant"
    assert Grant.objects.get().ended_why == Grant.Ended.CODE_REUSED


def test_m4_a_code_used_twice_stands_in_the_journal_and_is_told(provider, wiki, code, maya):
    for _ in range(3):
        provider.redeem(wiki, code)

    entry = Entry.objects.get(verb="sign-in.code-reused")
    assert entry.subject_id == str(maya.pk)
    assert Letter.objects.get(person=maya).subject == "You were signed out of Wiki"


def test_m6_a_code_of_one_service_is_nothing_to_another(provider, wiki, code):
    other = a_client()

    assert provider.redeem(other, code).error == "invalid_grant"
    assert provider.redeem(wiki, code).status == 200


def test_m7_a_code_lives_for_a_minute(provider, wiki, session, hands):
    in_time, too_late = a_code(wiki, session), a_code(wiki, session)

    hands.turn(seconds=59)
    assert provider.redeem(wiki, in_time).status == 200
    hands.turn(seconds=1)
    assert provider.redeem(wiki, too_late).error == "invalid_grant"


@pytest.mark.parametrize("address", [CALLBACK + "/", CALLBACK.upper(), CALLBACK + "?a=b", "https://evil.example.org/"])
def test_m8_the_address_is_compared_letter_by_letter(provider, wiki, code, address):
    assert provider.redeem(wiki, code, redirect_uri=address).error == "invalid_grant"


@pytest.mark.parametrize("verifier", ["", "w" * 43, "v" * 42, "v" * 129, "ä" * 43, "v" * 42 + "\n"])
def test_m11_a_missing_or_wrong_verifier_is_an_invalid_grant(provider, wiki, code, verifier):
    assert provider.redeem(wiki, code, code_verifier=verifier).error == "invalid_grant"
    assert provider.redeem(wiki, code).status == 200


@pytest.mark.parametrize("challenge", ["", "plain", VERIFIER + "x", "v" * 42, "=" * 43])
def test_m12_n35_no_code_comes_without_a_challenge(wiki, session, challenge):
    with pytest.raises(ValueError, match="PKCE"):
        actions.begin_grant(
            client=wiki,
            person=session.person,
            session=session,
            scope="openid",
            redirect_uri=CALLBACK,
            challenge=challenge,
        )
    assert not Code.objects.exists()


def test_m12_the_challenge_itself_proves_nothing(provider, wiki, code):
    assert provider.redeem(wiki, code, code_verifier=pkce.challenge_of(VERIFIER)).error == "invalid_grant"


@pytest.mark.parametrize("kind", ["password", "implicit", "urn:ietf:params:oauth:grant-type:token-exchange", "x" * 500])
def test_m15_there_are_no_other_grants(provider, wiki, kind):
    answer = provider.token(wiki, grant_type=kind, username="maya@example.org", password="secret")

    assert (answer.status, answer.error) == (400, "unsupported_grant_type")
    assert kind not in provider.get(addresses.DISCOVERY).body["grant_types_supported"]


def test_m15_discovery_knows_no_implicit_answers(provider):
    said = provider.get(addresses.DISCOVERY).body

    assert said.get("response_types_supported", ["code"]) == ["code"]


def test_a_grant_the_service_was_not_registered_for_is_refused(provider, session):
    service = a_client(grants=["client_credentials"])

    assert provider.redeem(service, a_code(service, session)).error == "unauthorized_client"
    assert provider.token(a_page(), grant_type="client_credentials").error == "unauthorized_client"


def _end(session):
    actions.end_grants(where=Q(person=session.person), why=Grant.Ended.SIGNED_OUT)


def _leave(session):
    Person.objects.update(left_at=clock.now() - timedelta(seconds=1))


def _end_session(session):
    session.delete()


def _sign_in_as_another(session):
    BrowserSession.objects.update(person=a_person())


def _switch_off(session):
    Client.objects.update(disabled_at=clock.now())


@pytest.mark.parametrize("over", [_end, _leave, _end_session, _sign_in_as_another, _switch_off], ids=str)
def test_a_code_is_worth_nothing_once_what_it_came_of_is_over(provider, wiki, session, code, over):
    over(session)

    assert provider.redeem(wiki, code).error == ("invalid_client" if over is _switch_off else "invalid_grant")


def test_a_code_that_was_never_given_changes_nothing(wiki):
    with pytest.raises(GrantUnusable):
        actions.redeem_code(client=wiki, code="never", redirect_uri=CALLBACK, verifier=VERIFIER)

    assert not Entry.objects.filter(verb__contains="reused").exists()
