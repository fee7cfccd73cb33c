from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from gatehouse.core import clock
from gatehouse.journal.models import Entry
from gatehouse.people import actions, tasks
from gatehouse.people.events import MembershipChanged, MembershipLapsed
from gatehouse.people.models import Membership
from gatehouse.people.refusals import DatesReversed, NumberTaken
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory

ACTIVE, LAPSED, ENDED = Membership.Status.ACTIVE, Membership.Status.LAPSED, Membership.Status.ENDED


def test_a_membership_is_added_by_hand(officer, facts):
    person = PersonFactory()

    made = actions.add_membership(person=person, actor=officer, number=" 0042 ", level="Friend")

    made.refresh_from_db()
    assert (made.source, made.number, made.status) == ("gatehouse", "0042", ACTIVE)
    assert facts == [MembershipChanged(made.pk, person.pk)]
    assert Entry.objects.get().subject_id == str(person.pk)


def test_a_number_is_given_once_per_source(officer):
    MembershipFactory(source="gatehouse", number="0042")

    with pytest.raises(NumberTaken):
        actions.add_membership(person=PersonFactory(), actor=officer, number="0042")


def test_two_give_the_same_number_at_once_and_one_wins(together):
    people = [PersonFactory(), PersonFactory()]

    outcomes = together(*(lambda p=p: actions.add_membership(person=p, actor=None, number="0042") for p in people))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Membership", "NumberTaken"]


@pytest.mark.parametrize("fields", [{"number": ""}, {"number": "1", "status": "gold"}, {"number": "x" * 65}])
def test_what_does_not_fit_its_place_is_refused(officer, fields):
    with pytest.raises(ValidationError):
        actions.add_membership(person=PersonFactory(), actor=officer, **fields)


def test_the_last_day_is_not_before_the_first(officer):
    membership = MembershipFactory(valid_from=date(2026, 5, 1))

    with pytest.raises(DatesReversed):
        actions.edit_membership(membership=membership, actor=officer, expires_on=date(2026, 4, 30))


def test_an_edit_tells_what_was_and_what_is(officer, facts):
    membership = MembershipFactory(level="Individual", expires_on=date(2026, 3, 31))

    actions.edit_membership(
        membership=membership, actor=officer, level="Friend", expires_on=date(2027, 3, 31), city="Ulm"
    )

    assert Entry.objects.get().details == {
        "fields": ["city", "expires_on", "level"],
        "level": ["Individual", "Friend"],
        "expires_on": ["2026-03-31", "2027-03-31"],
    }
    assert len(facts) == 1


def test_a_membership_ends_once(officer, facts):
    membership = MembershipFactory()

    actions.end_membership(membership=membership, actor=officer)
    ended = actions.end_membership(membership=membership, actor=officer)

    assert (ended.status, len(facts)) == (ENDED, 1)


def test_who_may_not_edit_changes_not_even_their_own(db):
    membership = MembershipFactory()

    with pytest.raises(PermissionDenied):
        actions.edit_membership(membership=membership, actor=membership.person, level="Patron")


def test_memberships_lapse_after_their_last_day(db, facts, monkeypatch):
    monkeypatch.setattr(clock, "today", lambda: date(2026, 4, 1))
    over = MembershipFactory(expires_on=date(2026, 3, 31))
    last_day = MembershipFactory(expires_on=date(2026, 4, 1))
    for_ever = MembershipFactory(expires_on=None)
    ended = MembershipFactory(expires_on=date(2020, 1, 1), status=ENDED)

    assert actions.lapse_memberships() == 1
    assert actions.lapse_memberships() == 0

    statuses = dict(Membership.objects.values_list("pk", "status"))
    assert statuses == {over.pk: LAPSED, last_day.pk: ACTIVE, for_ever.pk: ACTIVE, ended.pk: ENDED}
    assert facts == [MembershipLapsed((over.pk,))]


@pytest.mark.parametrize(("zone", "lapsed"), [("Pacific/Auckland", 1), ("America/New_York", 0)])
def test_the_day_is_the_organisations_own(db, settings, monkeypatch, zone, lapsed):
    """At 12:30 UTC it is tomorrow in Auckland."""
    settings.TIME_ZONE = zone
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 3, 31, 12, 30, tzinfo=ZoneInfo("UTC")))
    MembershipFactory(expires_on=date(2026, 3, 31))

    assert actions.lapse_memberships() == lapsed


def test_many_lapse_in_one_update_and_are_told_a_thousand_at_a_time(db, facts, django_assert_max_num_queries):
    person = PersonFactory()
    Membership.objects.bulk_create(
        Membership(person=person, source="altru", number=str(n), expires_on=date(2020, 1, 1)) for n in range(1500)
    )

    with django_assert_max_num_queries(12):  # with a mark on their passes for each fact
        assert actions.lapse_memberships() == 1500

    assert [len(fact.membership_ids) for fact in facts] == [1000, 500]


def test_the_sweep_runs_twice_without_harm(db):
    MembershipFactory(expires_on=date(2020, 1, 1))

    assert [tasks.lapse_memberships.call(), tasks.lapse_memberships.call()] == [1, 0]
