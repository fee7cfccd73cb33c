"""Requests that are over, for reports: the least that is valid."""

from datetime import UTC, datetime, timedelta
from itertools import count

from gatehouse.helpdesk.models import Course, Help, Term, Ticket
from gatehouse.people.tests.factories import PersonFactory

NOON = datetime(2026, 10, 14, 12, 0, tzinfo=UTC)  # a Wednesday
numbers = count(1400)


def a_course(**fields):
    return Course.objects.create(**{"department": "CSCI", "number": str(next(numbers)), "name": "Programming"} | fields)


def a_term(first, last, year=2026, season=Term.Season.FALL):
    return Term.objects.create(year=year, season=season, starts_on=first, ends_on=last)


def a_visit(*, at=NOON, course=None, waited=3, helped=9, tutors=(), **fields):
    """Asked at this instant, helped after so many minutes, for so many; `helped` None is gone before."""
    claimed = at + timedelta(minutes=waited)
    closed = claimed + timedelta(minutes=helped or 0)
    over = (
        {"state": "closed", "claimed_at": claimed, "outcome": "solved"}
        if helped is not None
        else {"state": "withdrawn"}
    )
    who = {} if "guest_email" in fields else {"person": fields.pop("person", None) or PersonFactory()}
    ticket = Ticket.objects.create(
        **{"course": course or a_course(), "question": "Why?", "asked_at": at, "place_at": at, "closed_at": closed}
        | over
        | who
        | fields
    )
    for tutor in tutors:
        Help.objects.create(ticket=ticket, tutor=tutor, tutor_name=tutor.name, began_at=claimed, ended_at=closed)
    return ticket


def visits(number, **fields):
    return [a_visit(**fields) for _ in range(number)]
