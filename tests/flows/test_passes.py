"""What happens to people reaches their passes: each line of flows.py under "passes", by the act that begins it."""

from datetime import time, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from gatehouse import flows
from gatehouse.core import clock, events, ticker
from gatehouse.passes import actions, tasks
from gatehouse.passes.models import Pass
from gatehouse.passes.tests.factories import a_design, a_pass
from gatehouse.people import actions as people
from gatehouse.people.actions import memberships
from gatehouse.people.models import Membership, Person
from gatehouse.people.tests.factories import PersonFactory
from gatehouse.people.tests.importing import LEVEL, applied, member

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def connected():
    flows.connect()


@pytest.fixture
def card():
    return a_pass()


def is_stale(card):
    return Pass.objects.get(pk=card.pk).stale_since is not None


def test_an_edited_person(card):
    people.edit_person(person=card.membership.person, given_name="May", actor=None)

    assert is_stale(card)


def test_an_edited_membership(card):
    people.edit_membership(membership=card.membership, level="Patron", actor=None)

    assert is_stale(card)


def test_the_host_has_another_name(card):
    people.save_organisation(name="Linden Garden", actor=None)

    assert is_stale(card)


def test_a_membership_that_ran_out(card):
    Membership.objects.update(expires_on=clock.today() - timedelta(days=1))

    people.lapse_memberships()

    assert is_stale(card)


def test_a_person_who_left(card):
    people.end_person(person=card.membership.person, actor=None)

    assert is_stale(card)


def test_an_imported_roster_and_its_undo(tmp_path):
    applied(tmp_path, [member("8-00000001"), member("8-00000002")])
    design = a_design()
    changed, same = (a_pass(design, Membership.objects.get(number=f"8-0000000{n}")) for n in (1, 2))

    done = applied(tmp_path, [member("8-00000001", **{LEVEL: "Patron"}), member("8-00000002")])
    assert (is_stale(changed), is_stale(same)) == (True, False)
    actions.renew_stale()
    people.undo_import(roster_import=done, actor=None)

    assert (is_stale(changed), is_stale(same)) == (True, False)


def test_merged_people():
    kept, gone = PersonFactory(), PersonFactory()
    card = actions.issue_pass(design=a_design(subject="person"), person=gone, actor=None)

    people.merge_people(kept=kept, gone=gone, actor=None)

    assert Pass.objects.get(pk=card.pk).person_id == kept.pk
    assert is_stale(card)


def test_an_erased_person(card):
    people.erase_person(person=card.membership.person, actor=None)

    erased = Pass.objects.get(pk=card.pk)
    assert (erased.holder, erased.content["values"], erased.content["is_void"]) == (None, {}, True)


def test_a_mark_that_fails_undoes_the_act_that_left_it(card, monkeypatch):
    monkeypatch.setattr(actions.marking, "mark_stale", lambda _passes: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        people.edit_person(person=card.membership.person, given_name="May", actor=None)

    assert Person.objects.get(pk=card.membership.person_id).given_name == "Maya"


def waiting():
    return set(DBTaskResult.objects.values_list("task_path", flat=True))


def test_renewing_and_issuing_are_woken_after_the_commit(card, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        people.edit_membership(membership=card.membership, level="Patron", actor=None)
    assert waiting() == {tasks.renew_stale.module_path, tasks.issue_due.module_path}

    DBTaskResult.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        people.add_person(given_name="Nora", actor=None)
    assert waiting() == {tasks.issue_due.module_path}


def test_a_new_membership_has_its_pass_after_the_next_sweep():
    a_design(is_automatic=True)
    memberships.add_membership(person=PersonFactory(), number="A-1", level="Friend", actor=None)

    tasks.issue_due.func()
    tasks.issue_due.func()

    assert list(Pass.objects.values_list("membership__number", flat=True)) == ["A-1"]


@pytest.mark.parametrize(
    ("sweep", "interval", "at"),
    [
        (tasks.renew_stale, timedelta(seconds=10), None),
        (tasks.issue_due, timedelta(minutes=1), None),
        (tasks.mark_just_left, None, time(0, 10)),
        (tasks.forget_reports, None, time(3, 50)),
    ],
)
def test_sweeps_recur(sweep, interval, at):
    job = ticker.recurring[sweep.module_path]

    assert (job.interval, job.at) == (interval, at)


@pytest.mark.parametrize(
    "sweep", [tasks.renew_stale, tasks.issue_due, tasks.mark_just_left, tasks.forget_reports, tasks.forget_images]
)
def test_a_sweep_run_twice_does_nothing_twice(sweep, card):
    a_design("Another", is_automatic=True)
    people.edit_membership(membership=card.membership, level="Patron", actor=None)
    sweep.func()

    before = list(Pass.objects.order_by("pk").values())

    assert sweep.func() == 0
    assert list(Pass.objects.order_by("pk").values()) == before


def test_a_sweep_that_has_more_than_its_turn_leaves_the_rest_to_the_next(monkeypatch, card):
    monkeypatch.setattr(tasks, "TURN", -1.0)
    other = a_pass(card.design)
    actions.mark_stale(Pass.objects.all())
    monkeypatch.setattr(tasks.actions, "renew_stale", lambda: actions.renewing.renew_stale(at_most=1))

    tasks.renew_stale.func()

    assert sorted([is_stale(card), is_stale(other)]) == [False, True]
    assert waiting() == {tasks.renew_stale.module_path}


def test_every_fact_of_people_that_cards_tell_of_is_heard():
    heard = {fact.__name__ for fact, subscribers in events._subscribers.items() if _in_passes(subscribers)}

    assert {
        "PeopleChanged",
        "MembershipChanged",
        "MembershipLapsed",
        "PersonLeft",
        "PeopleMerged",
        "PersonErased",
    } <= heard


def _in_passes(subscribers):
    return any(getattr(one, "__module__", "").startswith("gatehouse.passes") for one in subscribers)
