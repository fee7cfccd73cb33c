"""What happens to people here, as services hear of it: tokens die, claims follow, and a sign-out is told."""

from datetime import date, timedelta

import pytest

from gatehouse.core import clock
from gatehouse.identity import actions as identity
from gatehouse.identity.models import (
    BrowserSession,
    Fob,
    KnownNetwork,
    RecoveryCode,
    SecondStep,
    SignInFlow,
    TrustedBrowser,
    UpstreamIdentity,
)
from gatehouse.identity.oidc import actions, policies
from gatehouse.identity.oidc.models import Client, Consent, Grant, LogoutNotice, Subject
from gatehouse.identity.oidc.tests.conftest import hands as hands, maya as maya, provider as provider
from gatehouse.identity.oidc.tests.factories import a_client, a_code, a_session
from gatehouse.identity.tests.factories import a_person, an_owner
from gatehouse.people import actions as people
from gatehouse.people.models import Membership, Person, Role, RoleGrant
from gatehouse.people.tests.importing import applied

HEAD = "source,number,email,given_name,family_name,status,role\r\n"
PAST = date(2020, 1, 1)


def role(slug: str) -> Role:
    return Role.objects.get(slug=slug)


def only_for(*slugs: str, **fields) -> Client:
    client = a_client(backchannel_logout_uri="https://wiki.example.org/bye", **fields)
    client.roles.set(Role.objects.filter(slug__in=slugs))
    return client


@pytest.fixture
def ruth(db):
    return an_owner()


class SignedIn:
    """A person at a service, with the tokens that it got."""

    def __init__(self, provider, client, person):
        self.provider, self.client = provider, client
        scope = "openid profile email roles groups membership offline_access"
        self.tokens = provider.redeem(client, a_code(client, a_session(person), scope=scope)).body

    @property
    def is_over(self) -> bool:
        """And the service has been told, or is about to be."""
        access, refresh = self.tokens["access_token"], self.tokens["refresh_token"]
        grant = Grant.objects.get(client=self.client)
        answers = {
            self.provider.userinfo(access).status == 401,
            self.provider.introspect(self.client, access).body == {"active": False},
            grant.ended_at is not None,
            LogoutNotice.objects.filter(client=self.client, subject=grant.subject, told_at=None).count() == 1,
            self.provider.refresh(self.client, refresh).error == "invalid_grant" if grant.ended_at else False,
        }
        assert len(answers) == 1, "some of it is over, and some is not"
        return answers.pop()


@pytest.fixture
def at(provider):
    return lambda client, person: SignedIn(provider, client, person)


def lines(*rows: str) -> str:
    return HEAD + "".join(f"{row}\r\n" for row in rows)


def a_tutor(folder, actor) -> Person:
    applied(folder, lines("course,7,tia@example.org,Tia,Roe,active,tutor"), mapping="gatehouse", actor=actor)
    return Person.objects.get(email="tia@example.org")


def test_m19_a_role_taken_back_by_hand(ruth, maya, at):
    for slug in ("tutor", "student"):
        people.grant_role(person=maya, role=role(slug), actor=ruth)
    closed, open_one, everybody = (
        at(only_for("tutor"), maya),
        at(only_for("tutor", "student"), maya),
        at(a_client(), maya),
    )

    people.revoke_role(person=maya, role=role("tutor"), actor=ruth)

    assert closed.is_over
    assert not open_one.is_over
    assert everybody.provider.userinfo(everybody.tokens["access_token"]).body["roles"] == ["student"]


def test_m19_a_role_archived(ruth, maya, at):
    own = people.add_role(name="Laser team", permissions=[], actor=ruth)
    people.grant_role(person=maya, role=own, actor=ruth)
    there = at(only_for("laser-team"), maya)

    people.archive_role(role=own, actor=ruth)

    assert there.is_over


def test_m19_a_role_that_an_import_takes_away_and_its_undo(ruth, at, tmp_path, hands):
    tia = a_tutor(tmp_path, ruth)
    there = at(only_for("tutor"), tia)
    hands.turn(minutes=5)

    second = applied(
        tmp_path, lines("course,7,tia@example.org,Tia,Roe,active,student"), mapping="gatehouse", actor=ruth
    )

    assert there.is_over
    there = at(only_for("student"), tia)
    people.undo_import(roster_import=second, actor=ruth)
    assert there.is_over
    assert policies.may_sign_in(tia, only_for("tutor"))


def test_an_import_that_changes_no_role_ends_nothing(ruth, at, tmp_path):
    tia = a_tutor(tmp_path, ruth)
    there = at(only_for("tutor"), tia)

    applied(tmp_path, lines("course,7,tia@example.org,Tia,Rowe,active,tutor"), mapping="gatehouse", actor=ruth)

    assert not there.is_over
    assert there.provider.userinfo(there.tokens["access_token"]).body["family_name"] == "Rowe"


@pytest.mark.parametrize("missing", ["left", "expire"])
def test_m19_a_membership_that_an_import_ends(ruth, at, tmp_path, missing):
    tia = a_tutor(tmp_path, ruth)
    there = at(only_for("member"), tia)

    applied(
        tmp_path,
        lines("course,8,ben@example.org,Ben,Roe,active,student"),
        mapping="gatehouse",
        actor=ruth,
        missing=missing,
    )

    assert there.is_over


def a_membership(person: Person, **fields) -> Membership:
    return Membership.objects.create(person=person, source="altru", number="8", **fields)


def test_m19_a_membership_that_runs_out(maya, at):
    a_membership(maya, expires_on=PAST)
    members, all_of_them = at(only_for("member"), maya), at(a_client(), maya)

    people.lapse_memberships()

    assert members.is_over
    said = all_of_them.provider.userinfo(all_of_them.tokens["access_token"]).body
    assert (said["roles"], said["membership"]["status"]) == ([], "lapsed")


def test_m19_a_membership_ended_by_hand(ruth, maya, at):
    membership = a_membership(maya)
    there = at(only_for("member"), maya)

    people.end_membership(membership=membership, actor=ruth)

    assert there.is_over


def test_who_has_another_membership_stays(ruth, maya, at):
    Membership.objects.create(person=maya, source="other", number="9")
    membership = a_membership(maya)
    there = at(only_for("member"), maya)

    people.end_membership(membership=membership, actor=ruth)

    assert not there.is_over


@pytest.mark.django_db
def test_the_rule_for_many_is_the_rule_for_one():
    """All ways of being welcome or not, at services with no, open, archived and member roles."""
    Role.objects.filter(slug="instructor").update(archived_at=clock.now())
    folk = [a_person() for _number in range(5)]
    for person, slug in zip(folk, ("tutor", "instructor", "student", None, None), strict=True):
        if slug:
            RoleGrant.objects.create(person=person, role=role(slug))
    a_membership(folk[3])
    Membership.objects.create(person=folk[4], source="x", number="1", status=Membership.Status.LAPSED)
    named = [(), ("tutor",), ("instructor",), ("member",), ("tutor", "instructor"), ("instructor", "member")]
    clients = [only_for(*slugs) for slugs in named]
    for client in clients:
        for person in folk:
            a_code(client, a_session(person))

    unwelcome = set(Grant.objects.filter(policies.not_welcome()).values_list("client", "person"))

    one_by_one = {(c.pk, p.pk) for c in clients for p in folk if not policies.may_sign_in(p, c)}
    assert unwelcome == one_by_one
    assert len(unwelcome) == 21


def test_claims_follow_at_userinfo_introspection_and_with_each_refresh(ruth, maya, at, provider):
    there = at(a_client(claims_in_id_token=True), maya)
    first = provider.claims(there.tokens["id_token"])
    people.grant_role(person=maya, role=role("tutor"), actor=ruth)
    people.edit_person(person=maya, actor=ruth, family_name="Adler", email="adler@example.org")

    said = provider.userinfo(there.tokens["access_token"]).body
    known = provider.introspect(there.client, there.tokens["access_token"]).body
    second = provider.claims(provider.refresh(there.client, there.tokens["refresh_token"]).body["id_token"])

    assert (first["roles"], first["family_name"]) == ([], "Okafor")
    for claims in (said, second):
        assert (claims["roles"], claims["family_name"], claims["email"]) == (["tutor"], "Adler", "adler@example.org")
    assert known["active"]
    assert first["sub"] == second["sub"] == known["sub"]


def test_m19_signing_out_here(maya, at):
    there = at(only_for(), maya)

    identity.end_all_sessions(person=maya, actor=maya)

    assert there.is_over


def test_m19_who_leaves(ruth, maya, at):
    there = at(only_for(), maya)

    people.end_person(person=maya, actor=ruth)

    assert there.is_over


def everything_of(person: Person) -> None:
    later = clock.now() + timedelta(days=1)
    SecondStep.objects.create(person=person)
    RecoveryCode.objects.create(person=person, digest="x")
    TrustedBrowser.objects.create(person=person, browser_hash="x", ends_at=later)
    KnownNetwork.objects.create(person=person, network="203.0.113.0/24")
    UpstreamIdentity.objects.create(person=person, issuer="https://login.example.org", uid="7")
    SignInFlow.objects.create(person=person, purpose="link", expires_at=later)
    identity.add_fob(person=person, number="04A22B1C", actor=person)


THEIRS = (
    *(SecondStep, RecoveryCode, TrustedBrowser, KnownNetwork, UpstreamIdentity, SignInFlow, Fob),
    *(BrowserSession, Grant, Consent, Subject),
)


def test_who_is_erased_leaves_nothing_but_the_word_to_services(ruth, maya, at):
    everything_of(maya)
    there = at(only_for(), maya)
    actions.give_consent(person=maya, client=there.client, scopes=["openid"])
    subject = Grant.objects.get().subject

    people.erase_person(person=maya, actor=ruth)

    assert [model.__name__ for model in THEIRS if model.objects.exists()] == []
    assert LogoutNotice.objects.get().subject == subject
    assert there.provider.userinfo(there.tokens["access_token"]).status == 401
    assert there.provider.refresh(there.client, there.tokens["refresh_token"]).error == "invalid_grant"


def test_of_two_records_that_are_one_services_know_the_one_that_stays_by_the_same_name(ruth, maya, at, provider):
    """Signed out they are, for the session was the other record's; at the next sign-in nothing was lost."""
    kept = a_person(email="maya@work.example.org")
    everything_of(maya)
    there = at(only_for(subjects="pairwise"), maya)
    actions.give_consent(person=maya, client=there.client, scopes=["openid", "profile"])
    before = Grant.objects.get().subject

    people.merge_people(kept=kept, gone=maya, actor=ruth)

    assert LogoutNotice.objects.get().subject == before
    assert there.provider.userinfo(there.tokens["access_token"]).status == 401
    assert not BrowserSession.objects.exists()
    assert not SignInFlow.objects.exists()
    assert not TrustedBrowser.objects.exists()
    assert actions.subject_of(person=kept, client=there.client) == before
    assert Consent.objects.get().person == kept
    assert (kept.fobs.count(), kept.upstream_identities.count()) == (1, 1)
    Grant.objects.all().delete()
    assert at(there.client, kept).provider.claims(at(there.client, kept).tokens["id_token"])["sub"] == before


def test_where_both_were_known_the_name_of_the_one_that_stays_counts(ruth, maya, at):
    kept, client = a_person(), a_client()
    names = {}
    for person, scopes in ((maya, ["openid", "email"]), (kept, ["openid"])):
        actions.give_consent(person=person, client=client, scopes=scopes)
        names[person.pk] = actions.subject_of(person=person, client=client)

    people.merge_people(kept=kept, gone=maya, actor=ruth)

    assert actions.subject_of(person=kept, client=client) == names[kept.pk]
    assert Consent.objects.get().scopes == ["openid"], "nobody knows more than they let it"
    assert Subject.objects.count() == 1
