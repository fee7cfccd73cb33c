"""Being here: what one asked or booked before is marked, and nobody stands in the queue twice."""

from datetime import timedelta
from uuid import uuid4

import pytest

from gatehouse.core import clock
from gatehouse.helpdesk import actions, links, queries
from gatehouse.helpdesk.actions import Guest, counting
from gatehouse.helpdesk.models import Appointment, Room, Ticket
from gatehouse.helpdesk.refusals import TooMany
from gatehouse.helpdesk.tests.factories import MAYA, CourseFactory, a_ticket, a_tutor
from gatehouse.journal.models import Entry
from gatehouse.people.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
State = Ticket.State


@pytest.fixture
def room():
    return Room.objects.create(name="B12")


def an_appointment(person, *, minutes=30, **fields):
    starts = clock.now() + timedelta(minutes=minutes)
    about = {"tutor": a_tutor(), "course": CourseFactory(), "starts_at": starts, "ends_at": starts + timedelta(hours=1)}
    return Appointment.objects.create(person=person, **{**about, **fields})


def test_what_was_asked_online_is_marked_as_here(room):
    maya = PersonFactory()
    ticket = a_ticket(maya, mode="online")
    actions.step_away(ticket=ticket, actor=maya)
    before = queries.version()

    found = actions.check_in(person=maya, room=room)

    assert found == ticket
    assert (found.state, found.mode, found.room, found.away_until) == (State.WAITING, "campus", room, None)
    assert found.arrived_at
    assert queries.version() == before + 1
    assert Entry.objects.filter(verb="ticket.arrived").count() == 1


def test_checking_in_twice_changes_nothing(room):
    maya = PersonFactory()
    a_ticket(maya)
    first = actions.check_in(person=maya, room=room)
    before = queries.version()

    assert actions.check_in(person=maya, room=room).arrived_at == first.arrived_at
    assert queries.version() == before


def test_a_guests_unproved_question_enters_the_queue_at_its_place(room):
    ticket = a_ticket(MAYA)
    assert ticket.state == State.ASKED

    found = actions.check_in(person=Guest("maya  OKAFOR", "MAYA@example.org "), room=room)

    assert (found.pk, found.state, found.place_at) == (ticket.pk, State.WAITING, ticket.asked_at)


@pytest.mark.parametrize(
    "guest", [Guest("Ben Roth", MAYA.email), Guest(MAYA.name, "b@example.org"), Guest(MAYA.name, "")]
)
def test_another_name_or_address_finds_nothing(guest):
    a_ticket(MAYA)

    assert actions.check_in(person=guest) is None


def test_who_is_helped_stays_helped(room):
    maya, tutor = PersonFactory(), a_tutor()
    ticket = actions.claim_ticket(ticket=a_ticket(maya, mode="online"), tutor=tutor)

    found = actions.check_in(person=maya, room=room)

    assert (found.pk, found.state, found.mode) == (ticket.pk, State.HELPED, "online")


def test_todays_appointment_is_marked_once():
    maya = PersonFactory()
    booked = an_appointment(maya, minutes=-10)

    first = actions.check_in(person=maya)
    again = actions.check_in(person=maya)

    assert first == again == booked
    assert first.arrived_at == again.arrived_at is not None
    assert Entry.objects.filter(verb="appointment.arrived").count() == 1


@pytest.mark.parametrize(
    "fields", [{"minutes": -90}, {"minutes": 26 * 60}, {"cancelled_at": clock.now()}], ids=["over", "tomorrow", "off"]
)
def test_no_other_appointment_counts(fields):
    maya = PersonFactory()
    an_appointment(maya, **fields)

    assert actions.check_in(person=maya) is None


def test_asking_at_the_kiosk_joins_the_queue_at_once(room):
    ticket = actions.ask_at_kiosk(person=Guest("Kit", ""), course=CourseFactory(), sent_once=uuid4(), room=room)

    assert (ticket.state, ticket.origin, ticket.question) == (State.WAITING, "kiosk", "Came to the desk.")
    assert (ticket.room, ticket.mode) == (room, "campus")
    assert ticket.arrived_at


def test_who_waits_already_gets_no_second_ticket(room):
    maya = PersonFactory()
    ticket = a_ticket(maya)

    found = actions.ask_at_kiosk(person=maya, course=CourseFactory(), sent_once=uuid4(), room=room)

    assert found == ticket
    assert Ticket.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("asker", [Guest("Kit", ""), Guest("Kit Walker", "kit@example.org")])
def test_a_double_tap_is_one_ticket(together, asker):
    course, number = CourseFactory(), uuid4()

    made = together(*[lambda: actions.ask_at_kiosk(person=asker, course=course, sent_once=number)] * 2)

    assert made[0] == made[1] == Ticket.objects.get()


def test_each_room_has_a_limit_of_its_own_and_guests_none_there(monkeypatch, room):
    monkeypatch.setattr(counting, "BY_KIOSK", counting.Limit("ticket.kiosk", 1, counting.HOUR))
    course = CourseFactory()

    def ask(name, where):
        return actions.ask_at_kiosk(person=Guest(name, ""), course=course, sent_once=uuid4(), room=where)

    ask("Kit", room)
    with pytest.raises(TooMany):
        ask("Ben", room)
    assert ask("Ben", Room.objects.create(name="W3"))
    assert a_ticket(Guest("Lea", "lea@example.org"), course)


@pytest.mark.parametrize("name", ["Maya Okafor", "okafor maya", "MAYA ÓKAFOR", " Maya  Okafor "])
def test_name_and_address_together_are_the_person(name):
    maya = PersonFactory(given_name="Maya", family_name="Okafor", email="maya@example.org")

    assert queries.who_is(name, " Maya@Example.org") == maya


@pytest.mark.parametrize(
    ("name", "email"), [("Maya", "maya@example.org"), ("Maya Okafor", ""), ("", "maya@example.org")]
)
def test_less_is_nobody(name, email):
    PersonFactory(given_name="Maya", family_name="Okafor", email="maya@example.org")

    assert queries.who_is(name, email) is None


def test_who_has_left_is_nobody():
    PersonFactory(given_name="Maya", family_name="Okafor", email="maya@example.org", left_at=clock.now())

    assert queries.who_is("Maya Okafor", "maya@example.org") is None


def test_codes_name_their_ticket_and_no_other():
    code = links.code_of(204)

    assert (
        links.of_code(code)
        == links.of_code(f" {code.replace('-', ' ')} ")
        == links.of_code(code.replace("-", ""))
        == 204
    )
    wrong = f"204-{(int(code[-4:]) + 1) % 10_000:04}"
    assert [links.of_code(bad) for bad in (wrong, "", "204", "٢٠٤-1234", "9" * 600, "2\x0004-1234")] == [None] * 6
