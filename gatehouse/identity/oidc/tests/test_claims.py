"""What services are told of a person."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from gatehouse.core import clock
from gatehouse.identity import actions as identity
from gatehouse.identity.models import BrowserSession, SignInFlow
from gatehouse.identity.oidc import actions, claims
from gatehouse.identity.oidc.claims import Facts, Member
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.queries import facts_of
from gatehouse.identity.oidc.tests.factories import PEOPLE, a_client, a_code, a_session
from gatehouse.identity.tests.conftest import sign_in as sign_in
from gatehouse.people import actions as people
from gatehouse.people.models import Group, GroupPlace, Membership, Person, Role, RoleGrant

FORUM = "https://forum.example.org/session/sso_login"
MAYA = Facts(
    name="May Okafor",
    given_name="Maya",
    family_name="Okafor",
    preferred_name="May",
    email="maya@example.org",
    is_email_proved=True,
    language="de",
    changed_at=1_700_000_000,
    attributes={"username": "may", "phone": "+44 20 7946 0000", "desk": 12},
    roles=("member", "tutor"),
    groups=("Robotics",),
    membership=Member("Full", "active", "204", "2026-01-01"),
)


def told(*scopes, own=None, wanted=()):
    return claims.told(MAYA, claims.allowed(scopes, wanted), own or {})


@pytest.mark.parametrize(
    ("scope", "said"),
    [
        ("openid", {}),
        (
            "profile",
            {
                "name": "May Okafor",
                "given_name": "Maya",
                "family_name": "Okafor",
                "nickname": "May",
                "preferred_username": "may",
                "locale": "de",
                "updated_at": 1_700_000_000,
            },
        ),
        ("email", {"email": "maya@example.org", "email_verified": True}),
        ("phone", {"phone_number": "+44 20 7946 0000"}),
        ("roles", {"roles": ["member", "tutor"]}),
        ("groups", {"groups": ["Robotics"]}),
        (
            "membership",
            {"membership": {"level": "Full", "status": "active", "number": "204", "valid_from": "2026-01-01"}},
        ),
        ("offline_access members:read nonsense", {}),
    ],
)
def test_each_scope_opens_its_own_claims(scope, said):
    assert told(*scope.split()) == said


def test_what_is_not_known_is_left_out_but_no_groups_are_an_answer():
    said = claims.told(Facts(), claims.allowed(PEOPLE), {})

    assert said == {"updated_at": 0, "roles": [], "groups": []}


def test_a_service_has_its_own_names_for_things():
    own = {
        "groups": "roles",
        "level": "membership.level",
        "desk": "attribute.desk",
        "nothing": "attribute.none",
        "x": "?",
    }

    assert told(own=own) == {"groups": ["member", "tutor"], "level": "Full", "desk": 12}


@pytest.mark.parametrize("name", sorted(claims.RESERVED))
def test_what_the_protocol_says_nobody_else_says(name):
    assert told(own={name: "email"}) == {}


def test_claims_by_name_are_told_as_far_as_we_know_them():
    assert told("openid", wanted=["email", "picture", "sub"]) == {"email": "maya@example.org"}


def test_only_what_was_asked_for_is_gathered():
    assert claims.needed(["name", "roles", "membership.level", "attribute.roles"]) == {"roles", "membership"}


@pytest.mark.django_db
def test_facts_come_from_the_person_as_they_are_now(maya):
    RoleGrant.objects.create(person=maya, role=Role.objects.get(slug="tutor"))
    gone = Role.objects.create(slug="gone", name="Gone", archived_at=maya.created_at)
    RoleGrant.objects.create(person=maya, role=gone)
    GroupPlace.objects.create(person=maya, group=Group.objects.create(name="Robotics"))
    for number, status in (("1", "lapsed"), ("2", "active"), ("3", "ended")):
        Membership.objects.create(person=maya, source="club", number=number, status=status, level=f"L{number}")

    facts = facts_of(maya, needed=frozenset({"roles", "groups", "membership"}))

    assert (facts.roles, facts.groups) == (("member", "tutor"), ("Robotics",))
    assert facts.membership == Member("L2", "active", "2")


@pytest.mark.django_db
@pytest.mark.parametrize("rows", [1, 3])
def test_facts_cost_the_same_for_three_as_for_one(maya, rows, django_assert_num_queries):
    for number in range(rows):
        GroupPlace.objects.create(person=maya, group=Group.objects.create(name=f"G{number}"))
        Membership.objects.create(person=maya, source="club", number=str(number))

    with django_assert_num_queries(3):
        facts_of(maya, needed=frozenset({"roles", "groups", "membership"}))


@pytest.mark.django_db
def test_an_address_is_verified_when_a_code_went_there(provider, wiki, maya):
    session = a_session(maya, password=1_700_000_000.0)
    token = provider.redeem(wiki, a_code(wiki, session)).body["access_token"]
    assert provider.userinfo(token).body["email_verified"] is False

    Person.objects.update(proved_email="maya@example.org")
    assert provider.userinfo(token).body["email_verified"] is True


def test_an_address_that_others_wrote_is_verified_by_nobody(provider, wiki, maya, sign_in):
    """A service that lets in by address would take whoever it says for its owner."""
    browser = Browser()
    sign_in(browser, maya)
    forum = actions.add_client(kind="forum", name="Forum", redirect_uris=[FORUM], is_trusted=True, actor=None).client
    session = BrowserSession.objects.get(person=maya)
    tokens = provider.redeem(wiki, a_code(wiki, session)).body
    assert provider.userinfo(tokens["access_token"]).body["email_verified"] is True

    other = people.edit_person(person=maya, actor=None, email="admin@forum.example.org")

    assert provider.userinfo(tokens["access_token"]).body["email_verified"] is False
    again = provider.redeem(wiki, a_code(wiki, session)).body
    assert provider.userinfo(again["access_token"]).body["email_verified"] is False
    assert actions.enter_forum(forum=forum, person=other, session=session)["require_activation"] == "true"


def test_nor_is_one_that_was_their_own_before(maya):
    flow = SignInFlow.objects.create(
        purpose="new-address", person=maya, email="own@example.org", expires_at=clock.now() + timedelta(minutes=9)
    )
    identity.move_address(flow=flow, person=maya)
    assert facts_of(Person.objects.get(), needed=frozenset()).is_email_proved

    people.edit_person(person=maya, actor=None, email="admin@forum.example.org")

    assert not facts_of(Person.objects.get(), needed=frozenset()).is_email_proved


@pytest.mark.django_db
def test_a_service_finds_its_own_claims_at_userinfo_and_in_the_id_token_if_it_never_asks(provider, session, maya):
    lazy = a_client(claims={"teams": "groups"}, claims_in_id_token=True)
    GroupPlace.objects.create(person=maya, group=Group.objects.create(name="Robotics"))

    tokens = provider.redeem(lazy, a_code(lazy, session, scope="openid email")).body

    for said in (provider.claims(tokens["id_token"]), provider.userinfo(tokens["access_token"]).body):
        assert (said["teams"], said["email"]) == (["Robotics"], "maya@example.org")
        assert "name" not in said


@pytest.mark.django_db
def test_claims_by_name_come_where_they_were_asked_for(provider, wiki, session):
    wanted = {"id_token": {"email": {"essential": True}}, "userinfo": {"given_name": None, "picture": None}}

    tokens = provider.redeem(wiki, a_code(wiki, session, scope="openid", wanted=wanted)).body

    assert provider.claims(tokens["id_token"])["email"] == "maya@example.org"
    told = provider.userinfo(tokens["access_token"]).body
    assert sorted(told) == ["given_name", "sub"]


@pytest.mark.django_db
def test_claims_by_name_go_no_further_than_the_service_may(provider, session):
    narrow = a_client(scopes=["openid"])
    wanted = {"id_token": {"email": None}, "userinfo": {"email": None}}

    tokens = provider.redeem(narrow, a_code(narrow, session, scope="openid", wanted=wanted)).body

    assert "email" not in provider.claims(tokens["id_token"])
    assert "email" not in provider.userinfo(tokens["access_token"]).body


@pytest.mark.django_db
def test_a_pairwise_service_knows_a_person_by_a_name_of_its_own(provider, session, maya):
    clients = [a_client(), a_client(), *(a_client(subjects=Client.Subjects.PAIRWISE) for _ in range(2))]

    subjects = [
        provider.userinfo(provider.redeem(one, a_code(one, session)).body["access_token"]).body["sub"]
        for one in clients
    ]

    assert subjects[0] == subjects[1]
    assert len(set(subjects)) == 3
    assert str(maya.pk) not in subjects
