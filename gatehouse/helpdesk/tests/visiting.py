"""Requests that are over, for reports: the least that is valid."""

from datetime import UTC, datetime, timedelta
from itertools import count

from gatehouse.core import clock
from gatehouse.helpdesk.models import Course, Help, SavedReport, Shift, Term, Ticket
from gatehouse.people.tests.factories import PersonFactory

NOON = datetime(2026, 10, 14, 12, 0, tzinfo=UTC)  # a Wednesday
numbers = count(5400)


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


def a_busy_desk(owner=None):
    """A term with enough visits for every chart and table, and a saved report of its owner; gives no keys."""
    now = clock.now()
    if not Term.objects.filter(year=now.year, season=Term.Season.FALL).exists():
        a_term((now - timedelta(days=40)).date(), (now + timedelta(days=30)).date(), now.year)
    courses, ana = [a_course(name=f"Programming {n}") for n in range(7)], PersonFactory()
    Shift.objects.create(tutor=ana, started_at=now - timedelta(days=8), ended_at=now - timedelta(days=7))
    for number in range(84):
        at = now - timedelta(days=1 + number % 30, hours=number % 4)
        fate = {"outcome": "partly"} if number % 7 == 0 else {"stars": 4}
        mode = "online" if number % 3 else "campus"
        a_visit(at=at, course=courses[number % 7], mode=mode, assignment=f"Lab {number % 2}", tutors=[ana], **fate)
    if owner:
        SavedReport.objects.create(owner=owner, name="All of it", filters={"mode": "online"}, is_monthly=True)
    return {}
