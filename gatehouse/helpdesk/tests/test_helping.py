"""Tutors take tickets, pass them on and close them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from gatehouse.core import clock
from gatehouse.helpdesk import actions, minutes, queries
from gatehouse.helpdesk.models import Help, Shift, Ticket, Tutoring
from gatehouse.helpdesk.refusals import (
    AlreadyClaimed,
    ChangedMeanwhile,
    NobodyWaits,
    NotNow,
    OpenWork,
    ReasonMissing,
    TimesWrong,
)
from gatehouse.helpdesk.tests.factories import CourseFactory, a_ticket, a_tutor, on_shift
from gatehouse.mail.models import Letter
from gatehouse.people.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
State, Outcome = Ticket.State, Ticket.Outcome


@pytest.fixture
def ana():
    return a_tutor(given_name="Ana", family_name="Silva")


@pytest.fixture
def ben():
    return a_tutor(given_name="Ben", family_name="Orth")


def later(monkeypatch, **by):
    at = clock.now() + timedelta(**by)
    monkeypatch.setattr(clock, "now", lambda: at)


def test_second_tutor_is_told_who_was_first(ana, ben):
    ticket = a_ticket()
    actions.claim_ticket(ticket=ticket, tutor=ana)

    with pytest.raises(AlreadyClaimed, match="Ana took this one a moment ago"):
        actions.claim_ticket(ticket=Ticket.objects.get(pk=ticket.pk), tutor=ben)


def test_claiming_twice_is_claiming_once(ana):
    ticket = a_ticket()
    actions.claim_ticket(ticket=ticket, tutor=ana)

    again = actions.claim_ticket(ticket=ticket, tutor=ana)

    assert (again.state, Help.objects.count()) == (State.HELPED, 1)


@pytest.mark.parametrize("tutors", [2, 20])
@pytest.mark.django_db(transaction=True)
def test_r3_of_claims_at_once_one_wins_and_the_others_are_told_who(tutors, together):
    ticket = a_ticket()
    people = [a_tutor(given_name=f"Tutor{n}") for n in range(tutors)]

    outcomes = together(
        *(
            lambda tutor=tutor: actions.claim_ticket(ticket=Ticket.objects.get(pk=ticket.pk), tutor=tutor)
            for tutor in people
        )
    )

    names = [type(outcome).__name__ for outcome in outcomes]
    assert sorted(names) == ["AlreadyClaimed"] * (tutors - 1) + ["Ticket"]
    winner = people[names.index("Ticket")]
    assert {each.winner for each in outcomes if isinstance(each, AlreadyClaimed)} == {winner.short_name}
    assert list(Help.objects.values_list("tutor", flat=True)) == [winner.pk]


@pytest.mark.parametrize("tutors", [2, 20])
@pytest.mark.django_db(transaction=True)
def test_r3_tutors_who_press_help_next_at_once_help_different_people(tutors, together):
    course = CourseFactory()
    waiting = [a_ticket(course=course) for _ in range(tutors - 1)]
    people = [a_tutor() for _ in range(tutors)]

    outcomes = together(
        *(lambda tutor=tutor: actions.help_next(tutor=tutor, expected=waiting[0].pk) for tutor in people)
    )

    taken = [outcome.pk for outcome in outcomes if isinstance(outcome, Ticket)]
    assert sorted(taken) == [ticket.pk for ticket in waiting]
    assert [type(outcome) for outcome in outcomes if not isinstance(outcome, Ticket)] == [AlreadyClaimed]


def test_next_is_the_first_of_ones_own_courses(ben):
    a_ticket()
    stats = CourseFactory()
    wanted = a_ticket(course=stats)

    assert actions.help_next(tutor=a_tutor(stats)).pk == wanted.pk
    assert actions.help_next(tutor=ben).pk != wanted.pk


def test_nobody_waits_in_ones_courses_but_elsewhere_they_do():
    a_ticket()

    with pytest.raises(NobodyWaits, match="1 in others"):
        actions.help_next(tutor=a_tutor(CourseFactory()))


def test_who_stepped_away_or_is_called_is_passed_over(ana):
    for state in (State.AWAY, State.CALLED):
        Ticket.objects.filter(pk=a_ticket().pk).update(state=state)
    here = a_ticket()

    assert actions.help_next(tutor=ana).pk == here.pk


def test_a_group_is_helped_together_and_closed_together(ana, ben):
    course = CourseFactory()
    first, second, third = (a_ticket(course=course) for _ in range(3))
    actions.group_tickets(tickets=[first, second], topic="paired tests", actor=ben)

    actions.help_next(tutor=ana)
    actions.group_tickets(tickets=[second, third], topic="", actor=ana)

    assert queries.in_hand_of(ana) == [third, second, first]
    actions.close_ticket(ticket=first, actor=ana, outcome=Outcome.SOLVED, together=True)
    assert set(Ticket.objects.values_list("state", flat=True)) == {State.CLOSED}


def test_a_group_asks_about_one_course(ana):
    with pytest.raises(NotNow, match="one course"):
        actions.group_tickets(tickets=[a_ticket(), a_ticket()], topic="t", actor=ana)


def test_each_tutors_minutes_are_counted(ana, ben, monkeypatch):
    ticket = actions.claim_ticket(ticket=a_ticket(), tutor=ana)
    later(monkeypatch, minutes=5)
    actions.join_help(ticket=ticket, tutor=ben, actor=ben)
    later(monkeypatch, minutes=4)
    actions.leave_help(ticket=ticket, tutor=ben)
    later(monkeypatch, minutes=3)
    actions.close_ticket(ticket=ticket, actor=ana, outcome=Outcome.SOLVED)

    assert [(each.name, each.minutes) for each in queries.given(ticket)] == [("Ana Silva", 12), ("Ben Orth", 4)]


def test_the_last_one_can_not_leave(ana):
    ticket = actions.claim_ticket(ticket=a_ticket(), tutor=ana)

    with pytest.raises(NotNow, match="Nobody else"):
        actions.leave_help(ticket=ticket, tutor=ana)


def test_a_ticket_is_handed_over_to_a_tutor_or_to_the_queue(ana, ben):
    ticket = a_ticket()
    place = ticket.place_at
    actions.claim_ticket(ticket=ticket, tutor=ana)

    handed = actions.hand_over(ticket=ticket, actor=ana, to=ben)
    assert [each.name for each in queries.given(handed) if each.is_here] == ["Ben Orth"]

    back = actions.hand_over(ticket=ticket, actor=ben, to=None)
    assert (back.state, back.place_at, back.claimed_at) == (State.WAITING, place, None)
    assert not Help.objects.filter(ended_at=None).exists()


def test_nothing_is_handed_to_who_does_not_help(ana):
    ticket = actions.claim_ticket(ticket=a_ticket(), tutor=ana)

    with pytest.raises(NotNow, match="does not help"):
        actions.hand_over(ticket=ticket, actor=ana, to=PersonFactory())


def test_who_is_not_found_is_waited_for_then_moved_back(ana, monkeypatch):
    missing, other = a_ticket(), a_ticket()
    actions.claim_ticket(ticket=missing, tutor=ana)
    actions.not_found(ticket=missing, actor=ana)

    assert actions.end_calls() == 0
    later(monkeypatch, minutes=3, seconds=1)
    assert (actions.end_calls(), actions.end_calls()) == (1, 0)

    assert list(queries.waiting()) == [other, missing]
    assert list(Help.objects.values_list("minutes", flat=True)) == [0]


def test_who_is_found_within_the_grace_is_helped_from_then_on(ana, monkeypatch):
    ticket = actions.claim_ticket(ticket=a_ticket(), tutor=ana)
    actions.not_found(ticket=ticket, actor=ana)
    later(monkeypatch, minutes=2)

    actions.found(ticket=ticket, actor=ana)
    later(monkeypatch, minutes=4)
    actions.close_ticket(ticket=ticket, actor=ana, outcome=Outcome.SOLVED)

    assert [each.minutes for each in queries.given(ticket)] == [4]


def test_wrong_queue_keeps_the_place(ana):
    ticket, right = a_ticket(), CourseFactory()
    actions.claim_ticket(ticket=ticket, tutor=ana)

    moved = actions.move_course(ticket=ticket, course=right, actor=ana, seen=1)

    assert (moved.course, moved.state, moved.place_at) == (right, State.WAITING, ticket.place_at)
    with pytest.raises(ChangedMeanwhile):
        actions.move_course(ticket=ticket, course=CourseFactory(), actor=ana, seen=1)


def test_closing_is_taken_back_with_its_help_and_words(ana, monkeypatch):
    ticket = actions.claim_ticket(ticket=a_ticket(), tutor=ana)
    actions.close_ticket(ticket=ticket, actor=ana, outcome=Outcome.PARTLY, next_step="Chapter 7", minutes=9, reason="x")

    undone = actions.undo_close(ticket=ticket, actor=ana)

    assert (undone.state, undone.outcome, undone.next_step, undone.closed_at) == (State.HELPED, "", "", None)
    assert list(Help.objects.values_list("ended_at", "minutes", "reason")) == [(None, None, "")]


def test_closing_is_not_taken_back_late(ana, monkeypatch):
    ticket = actions.claim_ticket(ticket=a_ticket(), tutor=ana)
    actions.close_ticket(ticket=ticket, actor=ana, outcome=Outcome.SOLVED)
    later(monkeypatch, minutes=1)

    with pytest.raises(NotNow, match="too late"):
        actions.undo_close(ticket=ticket, actor=ana)


def test_minutes_that_are_not_the_clocks_need_a_reason(ana, monkeypatch):
    ticket = actions.claim_ticket(ticket=a_ticket(), tutor=ana)
    later(monkeypatch, minutes=11, seconds=24)
    with pytest.raises(ReasonMissing):
        actions.close_ticket(ticket=ticket, actor=ana, outcome=Outcome.SOLVED, minutes=30)

    ticket.refresh_from_db()
    assert ticket.state == State.HELPED
    actions.close_ticket(ticket=ticket, actor=ana, outcome=Outcome.SOLVED, minutes=11)

    assert Help.objects.get().minutes is None


def test_minutes_are_corrected_afterwards_by_whose_they_are(ana, ben):
    ticket = actions.claim_ticket(ticket=a_ticket(), tutor=ana)
    actions.close_ticket(ticket=ticket, actor=ana, outcome=Outcome.SOLVED)
    help_ = Help.objects.get()

    with pytest.raises(PermissionDenied):
        actions.correct_minutes(help_=help_, actor=ben, minutes=20, reason="I saw it")
    actions.correct_minutes(help_=help_, actor=ana, minutes=20, reason="forgot to start")

    assert [each.minutes for each in queries.given(ticket)] == [20]


def test_what_another_closed_meanwhile_is_shown_and_can_be_put_right(ana, ben):
    ticket = actions.claim_ticket(ticket=a_ticket(), tutor=ana)
    actions.join_help(ticket=ticket, tutor=ben, actor=ana)
    closed = actions.close_ticket(ticket=ticket, actor=ana, outcome=Outcome.SOLVED, seen=1)
    lead = on_lead(ticket.course)

    with pytest.raises(ChangedMeanwhile) as refusal:
        actions.close_ticket(ticket=ticket, actor=lead, outcome=Outcome.PARTLY, seen=1)
    assert refusal.value.ticket.outcome == Outcome.SOLVED
    right = actions.close_ticket(ticket=ticket, actor=lead, outcome=Outcome.PARTLY, seen=refusal.value.ticket.revision)

    assert (right.outcome, right.closed_at) == (Outcome.PARTLY, closed.closed_at)


def on_lead(course):
    lead = a_tutor()
    Tutoring.objects.create(person=lead, course=course, part=Tutoring.Part.LEAD)
    return lead


def test_a_shift_ends_with_a_word_about_open_work(ana, ben):
    shift = actions.start_shift(actor=ana)
    alone = actions.claim_ticket(ticket=a_ticket(), tutor=ana)
    shared = actions.claim_ticket(ticket=a_ticket(), tutor=ana)
    actions.join_help(ticket=shared, tutor=ben, actor=ben)

    with pytest.raises(OpenWork) as refusal:
        actions.end_shift(shift=shift, actor=ana)
    assert refusal.value.tickets == [alone, shared]
    actions.end_shift(shift=shift, actor=ana, leave_work=True)

    assert list(Ticket.objects.order_by("pk").values_list("state", flat=True)) == [State.WAITING, State.HELPED]
    assert not Shift.objects.filter(ended_at=None).exists()


def test_starting_twice_is_one_shift_with_the_last_place(ana):
    actions.start_shift(actor=ana)

    actions.start_shift(actor=ana, video_link="https://video.example.org/ana")

    assert list(Shift.objects.values_list("video_link", flat=True)) == ["https://video.example.org/ana"]


@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_are_one_shift(ana, together):
    outcomes = together(lambda: actions.start_shift(actor=ana), lambda: actions.start_shift(actor=ana))

    assert [type(outcome).__name__ for outcome in outcomes] == ["Shift", "Shift"]
    assert Shift.objects.count() == 1


def test_r15_nobody_ends_the_shift_of_another_tutor(ana):
    shift = on_shift()

    with pytest.raises(PermissionDenied):
        actions.end_shift(shift=shift, actor=ana)

    assert Shift.objects.get().ended_at is None


def test_walk_in_waits_or_is_helped_at_once(ana):
    maya = PersonFactory(email="maya@example.org")
    course = CourseFactory()

    waits = actions.add_walk_in(actor=ana, visitor=actions.Visitor("Samir"), course=course)
    helped = actions.add_walk_in(
        actor=ana, visitor=actions.Visitor("M. Okafor", "Maya@example.org"), course=course, help_now=True
    )

    assert (waits.asker, waits.state) == ("Samir", State.WAITING)
    assert (helped.person, helped.state) == (maya, State.HELPED)


def test_back_dated_help_has_its_true_times_and_never_waits(ana):
    began = clock.now() - timedelta(hours=3)
    about = {"actor": ana, "visitor": actions.Visitor("Samir"), "course": CourseFactory(), "outcome": "solved"}

    ticket = actions.add_back_dated(began_at=began, minutes=25, **about)

    assert (ticket.asked_at, ticket.claimed_at, ticket.closed_at) == (began, began, began + timedelta(minutes=25))
    assert [each.minutes for each in queries.given(ticket)] == [25]
    with pytest.raises(TimesWrong, match="ahead"):
        actions.add_back_dated(began_at=clock.now(), minutes=25, **about)


def test_messages_go_out_as_letters_and_notes_do_not(ana):
    ticket = a_ticket(PersonFactory(email="maya@example.org"))

    actions.note(ticket=ticket, actor=ana, text="Knows the normal case well.")
    actions.say(ticket=ticket, actor=ana, text="Look at chapter 7.\nThen come back.")

    letter = Letter.objects.get(template="helpdesk/letters/said")
    assert letter.address == "maya@example.org"
    assert b"chapter 7" in bytes(letter.rendered)
    assert b"normal case" not in bytes(letter.rendered)


def test_minutes_round_to_the_nearest_and_are_one_at_least():
    now = clock.now()

    assert minutes.total([], now) == 0
    assert minutes.total([minutes.Stretch(now, now)], now) == 1
    assert minutes.total([minutes.Stretch(now - timedelta(seconds=684), None)], now) == 11
    assert minutes.total([minutes.Stretch(now - timedelta(hours=2), now, 5)], now) == 5
