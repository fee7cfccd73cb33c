"""The demo's desk is at work whenever one looks, and leaves alone what visitors made."""

from datetime import UTC, datetime, timedelta

import pytest

from gatehouse.core import clock
from gatehouse.helpdesk import actions, demo, demo_history, demo_scene, queries
from gatehouse.helpdesk.models import Holiday, OpeningHours, Shift, Term, Ticket, Tutoring
from gatehouse.helpdesk.tests.factories import CourseFactory, a_ticket, a_tutor
from gatehouse.people.tests.factories import PersonFactory, RoleFactory, RoleGrantFactory

pytestmark = pytest.mark.django_db


def at(monkeypatch, moment):
    monkeypatch.setattr(clock, "now", lambda: moment)


@pytest.fixture
def college(monkeypatch):
    """Tutors and students of the demo, a week with closed hours, a holiday."""
    at(monkeypatch, datetime(2026, 11, 25, 15, 20, tzinfo=UTC))
    student = RoleFactory.built_in("student")
    for _ in range(9):
        RoleGrantFactory(role=student, person=PersonFactory())
    courses = {code: CourseFactory(department=code.split()[0], number=code.split()[1]) for code in _codes()}
    for email in demo_scene.HERE:
        Tutoring.objects.create(person=a_tutor(email=email), course=courses["MATH 101"])
    for weekday in range(5):
        OpeningHours.objects.create(weekday=weekday, opens="09:00", closes="17:00")
    Holiday.objects.create(date="2026-11-26")
    Term.objects.create(year=2026, season="Fall", starts_on="2026-08-24", ends_on="2026-12-18")


def _codes():
    return {asked.course for asked in demo_scene.SCENE}


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 11, 25, 12, 30, tzinfo=UTC),
        datetime(2026, 11, 26, 12, 30, tzinfo=UTC),  # a holiday
        datetime(2026, 11, 28, 4, 10, tzinfo=UTC),  # a Saturday, before anybody is up
        datetime(2026, 11, 29, 23, 59, tzinfo=UTC),
        datetime(2026, 11, 30, 0, 0, tzinfo=UTC),
        datetime(2026, 11, 30, 16, 50, tzinfo=UTC),
        datetime(2028, 2, 29, 22, 5, tzinfo=UTC),
    ],
)
def test_the_desk_is_open_and_at_work_at_every_hour(college, monkeypatch, moment):
    at(monkeypatch, moment)

    demo.enliven()

    now = queries.desk_now()
    assert now.is_open
    assert now.until is not None
    assert (now.tutors, now.waiting, now.wait is not None) == (3, 6, True)
    at(monkeypatch, moment + timedelta(hours=3))
    assert queries.desk_now().is_open


def test_asked_for_again_it_is_the_same_and_on_the_next_day_anew(college, monkeypatch):
    demo.enliven()
    demo.enliven()
    assert Ticket.objects.count() == len(demo_scene.SCENE)
    own = a_ticket()
    joined = Ticket.objects.filter(state="helped").first()
    actions.join_help(ticket=joined, tutor=(late := a_tutor()), actor=late)

    at(monkeypatch, clock.now() + timedelta(days=2))
    demo.enliven()

    own.refresh_from_db()
    assert own.state == "waiting"
    assert queries.waiting().count() == 7
    assert Shift.objects.filter(ended_at=None).count() == 3
    assert Ticket.objects.filter(state="closed").count() == 3


def test_history_is_written_once_and_helped_by_those_who_can(college):
    demo_history.write_visits()
    before = Ticket.objects.count()
    demo_history.write_visits()

    assert before == Ticket.objects.count() > 1000
    assert set(Ticket.objects.values_list("state", flat=True)) == {"closed", "withdrawn"}
    assert not Ticket.objects.filter(asked_at__gt=clock.now()).exists()
    assert not Ticket.objects.filter(rating_letter_at=None).exists()
