"""Appointments as iCalendar text (RFC 5545). No Django.

Times are UTC, so no VTIMEZONE is needed and every calendar shows its own clock. What is here is published, not
negotiated (METHOD:PUBLISH, RFC 5546, 3.2.1): nobody is asked to answer, and calendars take over what is newer by UID
and SEQUENCE. A cancelled event goes out alone with METHOD:CANCEL, and within a feed as STATUS:CANCELLED.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event as Component, vCalAddress, vText, vUri

PRODUCT = "-//Gatehouse//Help desk//EN"
LOOK_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class Event:
    """`uid` never changes, `sequence` rises with every change; instants are aware."""

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    changed_at: datetime
    made_at: datetime
    summary: str
    place: str = ""
    description: str = ""
    url: str = ""
    is_cancelled: bool = False


@dataclass(frozen=True)
class Organizer:
    name: str
    email: str


def feed(events: Iterable[Event], *, name: str, organizer: Organizer) -> bytes:
    """All of them under a name, for calendars that fetch it again and again."""
    calendar = _calendar("PUBLISH")
    calendar.add("name", name)  # RFC 7986, 5.1
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})  # RFC 7986, 5.7
    calendar.add("x-published-ttl", "PT1H")
    for event in events:
        calendar.add_component(_component(event, organizer))
    return _text(calendar)


def one(event: Event, *, organizer: Organizer) -> bytes:
    """A file of one event: to be added, or, when it was cancelled, to be taken out again."""
    calendar = _calendar("CANCEL" if event.is_cancelled else "PUBLISH")
    calendar.add_component(_component(event, organizer))
    return _text(calendar)


def _calendar(method: str) -> Calendar:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    return calendar


def _component(event: Event, organizer: Organizer) -> Component:
    """DTSTAMP is when it last changed, not now: the same event is the same bytes, so a feed's ETag holds."""
    made = Component()
    made.add("uid", event.uid)
    made.add("sequence", event.sequence)
    made.add("dtstamp", event.changed_at)
    made.add("created", event.made_at)
    made.add("last-modified", event.changed_at)
    made.add("dtstart", event.starts_at)
    made.add("dtend", event.ends_at)
    made.add("summary", plain(event.summary))
    made.add("status", "CANCELLED" if event.is_cancelled else "CONFIRMED")
    made.add("transp", "TRANSPARENT" if event.is_cancelled else "OPAQUE")
    for name, text in (("location", event.place), ("description", event.description)):
        if text:
            made.add(name, plain(text))
    if event.url:
        made.add("url", vUri(event.url))
    if organizer.email:
        made.add("organizer", _address(organizer))
    return made


def _address(organizer: Organizer) -> vCalAddress:
    address = vCalAddress(f"mailto:{organizer.email}")
    address.params["cn"] = vText(plain(organizer.name).replace('"', "'"))
    return address


def plain(text: str) -> str:
    """Without the controls that no text value may hold (RFC 5545, 3.1); lines stay lines."""
    lined = text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n").replace("\u2029", "\n")
    kept = (letter for letter in lined if letter in "\n\t" or (ord(letter) >= 32 and ord(letter) != 127))
    return "".join(kept).encode("utf-8", "replace").decode("utf-8")


def _text(calendar: Calendar) -> bytes:
    written: bytes = calendar.to_ical(sorted=False)
    return written
