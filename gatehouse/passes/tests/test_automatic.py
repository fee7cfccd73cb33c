"""Whoever an automatic design is for has a pass of it, once."""

import datetime as dt
import threading

import pytest

from gatehouse.core import clock
from gatehouse.journal.models import Entry
from gatehouse.passes import actions
from gatehouse.passes.actions import automatic
from gatehouse.passes.models import Design, Pass, Renewal
from gatehouse.passes.tests.factories import a_design
from gatehouse.people.events import MembershipChanged
from gatehouse.people.models import Membership
from gatehouse.people.tests.factories import GroupFactory, GroupPlaceFactory, MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db


def held():
    return set(Pass.objects.values_list("membership__number", flat=True))


def test_active_memberships_of_those_who_are_here_get_their_pass_once():
    a_design(is_automatic=True)
    MembershipFactory(number="8-1")
    MembershipFactory(number="8-2", status="lapsed")
    MembershipFactory(number="8-3", person=PersonFactory(left_at=clock.now()))
    MembershipFactory(number="8-4", person=PersonFactory(left_at=clock.now() + dt.timedelta(days=9)))

    assert (actions.issue_due(), actions.issue_due()) == (2, 0)

    assert held() == {"8-1", "8-4"}
    card = Pass.objects.get(membership__number="8-1")
    assert card.content["values"]["number"] == "8-1"
    assert card.tag > 0
    entry = Entry.objects.get(verb="passes.issued")
    assert entry.subject == "2 passes of Garden card"


def test_only_the_source_and_levels_of_the_design():
    a_design(is_automatic=True, source="altru", levels=["Friend", "Patron"])
    MembershipFactory(number="8-1", level="Friend")
    MembershipFactory(number="8-2", level="Guest")
    MembershipFactory(number="8-3", level="Patron", source="gatehouse")

    actions.issue_due()

    assert held() == {"8-1"}


@pytest.mark.parametrize(
    "fields", [{"is_automatic": False}, {"archived_at": clock.now()}, {"subject": "nobody"}, {"published": None}]
)
def test_other_designs_issue_nothing(fields):
    design = a_design(is_automatic=True)
    Design.objects.filter(pk=design.pk).update(**fields)
    MembershipFactory()

    assert actions.issue_due() == 0


def test_people_of_the_group_get_theirs():
    group = GroupFactory()
    place = GroupPlaceFactory(group=group)
    PersonFactory()
    a_design(is_automatic=True, subject="person", group=group)

    assert actions.issue_due() == 1

    assert Pass.objects.get().person == place.person


def test_a_pass_stopped_by_hand_is_not_followed_by_another():
    a_design(is_automatic=True)
    MembershipFactory()
    actions.issue_due()
    actions.void_pass(card=Pass.objects.get(), reason="Lent out", actor=None)

    assert actions.issue_due() == 0


def test_many_are_issued_some_at_a_time_with_a_pass_each():
    a_design(is_automatic=True)
    MembershipFactory.create_batch(7)

    assert [actions.issue_due(at_most=3) for _ in range(4)] == [3, 3, 1, 0]

    assert Pass.objects.values("membership").distinct().count() == 7


def test_one_that_cannot_be_filled_says_why_and_holds_up_nobody():
    a_design(is_automatic=True)
    broken = MembershipFactory(add_ons=["no add-on"])
    MembershipFactory()

    assert actions.issue_due() == 2
    assert actions.issue_due() == 0

    assert "AttributeError" in Pass.objects.get(membership=broken).fault


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_give_nobody_two(together):
    a_design(is_automatic=True)
    MembershipFactory.create_batch(30)

    outcomes = together(*[lambda: sum(iter(lambda: actions.issue_due(at_most=4), 0))] * 2)

    assert all(isinstance(outcome, int) for outcome in outcomes), outcomes
    assert Pass.objects.count() == Membership.objects.count() == 30
    assert not Pass.objects.filter(tag=0).exists()


@pytest.mark.parametrize("members", [1, 20])
def test_twenty_cost_as_many_questions_as_one(members, django_assert_num_queries):
    a_design(is_automatic=True)
    MembershipFactory.create_batch(members)

    with django_assert_num_queries(13):
        actions.issue_due()


def test_a_new_pass_is_looked_at_once_more_and_stays_as_it_is():
    a_design(is_automatic=True)
    MembershipFactory()
    actions.issue_due()

    assert (actions.renew_stale(), actions.renew_stale()) == (1, 0)

    assert Pass.objects.get().version == 1
    assert not Renewal.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_what_changes_while_a_pass_is_made_comes_onto_it(together, monkeypatch):
    """Who changes a level or publishes then has no row to mark: on SQLite they wait until it is there."""
    design = a_design(is_automatic=True)
    membership = MembershipFactory(level="Friend")
    is_made, is_changed, number = threading.Event(), threading.Event(), automatic.number

    def slow(cards):
        is_made.set()
        assert is_changed.wait(10)
        return number(cards)

    def change():
        assert is_made.wait(10)
        Membership.objects.filter(pk=membership.pk).update(level="Patron")
        actions.mark_membership(MembershipChanged(membership.pk, membership.person_id))
        repainted = design.versions.create(number=2, content=design.draft | {"logo_text": "The Garden"})
        Design.objects.filter(pk=design.pk).update(published=repainted)
        actions.mark_stale(Pass.objects.filter(design=design))
        is_changed.set()

    monkeypatch.setattr(automatic, "number", slow)
    together(actions.issue_due, change)
    actions.renew_stale()

    card = Pass.objects.get()
    assert (card.content["values"]["level"], card.design_version.number) == ("Patron", 2)
