"""At its time an appointment stands in the queue before those who just came; and before that, letters."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from gatehouse.core import clock
from gatehouse.helpdesk import actions, queries
from gatehouse.helpdesk.estimate import OnDuty, Pace, waits
from gatehouse.helpdesk.models import Appointment, Desk, Help, Shift, Ticket
from gatehouse.helpdesk.refusals import AlreadyClaimed, NotNow
from gatehouse.helpdesk.tests.factories import CourseFactory, a_ticket, a_tutor, an_appointment
from gatehouse.mail.models import Letter

pytestmark = pytest.mark.django_db
State = Ticket.State


def minutes(number):
    return timedelta(minutes=number)


def begun(ago=1, **fields):
    return an_appointment(starts_at=clock.now() - minutes(ago), **fields)


def opened(**fields):
    held = begun(**fields)
    actions.open_due_appointments()
    held.refresh_from_db()
    return held


def test_it_becomes_a_ticket_before_those_who_wait_longer():
    early = a_ticket()
    Ticket.objects.filter(pk=early.pk).update(asked_at=clock.now() - minutes(90), place_at=clock.now() - minutes(90))

    held = opened(question="Which test?")

    ticket = held.ticket
    assert [each.pk for each in queries.waiting()] == [ticket.pk, early.pk]
    assert (ticket.origin, ticket.question, ticket.person) == ("appointment", "Which test?", held.person)
    assert (ticket.asked_at, queries.place_of(early).place) == (held.starts_at, 2)


def test_two_appointments_stand_in_the_order_of_their_times():
    later, earlier = begun(2), begun(12)

    assert actions.open_due_appointments() == 2

    assert [ticket.appointment.pk for ticket in queries.waiting()] == [earlier.pk, later.pk]


def test_done_twice_it_opens_once():
    begun()

    assert [actions.open_due_appointments() for _ in range(2)] == [1, 0]


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_open_once(together):
    begun()

    together(actions.open_due_appointments, actions.open_due_appointments)

    assert Ticket.objects.count() == 1


def test_neither_ahead_nor_cancelled_nor_long_over():
    an_appointment(starts_at=clock.now() + minutes(5))
    begun(cancelled_at=clock.now())
    begun(ago=400)

    assert actions.open_due_appointments() == 0


def test_a_desk_that_nobody_asks_forgets_no_other_questions():
    opened()
    [ticket] = queries.waiting()

    assert actions.tell_near() + actions.send_receipts() == 0
    assert ticket.noticed_at is not None


def test_help_next_leaves_it_to_its_tutor_for_a_while(monkeypatch):
    course = CourseFactory()
    ana, ben = a_tutor(course), a_tutor(course)
    held = opened(tutor=ana, course=course)
    other = a_ticket(course=course)

    assert actions.help_next(tutor=ben).pk == other.pk
    assert actions.help_next(tutor=ana).pk == held.ticket_id


def test_after_ten_minutes_anybody_takes_it():
    held = opened(ago=11)

    assert actions.help_next(tutor=a_tutor()).pk == held.ticket_id


def test_its_tutor_gets_it_whatever_the_course():
    ana = a_tutor(CourseFactory())
    held = opened(tutor=ana)

    assert actions.help_next(tutor=ana).pk == held.ticket_id


def test_another_tutor_can_take_it_by_hand_and_it_ends_as_any_ticket():
    held, ben = opened(), a_tutor()

    ticket = actions.claim_ticket(ticket=held.ticket, tutor=ben)
    actions.not_found(ticket=ticket, actor=ben)
    actions.found(ticket=ticket, actor=ben)
    actions.close_ticket(ticket=ticket, actor=ben, outcome="no_show")

    ticket.refresh_from_db()
    assert (ticket.state, ticket.outcome) == (State.CLOSED, "no_show")


def test_its_tutor_begins_it_early_and_waits_are_never_less_than_nothing():
    held = an_appointment(starts_at=clock.now() + minutes(20))

    ticket = actions.begin_appointment(appointment=held, tutor=held.tutor)

    assert (ticket.state, ticket.waited >= timedelta()) == (State.HELPED, True)
    assert Help.objects.get(ticket=ticket).tutor == held.tutor
    assert actions.open_due_appointments() == 0


def test_it_is_begun_by_its_tutor_not_too_early_and_once():
    held = an_appointment(starts_at=clock.now() + minutes(45))

    with pytest.raises(PermissionDenied):
        actions.begin_appointment(appointment=held, tutor=a_tutor())
    with pytest.raises(NotNow, match="half an hour early"):
        actions.begin_appointment(appointment=held, tutor=held.tutor)

    now = opened()
    actions.claim_ticket(ticket=now.ticket, tutor=a_tutor())
    with pytest.raises(AlreadyClaimed):
        actions.begin_appointment(appointment=now, tutor=now.tutor)


# --- the estimate --------------------------------------------------------------------------------

TEN, STAT = Pace(minutes=10.0, spread=0.8), 1


def in_minutes(turns, tutors, **promised):
    return [round(wait.minutes) if wait else None for wait in waits(turns, tutors, TEN, **promised)]


def test_nobody_begins_what_would_reach_into_an_appointment():
    booked = OnDuty(booked=((15.0, 45.0),))

    assert in_minutes([STAT] * 3, [booked]) == [0, 45, 55]
    assert in_minutes([STAT] * 3, [booked, OnDuty()]) == [0, 0, 10]


def test_an_appointment_waits_for_its_tutor_alone():
    tutors = [OnDuty(helping_for=2.0), OnDuty()]

    assert in_minutes([STAT, STAT], tutors, promised={0: 0}) == [5, 0]


def test_the_line_knows_appointments_ahead_and_begun():
    course = CourseFactory()
    ana = a_tutor(course)
    Shift.objects.create(tutor=ana)
    alone = a_ticket(course=course)
    before = queries.place_of(alone).wait.minutes

    an_appointment(tutor=ana, course=course, starts_at=clock.now() + minutes(5))
    ahead = queries.place_of(alone).wait.minutes
    opened(tutor=ana, course=course)

    assert before == 0
    assert round(ahead) == 35
    assert queries.place_of(alone).place == 2


# --- letters before ------------------------------------------------------------------------------


def test_reminded_the_day_before_and_the_hour_before():
    held = an_appointment(starts_at=clock.now() + timedelta(hours=23))
    soon = an_appointment(starts_at=clock.now() + minutes(50))

    assert [actions.remind_of_appointments() for _ in range(2)] == [2, 0]
    assert {letter.person_id for letter in Letter.objects.all()} == {held.person_id, soon.person_id}
    soon.refresh_from_db()
    assert soon.day_letter_at is not None


def test_who_booked_within_the_day_is_not_reminded_of_the_day():
    an_appointment(starts_at=clock.now() + timedelta(hours=20), changed_at=clock.now())
    an_appointment(starts_at=clock.now() + timedelta(hours=30))

    assert actions.remind_of_appointments() == 0


def test_the_desk_chooses_which_letters_go():
    Desk.objects.create(pk=1, reminds_day=False)
    an_appointment(starts_at=clock.now() + timedelta(hours=23))
    an_appointment(starts_at=clock.now() + minutes(50))

    assert actions.remind_of_appointments() == 1


def test_nobody_is_reminded_of_what_was_cancelled():
    an_appointment(starts_at=clock.now() + minutes(50), cancelled_at=clock.now())

    assert actions.remind_of_appointments() == 0
    assert Appointment.objects.get().hour_letter_at is None
