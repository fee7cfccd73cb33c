"""Calendars: what RFC 5545 asks, whatever people write."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
from icalendar import Calendar

from gatehouse.helpdesk import ical
from gatehouse.helpdesk.ical import Event, Organizer

TEN = datetime(2026, 11, 18, 16, tzinfo=UTC)
CENTRE = Organizer("Learning Centre", "help@example.org")


def event(**fields):
    times = {"starts_at": TEN, "ends_at": TEN + timedelta(minutes=30), "changed_at": TEN, "made_at": TEN}
    return Event(**{"uid": "4f1c", "sequence": 0, "summary": "STAT 1100 with Ana", **times, **fields})


def read(body):
    calendar = Calendar.from_ical(body)
    return calendar, calendar.walk("VEVENT")


def test_a_file_is_published_in_utc_and_names_its_organizer():
    calendar, [found] = read(ical.one(event(place="B12; Tower House"), organizer=CENTRE))

    assert (calendar["method"], calendar["version"]) == ("PUBLISH", "2.0")
    assert found["dtstart"].to_ical() == b"20261118T160000Z"
    assert (found["location"], found["status"], found["sequence"]) == ("B12; Tower House", "CONFIRMED", 0)
    assert found["organizer"] == "mailto:help@example.org"


def test_a_cancelled_one_is_taken_out_by_its_uid_and_a_higher_sequence():
    calendar, [found] = read(ical.one(event(sequence=2, is_cancelled=True), organizer=CENTRE))

    assert calendar["method"] == "CANCEL"
    assert (found["uid"], found["sequence"], found["status"]) == ("4f1c", 2, "CANCELLED")


def test_a_feed_keeps_cancelled_ones_as_such_and_says_when_to_look_again():
    events = [event(), event(uid="5a", is_cancelled=True)]
    calendar, found = read(ical.feed(events, name="Appointments", organizer=CENTRE))

    assert calendar["method"] == "PUBLISH"
    assert [each["status"] for each in found] == ["CONFIRMED", "CANCELLED"]
    assert calendar["refresh-interval"].dt == timedelta(hours=1)
    assert calendar["x-wr-calname"] == "Appointments"


def test_the_same_events_are_the_same_bytes():
    assert ical.feed([event()], name="A", organizer=CENTRE) == ical.feed([event()], name="A", organizer=CENTRE)


def test_a_name_can_add_neither_lines_nor_parameters():
    odd = Organizer('Centre";X=1\r\nATTENDEE:mailto:eve@example.org', "help@example.org")
    calendar, [found] = read(ical.one(event(), organizer=odd))

    assert "attendee" not in found
    assert "X" not in found["organizer"].params
    assert len(calendar.walk()) == 2


@given(st.text(), st.text())
def test_whatever_is_written_stays_within_its_property(summary, description):
    body = ical.one(event(summary=summary, description=description), organizer=CENTRE)
    calendar, [found] = read(body)

    assert len(calendar.walk()) == 2
    assert str(found["summary"]) == ical.plain(summary)
    assert all(len(line) <= 75 for line in body.split(b"\r\n"))
    assert b"\n" not in body.replace(b"\r\n", b"")
