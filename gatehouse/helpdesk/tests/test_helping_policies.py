"""Which role may do what with whose ticket: every deed of tutors, complete by construction."""

from datetime import timedelta
from types import FunctionType, SimpleNamespace

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction
from hypothesis import HealthCheck, given, settings, strategies as st

from gatehouse.core import clock
from gatehouse.helpdesk import actions, policies, queries
from gatehouse.helpdesk.actions import adding, closing, grouping, helping, passing_on, shifts, talking
from gatehouse.helpdesk.models import Help, Shift, Ticket, Tutoring
from gatehouse.helpdesk.refusals import Refused
from gatehouse.helpdesk.tests.factories import CourseFactory, a_ticket, a_tutor
from gatehouse.people.tests.factories import PersonFactory, RoleFactory, RoleGrantFactory, an_owner

pytestmark = pytest.mark.django_db
State = Ticket.State

ROLES = ("link", "student", "tutor", "helper", "lead", "admin", "owner")
ALL_STAFF = {"tutor", "helper", "lead", "admin", "owner"}
THOSE_CONCERNED = {"helper", "lead", "admin", "owner"}  # who helps with it, leads its course, or runs the desk
WHO_RUNS_IT = {"admin", "owner"}

# deed: (how it is called, who may). `helper` helps with the ticket; the closed one was closed by the helper.
DEEDS = {
    "claim_ticket": (lambda at: actions.claim_ticket(ticket=at.waiting, tutor=at.actor), ALL_STAFF),
    "help_next": (lambda at: actions.help_next(tutor=at.actor, courses=[]), ALL_STAFF),
    "join_help": (lambda at: actions.join_help(ticket=at.helped, tutor=at.actor, actor=at.actor), ALL_STAFF),
    "join_help of another": (
        lambda at: actions.join_help(ticket=at.helped, tutor=at.other, actor=at.actor),
        THOSE_CONCERNED,
    ),
    "leave_help": (lambda at: actions.leave_help(ticket=at.shared, tutor=at.actor), ALL_STAFF),
    "found": (lambda at: actions.found(ticket=at.called, actor=at.actor), ALL_STAFF),
    "not_found": (lambda at: actions.not_found(ticket=at.helped, actor=at.actor), THOSE_CONCERNED),
    "hand_over": (lambda at: actions.hand_over(ticket=at.helped, actor=at.actor, to=at.other), THOSE_CONCERNED),
    "move_course": (lambda at: actions.move_course(ticket=at.waiting, course=at.course, actor=at.actor), ALL_STAFF),
    "move_course of one in hand": (
        lambda at: actions.move_course(ticket=at.helped, course=at.course, actor=at.actor),
        THOSE_CONCERNED,
    ),
    "say": (lambda at: actions.say(ticket=at.helped, actor=at.actor, text="Chapter 7"), ALL_STAFF),
    "note": (lambda at: actions.note(ticket=at.helped, actor=at.actor, text="Chapter 7"), ALL_STAFF),
    "close_ticket": (
        lambda at: actions.close_ticket(ticket=at.helped, actor=at.actor, outcome="solved"),
        THOSE_CONCERNED,
    ),
    "undo_close": (lambda at: actions.undo_close(ticket=at.closed, actor=at.actor), THOSE_CONCERNED),
    "correct_minutes": (
        lambda at: actions.correct_minutes(help_=at.help, actor=at.actor, minutes=5, reason="forgot"),
        THOSE_CONCERNED,
    ),
    "group_tickets": (
        lambda at: actions.group_tickets(tickets=[at.waiting, at.second], topic="t", actor=at.actor),
        ALL_STAFF,
    ),
    "ungroup_ticket": (lambda at: actions.ungroup_ticket(ticket=at.waiting, actor=at.actor), ALL_STAFF),
    "add_walk_in": (
        lambda at: actions.add_walk_in(actor=at.actor, visitor=actions.Visitor("Samir"), course=at.course),
        ALL_STAFF,
    ),
    "add_back_dated": (
        lambda at: actions.add_back_dated(
            actor=at.actor,
            visitor=actions.Visitor("Samir"),
            course=at.course,
            began_at=clock.now() - timedelta(hours=1),
            minutes=5,
            outcome="solved",
        ),
        ALL_STAFF,
    ),
    "start_shift": (lambda at: actions.start_shift(actor=at.actor), ALL_STAFF),
    "end_shift": (
        lambda at: actions.end_shift(shift=at.shift, actor=at.actor, leave_work=True),
        WHO_RUNS_IT | {"helper"},
    ),
}
BY_ITSELF = {"end_calls"}  # no one's deed: the desk's own sweep


def test_every_deed_has_its_line():
    told = {
        name
        for module in (adding, closing, grouping, helping, passing_on, shifts, talking)
        for name, value in vars(module).items()
        if isinstance(value, FunctionType) and value.__module__ == module.__name__ and hasattr(actions, name)
    }

    assert {name.partition(" ")[0] for name in DEEDS} == told - BY_ITSELF


@pytest.fixture
def scene():
    course, helper, other = CourseFactory(), a_tutor(), a_tutor()
    waiting, second, helped, shared, called, closed = (a_ticket(course=course) for _ in range(6))
    for ticket in (helped, shared, called, closed):
        actions.claim_ticket(ticket=ticket, tutor=helper)
    actions.join_help(ticket=shared, tutor=other, actor=other)
    actions.not_found(ticket=called, actor=helper)
    actions.close_ticket(ticket=closed, actor=helper, outcome="solved")
    return SimpleNamespace(
        course=course,
        helper=helper,
        other=other,
        waiting=waiting,
        second=second,
        helped=helped,
        shared=shared,
        called=called,
        closed=closed,
        help=Help.objects.get(ticket=closed),
        shift=actions.start_shift(actor=helper),
    )


def holder(role, scene):
    if role == "link":
        return policies.Bearer(scene.helped.pk)
    if role == "helper":
        return scene.helper
    if role == "owner":
        return an_owner()
    person = RoleGrantFactory(
        role=RoleFactory.built_in("tutor" if role == "lead" else role), person=PersonFactory()
    ).person
    if role == "lead":
        Tutoring.objects.create(person=person, course=scene.waiting.course, part=Tutoring.Part.LEAD)
    return person


@pytest.mark.parametrize("deed", DEEDS)
def test_who_may(deed, scene):
    act, allowed = DEEDS[deed]
    if deed.startswith("move_course"):
        scene.course = CourseFactory()
    people = {role: holder(role, scene) for role in ROLES}

    assert {role for role, person in people.items() if may(act, person, scene)} == allowed


def may(act, person, scene) -> bool:
    """Tried for real, and taken back."""
    scene.actor = person
    before = transaction.savepoint()
    try:
        act(scene)
    except PermissionDenied:
        return False
    finally:
        transaction.savepoint_rollback(before)
    return True


def test_a_lead_of_another_course_is_a_tutor_like_others(scene):
    lead = a_tutor()
    Tutoring.objects.create(person=lead, course=CourseFactory(), part=Tutoring.Part.LEAD)

    with pytest.raises(PermissionDenied):
        actions.close_ticket(ticket=scene.helped, actor=lead, outcome="solved")


STEPS = st.lists(
    st.sampled_from(
        ["claim", "join", "call", "found", "over", "close", "undo", "reopen", "hand", "back", "away", "return"]
    ),
    max_size=14,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS, skew=st.lists(st.integers(-90, 400), min_size=14, max_size=14))
def test_r4_times_are_in_order_after_any_sequence(steps, skew, db):
    """Also when the clocks of the machines differ by a minute and a half."""
    ana, ben = a_tutor(), a_tutor()
    ticket = a_ticket()
    for step, seconds in zip(steps, skew, strict=False):
        with pytest.MonkeyPatch.context() as patch:
            at = clock.now() + timedelta(seconds=seconds)
            patch.setattr(clock, "now", lambda at=at: at)
            tried(step, Ticket.objects.get(pk=ticket.pk), ana, ben)

        held = Ticket.objects.get(pk=ticket.pk)
        times = [time for time in (held.asked_at, held.claimed_at, held.closed_at) if time]
        assert times == sorted(times)
        assert held.waited is None or held.waited >= timedelta()
        assert (held.state in {State.HELPED, State.CALLED}) == Help.objects.filter(ticket=held, ended_at=None).exists()


def tried(step, ticket, ana, ben):
    deeds = {
        "claim": lambda: actions.claim_ticket(ticket=ticket, tutor=ana),
        "join": lambda: actions.join_help(ticket=ticket, tutor=ben, actor=ben),
        "call": lambda: actions.not_found(ticket=ticket, actor=ana),
        "found": lambda: actions.found(ticket=ticket, actor=ben),
        "over": actions.end_calls,
        "close": lambda: actions.close_ticket(ticket=ticket, actor=ana, outcome="solved"),
        "undo": lambda: actions.undo_close(ticket=ticket, actor=ana),
        "reopen": lambda: actions.reopen_ticket(ticket=ticket, actor=ana),
        "hand": lambda: actions.hand_over(ticket=ticket, actor=ana, to=ben),
        "back": lambda: actions.hand_over(ticket=ticket, actor=ana, to=None),
        "away": lambda: actions.step_away(ticket=ticket, actor=ticket.person),
        "return": lambda: actions.come_back(ticket=ticket, actor=ticket.person),
    }
    try:
        deeds[step]()
    except (Refused, PermissionDenied):
        return


def test_r13_a_course_that_is_archived_still_has_its_name_on_tickets():
    ana, ticket = a_tutor(), a_ticket()
    ticket.course.archived_at = clock.now()
    ticket.course.save()

    assert actions.help_next(tutor=ana).course.name == ticket.course.name
    assert ticket.course not in queries.courses()


def test_shift_of_another_is_ended_only_by_whoever_runs_the_desk(scene):
    admin = RoleGrantFactory(role=RoleFactory.built_in("admin"), person=PersonFactory()).person

    actions.end_shift(shift=scene.shift, actor=admin, leave_work=True)

    assert Shift.objects.get().ended_at is not None
