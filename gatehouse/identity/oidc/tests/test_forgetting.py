"""What is over goes, and nothing that could still be replayed."""

from datetime import timedelta

import pytest
from django.db.models import Q

from gatehouse.core import clock
from gatehouse.core.tasks import labels
from gatehouse.identity import actions as identity
from gatehouse.identity.models import BrowserSession, KnownNetwork, SignInFlow, TrustedBrowser
from gatehouse.identity.oidc import actions, tasks
from gatehouse.identity.oidc.models import Code, Grant, LogoutNotice, RefreshToken, RevokedToken, SeenOnce
from gatehouse.identity.oidc.queries import over
from gatehouse.identity.oidc.tests.factories import a_client, a_code, a_session
from gatehouse.identity.tests.factories import a_person
from tests.services.plans import walks

SWEEPS = (tasks.forget_codes, tasks.forget_grants, tasks.forget_marks, tasks.forget_notices)


def swept() -> list[int]:
    return [sweep.call() for sweep in SWEEPS]


def days(n: float) -> timedelta:
    return timedelta(days=n)


def test_a_code_nobody_used_goes_with_its_grant(provider, wiki, session, hands):
    a_code(wiki, session)
    used = a_code(wiki, session)
    provider.redeem(wiki, used)
    hands.turn(seconds=61)
    assert actions.forget_codes() == 0, "clocks differ"
    hands.turn(minutes=5)

    assert (actions.forget_codes(), actions.forget_codes()) == (1, 0)

    assert Code.objects.get().used_at
    assert Grant.objects.count() == 1
    provider.redeem(wiki, used)
    assert Grant.objects.get().ended_why == Grant.Ended.CODE_REUSED


def test_m16_a_used_token_stays_as_long_as_its_grant_stands(provider, wiki, session, signed_in, hands):
    first = signed_in["refresh_token"]
    provider.refresh(wiki, first)
    hands.turn(days=80)  # both ran out long ago, by themselves
    BrowserSession.objects.update(ends_at=clock.now() + days(1))

    assert swept() == [0, 0, 0, 0]
    provider.refresh(wiki, first)

    assert Grant.objects.get().ended_why == Grant.Ended.TOKEN_REUSED


def test_a_grant_that_ended_is_kept_for_a_week_and_goes_with_all_its_tokens(provider, wiki, maya, signed_in, hands):
    token = provider.refresh(wiki, signed_in["refresh_token"]).body["refresh_token"]
    identity.end_all_sessions(person=maya, actor=maya)
    hands.turn(days=6)
    assert actions.forget_grants() == 0
    hands.turn(days=2)

    assert (actions.forget_grants(), actions.forget_grants()) == (4, 0)

    assert [model.objects.count() for model in (Grant, Code, RefreshToken)] == [0, 0, 0]
    assert provider.refresh(wiki, token).error == "invalid_grant"
    assert provider.redeem(wiki, "x").error == "invalid_grant"


def test_of_a_family_given_back_the_service_hears_when_the_session_ends(maya, wiki, provider, session, hands):
    """Until then its row is what tells that there is somebody to tell."""
    wiki.backchannel_logout_uri = "https://wiki.example.org/back"
    wiki.save()
    token = provider.redeem(wiki, a_code(wiki, session)).body["refresh_token"]
    provider.revoke(wiki, token)
    hands.turn(days=20)
    assert actions.forget_grants() == 0

    identity.end_all_sessions(person=maya, actor=maya)

    assert LogoutNotice.objects.count() == 1
    assert actions.forget_grants() == 3


def test_a_grant_that_ran_out_waits_for_its_session(wiki, provider, session, hands):
    provider.redeem(wiki, a_code(wiki, session))
    Grant.objects.update(ends_at=clock.now() + days(1))
    hands.turn(days=12)
    assert actions.forget_grants() == 0

    hands.turn(days=20)
    identity.forget_sessions()
    hands.turn(days=8)

    assert actions.forget_grants() == 3


def test_one_without_a_session_goes_when_it_ran_out(wiki, provider, session, hands):
    provider.redeem(wiki, a_code(wiki, session))
    Grant.objects.update(session=None, ends_at=clock.now() + days(1))
    hands.turn(days=9)

    assert actions.forget_grants() == 3


def test_one_whose_session_nobody_ended_goes_when_none_can_last(wiki, provider, session, hands):
    provider.redeem(wiki, a_code(wiki, session))
    Grant.objects.update(session=a_session(a_person()).pk, ends_at=clock.now())
    hands.turn(days=96)
    assert actions.forget_grants() == 0
    hands.turn(days=2)
    assert actions.forget_grants() == 3


def test_of_many_tokens_a_run_takes_its_share_and_the_grant_goes_last(wiki, session, provider, hands, monkeypatch):
    provider.redeem(wiki, a_code(wiki, session))
    grant = Grant.objects.get()
    now = clock.now()
    RefreshToken.objects.bulk_create(RefreshToken(grant=grant, hash="x", expires_at=now, used_at=now) for _ in range(9))
    actions.end_grants(where=Q(pk=grant.pk), why=Grant.Ended.SIGNED_OUT)
    hands.turn(days=8)
    monkeypatch.setattr("gatehouse.identity.oidc.actions.forgetting.A_RUN", 6)

    assert [actions.forget_grants() for _run in range(3)] == [6, 6, 0]
    assert not Grant.objects.exists()


def test_marks_go_when_they_mean_nothing_any_more(provider, wiki, signed_in, hands):
    provider.revoke(wiki, signed_in["access_token"])
    actions.see_once(what="a", until=clock.now() + timedelta(minutes=5))
    hands.turn(minutes=9)
    assert actions.forget_marks() == 0
    assert not provider.introspect(wiki, signed_in["access_token"]).body["active"]
    hands.turn(minutes=2)

    assert actions.forget_marks() == 2

    assert [model.objects.count() for model in (RevokedToken, SeenOnce)] == [0, 0]
    assert not provider.introspect(wiki, signed_in["access_token"]).body["active"]


def test_notices_go_after_five_weeks_and_never_while_one_waits(wiki, hands):
    then = clock.now()
    for fate in ({"told_at": then}, {"given_up_at": then}, {}):
        LogoutNotice.objects.create(client=wiki, subject="a", session="b", **fate)
    hands.turn(days=34)
    assert actions.forget_notices() == 0
    hands.turn(days=2)

    assert (actions.forget_notices(), actions.forget_notices()) == (2, 0)
    assert LogoutNotice.objects.get().told_at is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        over.unredeemed,
        *(lambda n=n: over.grants()[n] for n in range(9)),
        over.revoked,
        over.seen,
        over.pushed,
        over.notices,
        lambda: BrowserSession.objects.filter(ends_at__lte=clock.now()),
        lambda: SignInFlow.objects.filter(expires_at__lte=clock.now()),
        lambda: TrustedBrowser.objects.filter(ends_at__lte=clock.now()),
        lambda: KnownNetwork.objects.filter(seen_at__lte=clock.now()),
        lambda: RefreshToken.objects.filter(grant__in=[a_person().pk, a_person().pk]),
    ],
)
def test_no_table_is_read_whole(rows):
    assert walks(rows()[:1000])


def test_each_sweep_has_a_name_on_the_jobs_page():
    assert all(str(labels[sweep.module_path]).startswith("Forget") for sweep in SWEEPS)


@pytest.mark.django_db(transaction=True)
def test_two_workers_forget_each_row_once(together):
    wiki, session = a_client(), a_session(a_person())
    for _code in range(20):
        a_code(wiki, session)
    actions.end_grants(where=Q(client=wiki), why=Grant.Ended.SIGNED_OUT)
    Grant.objects.update(ended_at=clock.now() - days(8))

    done = together(actions.forget_grants, actions.forget_grants)

    assert all(isinstance(count, int) for count in done)
    assert not Grant.objects.exists()
