"""Figures, periods, duty: what a report reckons, on the organisation's clock."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from gatehouse.helpdesk import reports
from gatehouse.helpdesk.reports import Asked, Period, Visit, between_terms, staffed
from gatehouse.helpdesk.reports.figures import percentile

CHICAGO = ZoneInfo("America/Chicago")
LORD_HOWE = ZoneInfo("Australia/Lord_Howe")  # its clocks change by half an hour


def test_percentiles_are_nearest_rank():
    assert [percentile([1, 2, 3, 4], share) for share in (0.5, 0.9, 0.25)] == [2, 4, 1]
    assert percentile([7], 0.9) == 7


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [(CHICAGO, date(2026, 3, 8), 23), (CHICAGO, date(2026, 11, 1), 25), (LORD_HOWE, date(2026, 4, 5), 24.5)],
)
def test_r5_days_have_the_hours_they_have(zone, day, hours):
    begin, end = Period(day, day).bounds(zone)

    assert (end - begin) / timedelta(hours=1) == hours
    assert begin.tzinfo is UTC


def test_r5_days_meet_without_a_gap_and_without_overlap():
    days = [Period(date(2026, 10, 30) + timedelta(days=n), date(2026, 10, 30) + timedelta(days=n)) for n in range(5)]
    bounds = [day.bounds(CHICAGO) for day in days]

    assert all(before[1] == after[0] for before, after in pairwise(bounds))


def test_between_terms_months_are_cut():
    fall, spring = Period(date(2026, 8, 31), date(2026, 12, 18)), Period(date(2027, 1, 20), date(2027, 5, 9))

    gaps = list(between_terms([spring, fall], Period(date(2026, 8, 1), date(2027, 2, 1))))

    assert gaps == [
        Period(date(2026, 8, 1), date(2026, 8, 30)),
        Period(date(2026, 12, 19), date(2026, 12, 31)),
        Period(date(2027, 1, 1), date(2027, 1, 19)),
    ]


def test_overlapping_terms_leave_no_day_twice():
    one, two = Period(date(2026, 1, 5), date(2026, 2, 20)), Period(date(2026, 1, 20), date(2026, 2, 10))

    gaps = list(between_terms([one, two], Period(date(2026, 1, 1), date(2026, 2, 28))))

    assert gaps == [Period(date(2026, 1, 1), date(2026, 1, 4)), Period(date(2026, 2, 21), date(2026, 2, 28))]


@pytest.mark.parametrize(("days", "bucket"), [(1, "day"), (14, "day"), (15, "week"), (200, "week"), (201, "month")])
def test_bars_are_as_wide_as_the_period_needs(days, bucket):
    assert Period(date(2026, 1, 1), date(2026, 1, 1) + timedelta(days=days - 1)).bucket == bucket


def test_bars_cover_the_whole_period():
    weeks = Asked(date(2026, 12, 30), date(2027, 1, 11), "week").buckets()
    months = Asked(date(2026, 1, 31), date(2026, 3, 1), "month").buckets()

    assert weeks == [date(2026, 12, 28), date(2027, 1, 4), date(2027, 1, 11)]
    assert months == [date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1)]


def test_duty_is_counted_by_wall_clock_hours():
    came = datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # half past midnight in Chicago, before the clocks go back
    shift = (came, came + timedelta(hours=3))

    duty = staffed([shift], Period(date(2026, 11, 1), date(2026, 11, 1)), CHICAGO)

    assert duty.hours == {(6, 0): 0.5, (6, 1): 2.0, (6, 2): 0.5}
    assert duty.on_duty((6, 1)) == 2.0


def test_duty_outside_of_the_period_does_not_count():
    shift = (datetime(2026, 9, 1, 4, tzinfo=UTC), datetime(2026, 9, 1, 6, tzinfo=UTC))  # 23:00 to 1:00 in Chicago

    duty = staffed([shift], Period(date(2026, 9, 1), date(2026, 9, 14)), CHICAGO)

    assert duty.hours == {(1, 0): 1.0}
    assert duty.on_duty((1, 0)) == 0.5  # of two Tuesdays


def visit(n, **fields):
    at = datetime(2026, 9, 7, 10, tzinfo=CHICAGO)
    return Visit(**{"asker": n, "asked_at": at, "course": "STAT", "tutors": ("Ana",), "minutes": 10.0} | fields)


def test_time_of_several_tutors_is_counted_once_and_for_each_the_own():
    seen = [visit(n, shares=(10.0,)) for n in range(10)]
    seen += [visit(n, tutors=("Ana", "Ben"), shares=(8.0, 12.0), minutes=20.0) for n in range(10, 20)]

    shown = reports.build(seen, Asked(date(2026, 9, 7), date(2026, 9, 7)))

    assert shown.total.minutes == 300
    told = [(row.key, row.figures.visits, row.figures.minutes) for row in shown.tables["tutor"].rows]
    assert told == [("Ana", 20, 180), ("Ben", 10, 120)]


def test_tutor_whose_tickets_leave_out_few_is_not_told():
    seen = [visit(n) for n in range(30)] + [visit(n, tutors=("Ana", "Ben")) for n in range(30, 60)]
    seen += [visit(n, tutors=("Ben",)) for n in (60, 61)]

    shown = reports.build(seen, Asked(date(2026, 9, 7), date(2026, 9, 7)))

    assert "Ana" not in {row.key for row in shown.tables["tutor"].rows}  # 62 less 60 is two people
    assert reports.build(seen, Asked(date(2026, 9, 7), date(2026, 9, 7), filters={"tutor": "Ana"})).refused == "close"


def test_minutes_of_few_are_not_left_over_from_a_sum():
    seen = [visit(n, shares=(10.0,)) for n in range(30)]
    seen += [visit(n, course="MATH", tutors=(), minutes=None, outcome="left") for n in range(40, 50)]
    seen += [visit(50, course="MATH", shares=(47.0,), minutes=47.0)]

    shown = reports.build(seen, Asked(date(2026, 9, 7), date(2026, 9, 7)))

    minutes = {row.key: row.figures.minutes for row in shown.tables["course"].rows}
    assert set(minutes) == {"STAT", "MATH"}
    assert minutes["MATH"] is None
    assert shown.total.minutes is None or minutes["STAT"] is None  # 347 less 300 are those of one person
