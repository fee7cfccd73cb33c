"""The kernel that cuts hours into slots, on a wall clock with its two odd nights."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from gatehouse.helpdesk.slots import Hours, Span, cut, days, free, overlap

CHICAGO = ZoneInfo("America/Chicago")
WEDNESDAY = date(2026, 11, 18)
SPRING, AUTUMN = date(2026, 3, 8), date(2026, 11, 1)  # Sundays; 2:00 to 3:00 is skipped, 1:00 to 2:00 comes twice
SUNDAY = 6


def hours(weekday=2, starts=(10, 0), ends=(12, 0), minutes=30, **fields):
    return Hours(weekday, time(*starts), time(*ends), minutes, **fields)


def shown(slots):
    return [f"{slot.starts_at.astimezone(CHICAGO):%H:%M}" for slot in slots]


def test_a_block_is_cut_into_whole_slots():
    slots = cut([hours(ends=(11, 45))], [WEDNESDAY], set(), CHICAGO)

    assert shown(slots) == ["10:00", "10:30", "11:00"]
    assert {slot.ends_at - slot.starts_at for slot in slots} == {timedelta(minutes=30)}


def test_several_blocks_and_tutors_come_by_time():
    blocks = [hours(starts=(14, 0), ends=(15, 0)), hours(ends=(11, 0)), hours(ends=(10, 20), minutes=20)]

    assert shown(cut(blocks, [WEDNESDAY], set(), CHICAGO)) == ["10:00", "10:00", "10:30", "14:00", "14:30"]


def test_only_days_of_the_block_and_no_holiday():
    week = days(WEDNESDAY, WEDNESDAY + timedelta(days=14))
    block = hours(ends=(10, 30), first_on=date(2026, 11, 20), last_on=date(2026, 12, 2))

    assert [slot.starts_at.date() for slot in cut([block], week, set(), CHICAGO)] == [
        date(2026, 11, 25),
        date(2026, 12, 2),
    ]
    assert [slot.starts_at.date() for slot in cut([block], week, {date(2026, 11, 25)}, CHICAGO)] == [date(2026, 12, 2)]


def test_the_same_wall_time_before_and_after_the_clocks_change():
    block = hours(weekday=0, ends=(10, 30))

    before, after = cut([block], [date(2026, 10, 26), date(2026, 11, 2)], set(), CHICAGO)

    assert (before.starts_at.hour, after.starts_at.hour) == (15, 16)
    assert shown([before, after]) == ["10:00", "10:00"]


def test_times_that_no_clock_shows_are_left_out():
    slots = cut([hours(SUNDAY, (1, 0), (4, 0))], [SPRING], set(), CHICAGO)

    assert shown(slots) == ["01:00", "01:30", "03:00", "03:30"]
    assert slots[1].ends_at == slots[2].starts_at == datetime(2026, 3, 8, 8, tzinfo=UTC)


def test_a_slot_that_would_reach_past_its_block_in_the_short_night_is_left_out():
    assert shown(cut([hours(SUNDAY, (1, 45), (3, 0))], [SPRING], set(), CHICAGO)) == []


def test_the_hour_shown_twice_is_offered_once():
    slots = cut([hours(SUNDAY, (0, 30), (3, 0))], [AUTUMN], set(), CHICAGO)

    assert shown(slots) == ["00:30", "01:00", "01:30", "02:00", "02:30"]
    assert slots[1].starts_at == datetime(2026, 11, 1, 6, tzinfo=UTC)
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(slots))


def test_what_is_taken_too_soon_or_too_far_is_not_free():
    slots = cut([hours()], [WEDNESDAY, WEDNESDAY + timedelta(days=7)], set(), CHICAGO)
    taken = [Span(slots[1].starts_at + timedelta(minutes=29), slots[1].ends_at + timedelta(minutes=1))]

    left = free(slots, taken, earliest=slots[0].starts_at, last_day=WEDNESDAY, zone=CHICAGO)
    later = free(slots, [], earliest=slots[1].starts_at, last_day=WEDNESDAY, zone=CHICAGO)

    assert shown(left) == ["10:00", "11:30"]
    assert shown(later) == ["10:30", "11:00", "11:30"]


def test_neighbours_do_not_meet():
    [first, second, *_] = cut([hours()], [WEDNESDAY], set(), CHICAGO)

    assert not Span(first.starts_at, first.ends_at).meets(second)


@pytest.mark.parametrize(
    ("other", "meets"),
    [
        ({}, True),
        ({"starts": (11, 59), "ends": (13, 0)}, True),
        ({"starts": (12, 0), "ends": (13, 0)}, False),
        ({"weekday": 3}, False),
        ({"first_on": date(2026, 12, 1)}, True),
        ({"last_on": date(2025, 12, 1)}, False),
    ],
)
def test_blocks_overlap_on_a_day_that_both_have(other, meets):
    block = hours(first_on=date(2026, 1, 1))

    assert overlap(block, hours(**other)) is overlap(hours(**other), block) is meets


@given(
    st.integers(0, 6), st.times(), st.times(), st.integers(5, 240), st.dates(date(1990, 1, 1), date(2037, 1, 1)),
    st.sampled_from(["America/Chicago", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"]),
)  # fmt: skip
def test_slots_of_any_block_are_whole_apart_and_within_it(  # noqa: PLR0917  given in this order
    weekday, one, other, minutes, day, zone
):
    starts, ends = sorted((one, other))
    block = Hours(weekday, starts, ends, minutes)

    slots = cut([block], days(day, day + timedelta(days=6)), set(), ZoneInfo(zone))

    assert all(slot.ends_at - slot.starts_at == timedelta(minutes=minutes) for slot in slots)
    assert all(one.ends_at <= other.starts_at for one, other in pairwise(slots))
    for slot in slots:
        local = slot.starts_at.astimezone(ZoneInfo(zone))
        assert starts <= local.time()
        assert slot.ends_at.astimezone(ZoneInfo(zone)).replace(tzinfo=None) <= datetime.combine(local.date(), ends)
