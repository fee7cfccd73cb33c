"""From rows to reports: which tickets count when, who is one person, what others may ask."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.utils import timezone

from gatehouse.core import clock
from gatehouse.helpdesk.models import Help, Shift, Ticket
from gatehouse.helpdesk.queries import counts, report_asked, report_periods, reporting
from gatehouse.helpdesk.queries.reporting import Wanted
from gatehouse.helpdesk.reports import Period
from gatehouse.helpdesk.tests.visiting import NOON, a_course, a_term, a_visit, visits
from gatehouse.people.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
OCTOBER = Period(date(2026, 10, 1), date(2026, 10, 31))


@pytest.fixture(autouse=True)
def chicago(settings, monkeypatch):
    settings.TIME_ZONE = "America/Chicago"
    timezone.get_default_timezone.cache_clear()
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 20, 18, tzinfo=UTC))
    yield
    timezone.get_default_timezone.cache_clear()


def test_r5_a_day_is_the_organisations_day():
    inside = a_visit(at=datetime(2026, 11, 1, 4, 59, tzinfo=UTC))  # 23:59 on 31 October
    a_visit(at=datetime(2026, 11, 1, 5, 0, tzinfo=UTC))
    first = a_visit(at=datetime(2026, 10, 1, 5, 0, tzinfo=UTC))
    a_visit(at=datetime(2026, 10, 1, 4, 59, tzinfo=UTC))

    assert set(reporting.over(OCTOBER)) == {inside, first}


def test_r5_hours_are_told_as_the_wall_clock_showed_them():
    a_visit(at=datetime(2026, 11, 1, 6, 30, tzinfo=UTC))  # 1:30, for the first time
    a_visit(at=datetime(2026, 11, 1, 7, 30, tzinfo=UTC))  # 1:30, for the second

    shown = reporting.report(Wanted(Period(date(2026, 11, 1), date(2026, 11, 1))), names=True)

    assert shown.heat == {(6, 1): 2}


def test_both_ends_of_a_term_belong_to_it():
    term = a_term(date(2026, 8, 31), date(2026, 12, 18))
    early, late = datetime(2026, 8, 31, 5, 0, tzinfo=UTC), datetime(2026, 12, 19, 5, 59, tzinfo=UTC)
    (
        a_visit(at=early),
        a_visit(at=late),
        a_visit(at=early - timedelta(seconds=1)),
        a_visit(at=late + timedelta(minutes=1)),
    )

    assert reporting.over(Period(term.starts_on, term.ends_on)).count() == 2


def test_what_is_not_over_does_not_count():
    for state in ("waiting", "away", "called", "helped"):
        Ticket.objects.create(person=PersonFactory(), course=a_course(), question="?", state=state, asked_at=NOON)

    assert list(reporting.visits(OCTOBER)) == []


def test_visit_carries_what_the_kernel_asks():
    ana, ben, teacher = PersonFactory(), PersonFactory(), a_course()
    ticket = a_visit(course=teacher, assignment="  Homework   3 ", stars=4, waited=7, helped=10, tutors=[ana, ben])
    Help.objects.filter(ticket=ticket, tutor=ben).update(minutes=25)

    (visit,) = reporting.visits(OCTOBER)

    assert (visit.wait, visit.minutes, visit.stars) == (420, 35, 4)
    assert visit.assignment == "homework 3"
    assert set(visit.tutors) == {ana.pk, ben.pk}
    assert (visit.asked_at.hour, visit.outcome) == (7, "solved")


def test_reopened_ticket_waits_from_its_reopening():
    again = NOON + timedelta(hours=2)
    a_visit(waited=125, reopened_at=again)

    assert [visit.wait for visit in reporting.visits(OCTOBER)] == [300]


def test_guests_are_one_by_address_and_erased_ones_are_one():
    a_visit(guest_email="Jo@example.org", guest_name="Jo")
    a_visit(guest_email="jo@example.org", guest_name="Joanna")
    a_visit(guest_email="", guest_name="")
    a_visit(guest_email="", guest_name="")

    assert len({visit.asker for visit in reporting.visits(OCTOBER)}) == 2


def test_filters_of_addresses_narrow(django_assert_max_num_queries):
    chem, stat = a_course(department="CHEM"), a_course(department="STAT")
    visits(8, course=chem, mode="online"), visits(9, course=chem), visits(7, course=stat)
    a_term(date(2026, 8, 31), date(2026, 12, 18))

    with django_assert_max_num_queries(12):
        chosen = report_asked.chosen({"course": str(chem.pk), "mode": "campus"}, may_range=False)

    assert chosen.title == "Fall 2026"
    assert reporting.report(chosen.wanted).total.visits == 9


@pytest.mark.parametrize(
    "values",
    [
        {"course": "99999999999999999999"}, {"course": "x"}, {"mode": "moon"}, {"tutor": "7"}, {"section": "-1"},
        {"assignment": "\0"}, {"period": "t999"}, {"course": "٣"}, {"problem": "1e3"},
    ],
)  # fmt: skip
def test_what_is_no_filter_does_not_narrow(values):
    visits(5)

    chosen = report_asked.chosen({"period": "p2026-10-01", **values}, may_range=False)

    assert not chosen.wanted.filters


def test_days_of_ones_own_are_for_who_may_see_names():
    a_term(date(2026, 8, 31), date(2026, 12, 18))
    days = {"period": "own", "from": "2026-10-01", "to": "2026-10-02"}

    assert report_asked.chosen(days, may_range=True).wanted.period == Period(date(2026, 10, 1), date(2026, 10, 2))
    assert report_asked.chosen(days, may_range=False).title == "Fall 2026"


@pytest.mark.parametrize(
    ("begin", "end", "field"),
    [
        ("", "2026-10-02", "from"), ("2026-02-30", "2026-10-02", "from"), ("2026-10-02", "2026-10-01", "to"),
        ("0001-01-01", "2026-10-01", "from"), ("2026-10-01", "9999-12-31", "to"), ("x" * 5000, "", "from"),
    ],
)  # fmt: skip
def test_days_that_are_none_are_refused(begin, end, field):
    with pytest.raises(report_asked.RangeUnusable) as refused:
        report_asked.days(begin, end)

    assert refused.value.field == field


def test_periods_are_terms_and_months_between_them():
    a_term(date(2026, 8, 31), date(2026, 12, 18))
    a_term(date(2026, 6, 1), date(2026, 8, 8), season="Summer")
    a_term(date(2027, 1, 20), date(2027, 5, 9), year=2027, season="Spring")
    a_visit(at=datetime(2026, 8, 20, 12, tzinfo=UTC))

    found = report_periods.choices()

    assert [choice.label for choice in found] == ["Fall 2026", "9 to 30 August 2026", "Summer 2026"]
    assert report_periods.present(found).label == "Fall 2026"


def test_without_terms_the_present_month_is_told():
    assert report_periods.present(report_periods.choices()).label == "1 to 20 November 2026"


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 8, 1), date(2026, 8, 31), "August 2026"),
        (date(2026, 8, 3), date(2026, 8, 3), "3 August 2026"),
        (date(2026, 8, 31), date(2026, 11, 19), "31 August to 19 November 2026"),
        (date(2026, 12, 19), date(2027, 1, 19), "19 December 2026 to 19 January 2027"),
    ],
)
def test_days_in_words(first, last, words):
    assert report_periods.worded(Period(first, last)) == words


def test_counts_of_each_person_for_a_term(django_assert_num_queries):
    term, maya, ana = a_term(date(2026, 8, 31), date(2026, 12, 18)), PersonFactory(), PersonFactory()
    a_visit(person=maya, helped=12, tutors=[ana])
    a_visit(person=maya, helped=3, outcome="no_show", at=NOON + timedelta(days=1))
    a_visit(person=maya, helped=None)
    a_visit(guest_email="jo@example.org", guest_name="Jo")
    corrected = a_visit(person=maya, helped=40, tutors=[ana])
    corrected.helps.update(minutes=20)

    with django_assert_num_queries(2):
        (one,) = counts.person_counts(term)

    assert one == counts.PersonCounts(maya.pk, 4, 2, 1, 32, date(2026, 10, 15))


def test_staffing_counts_open_shifts_until_now():
    Shift.objects.create(tutor=PersonFactory(), started_at=datetime(2026, 11, 20, 16, tzinfo=UTC))

    assert reporting.staffing(Period(date(2026, 11, 20), date(2026, 11, 26))).hours == {(4, 10): 1.0, (4, 11): 1.0}


def test_assignment_is_called_as_most_write_it():
    course = a_course(number="1400")
    visits(6, course=course, assignment="Homework 3"), visits(2, course=course, assignment="homework  3")

    shown = reporting.report(Wanted(OCTOBER))

    (row,) = shown.tables["assignment"].rows
    assert reporting.labels(shown).of("assignment", row.key) == "CSCI 1400: Homework 3"
    assert row.figures.visits == 8


def test_four_filters_are_too_many_without_names():
    course, ana = a_course(), PersonFactory()
    visits(9, course=course, tutors=[ana])
    filters = {"course": course.pk, "mode": "campus", "tutor": ana.pk, "assignment": (course.pk, "")}

    assert reporting.report(Wanted(OCTOBER, filters)).refused == "many"
    assert reporting.report(Wanted(OCTOBER, filters), names=True).total.visits == 9
