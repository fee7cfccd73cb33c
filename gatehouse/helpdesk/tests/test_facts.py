"""What the desk announces to its neighbours, and the counts it has for them."""

from datetime import timedelta

import pytest

from gatehouse.core import clock, events
from gatehouse.helpdesk import actions, queries
from gatehouse.helpdesk.events import TicketClaimed, TicketClosed, TicketSubmitted
from gatehouse.helpdesk.models import Course, Help, Ticket
from gatehouse.helpdesk.reports import Period
from gatehouse.helpdesk.tests.factories import MAYA, CourseFactory, a_ticket, a_tutor
from gatehouse.helpdesk.tests.visiting import a_visit
from gatehouse.people.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(monkeypatch):
    heard = []
    subscribers = {fact: [heard.append] for fact in (TicketSubmitted, TicketClaimed, TicketClosed)}
    monkeypatch.setattr(events, "_subscribers", events._subscribers | subscribers)
    return heard


def test_a_ticket_is_told_of_from_asking_to_its_end(told):
    maya, ana = PersonFactory(), a_tutor()
    ticket = a_ticket(maya)
    actions.claim_ticket(ticket=ticket, tutor=ana)

    actions.close_ticket(ticket=ticket, actor=ana, outcome="partly", next_step="Exercise 12")

    assert told == [
        TicketSubmitted(ticket.pk, maya.pk),
        TicketClaimed(ticket.pk, ana.pk),
        TicketClosed(ticket.pk, maya.pk, "partly", "Exercise 12"),
    ]


def test_a_guest_is_told_of_without_a_person_and_refused_deeds_are_not_told(told):
    ticket, ana, ben = a_ticket(MAYA), a_tutor(), a_tutor()
    actions.confirm_guest(ticket=ticket)
    actions.claim_ticket(ticket=ticket, tutor=ana)

    with pytest.raises(actions.helping.AlreadyClaimed):
        actions.claim_ticket(ticket=Ticket.objects.get(), tutor=ben)

    assert told == [TicketSubmitted(ticket.pk, None), TicketClaimed(ticket.pk, ana.pk)]


def test_help_entered_afterwards_is_told_as_closed(told):
    ana, began = a_tutor(), clock.now() - timedelta(hours=2)

    actions.add_back_dated(
        actor=ana, visitor=actions.Visitor("Maya"), course=CourseFactory(), began_at=began, minutes=10, outcome="solved"
    )

    assert [type(fact) for fact in told] == [TicketClosed]


def test_nothing_is_told_of_a_deed_that_a_neighbour_undid(monkeypatch):
    def refuse(_fact):
        raise RuntimeError

    monkeypatch.setattr(events, "_subscribers", events._subscribers | {TicketSubmitted: [refuse]})

    with pytest.raises(RuntimeError):
        a_ticket()

    assert not Ticket.objects.exists()


@pytest.mark.parametrize("people", [1, 3])
def test_counts_and_minutes_of_a_term_take_two_queries(people, django_assert_num_queries):
    today, ana = clock.today(), a_tutor()
    course = Course.objects.create(department="MATH", number="101", name="Algebra")
    for _ in range(people):
        maya = PersonFactory()
        for outcome in ({}, {}, {"outcome": "no_show"}):
            a_visit(at=clock.now() - timedelta(hours=3), course=course, person=maya, tutors=[ana], helped=9, **outcome)
    Help.objects.filter(ticket__outcome="no_show").update(minutes=0)

    with django_assert_num_queries(2):
        rows = list(queries.person_counts(Period(today - timedelta(days=1), today)))

    assert [(row.visits, row.helped, row.no_shows, row.minutes) for row in rows] == [(3, 2, 1, 18)] * people
