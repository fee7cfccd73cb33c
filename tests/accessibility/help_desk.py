"""The college's help desk: open, two tutors there, a few who wait; and a ticket in each state."""

from datetime import time, timedelta
from typing import Any

from django.core.files.base import ContentFile

from gatehouse.core import clock, links as signed
from gatehouse.helpdesk import actions, links, queries
from gatehouse.helpdesk.actions.desk import save_desk
from gatehouse.helpdesk.models import (
    Appointment,
    Attachment,
    CannedAnswer,
    Course,
    Help,
    Message,
    Notice,
    OpeningHours,
    ProblemType,
    Room,
    Section,
    Shift,
    Term,
    Ticket,
    Tutoring,
)
from gatehouse.helpdesk.tests.factories import MAYA, a_ticket, an_appointment, bookable, on_shift
from gatehouse.people.models import Person
from gatehouse.people.tests.factories import PersonFactory

STATES = ("waiting", "away", "called", "helped", "online", "closed", "withdrawn")
QUESTION = "Paired test: p = 0.03. Unpaired test: p = 0.11. Why so different, question 4?"


def opened() -> Course:
    """Courses, rooms, hours, a notice, and two tutors on shift."""
    if stat := Course.objects.filter(department="STAT", number="1100").first():
        return stat
    stat, _chem = (
        Course.objects.get_or_create(department=code, number=number, defaults={"name": name})[0]
        for code, number, name in (("STAT", "1100", "Introduction to statistics"), ("CHEM", "1210", "Chemistry"))
    )
    today = clock.today()
    term, _is_new = Term.objects.get_or_create(
        year=today.year, season="Fall", defaults={"starts_on": today, "ends_on": today}
    )
    Section.objects.create(course=stat, term=term, number="001")
    for order, text in enumerate(("Understanding a topic", "Homework", "Lab or project", "Something else")):
        ProblemType.objects.get_or_create(text=text, defaults={"order": order})
    for weekday in range(5):
        OpeningHours.objects.get_or_create(weekday=weekday, opens=time(9), defaults={"closes": time(18)})
    Notice.objects.create(text="Friday: room C4.", starts_on=today, ends_on=today)
    room, _is_new = Room.objects.get_or_create(name="B15", defaults={"building": "Tower House"})
    on_shift(stat, room=room)
    on_shift(video_link="https://video.example.org/pilar")
    return stat


def of_open(_college: object) -> dict[str, Any]:
    """Two wait, and two tutors help."""
    course = opened()
    for _ in range(2):
        a_ticket(course=course)
    return {}


def of_own(person: Person) -> dict[str, Any]:
    in_state("waiting", person)
    in_state("closed", person)
    return {}


def asked() -> str:
    return signed.sign(links.ASKED, MAYA.email)


def to_confirm() -> str:
    ticket = a_ticket(MAYA, opened(), question=QUESTION)
    return links.confirm_address_of(ticket).rsplit("/", 1)[1]


def in_state(state: str, person: Person | None = None) -> dict[str, Any]:
    """The token of a ticket in this state, behind two others with whom it could sit in."""
    course = opened()
    for _ in range(2):
        a_ticket(course=course, assignment="Paired tests")
    mode = "online" if state == "online" else "campus"
    asker = person or PersonFactory()
    ticket = a_ticket(
        asker, course, question=f"{QUESTION} {state} {Ticket.objects.count()}", assignment="paired tests", mode=mode
    )
    Attachment.objects.create(
        ticket=ticket, name="photo.png", media_type="image/png", size=7, file=ContentFile(b"picture", "photo.png")
    )
    Message.objects.create(ticket=ticket, author_name="Ines Duarte", text="Notes + textbook, please!")
    _reach(ticket, state)
    return {"token": links.token_of(ticket)}


def _reach(ticket: Ticket, state: str) -> None:
    now = clock.now()
    soon = now + timedelta(minutes=3)
    fields: dict[str, dict[str, Any]] = {
        "away": {"state": "away", "away_until": soon},
        "called": {"state": "called", "called_until": soon},
        "helped": {"state": "helped", "claimed_at": now},
        "online": {"state": "helped", "claimed_at": now},
        "closed": {"state": "closed", "claimed_at": now, "closed_at": now, "outcome": "solved", "next_step": "Page 4"},
        "withdrawn": {"state": "withdrawn", "closed_at": now},
    }
    if state in {"helped", "online", "called"}:
        tutor = Shift.objects.exclude(video_link="").earliest("pk").tutor
        Help.objects.create(ticket=ticket, tutor=tutor, tutor_name=tutor.name)
    if state in fields:
        Ticket.objects.filter(pk=ticket.pk).update(**fields[state])
        actions.queue_moved()


HANDS = ("waiting", "called", "helped", "others", "closed")


def in_hand(state: str, tutor: Person) -> dict[str, Any]:
    """A ticket as a tutor sees it: with files, notes, a group, ready answers, and others behind it."""
    in_state("waiting")
    ticket = Ticket.objects.latest("pk")
    CannedAnswer.objects.get_or_create(title="Use the t-table", text="With few values use the t-table.")
    mate = a_ticket(course=ticket.course, assignment="paired tests", question=f"And mine? {state}")
    actions.group_tickets(tickets=[ticket, mate], topic="Paired tests", actor=tutor)
    actions.step_away(ticket=mate, actor=mate.person)
    actions.note(ticket=ticket, actor=tutor, text="Knows the normal case well.")
    helper = Shift.objects.earliest("pk").tutor if state == "others" else tutor
    if state != "waiting":
        actions.claim_ticket(ticket=ticket, tutor=helper)
    if state == "called":
        actions.not_found(ticket=ticket, actor=tutor)
    if state == "closed":
        actions.close_ticket(ticket=ticket, actor=tutor, outcome="solved", next_step="Chapter 7")
    return {"pk": ticket.pk}


def with_shift(tutor: Person) -> dict[str, Any]:
    in_hand("helped", tutor)
    actions.start_shift(actor=tutor, room=Room.objects.earliest("pk"))
    return {}


def helped_once(tutor: Person) -> dict[str, Any]:
    ticket = in_hand("closed", tutor)["pk"]
    return {"pk": Help.objects.get(ticket=ticket).pk}


def times(person: Person, keys: tuple[str, ...]) -> dict[str, Any]:
    """Two tutors who can be booked every day, something booked, and a time that is free."""
    course = opened()
    for tutor, mode in zip(Shift.objects.order_by("pk")[:2], ("campus", "online"), strict=True):
        if not tutor.tutor.booking_hours.exists():
            Tutoring.objects.get_or_create(person=tutor.tutor, course=course)
            for weekday in range(7):
                bookable(tutor.tutor, weekday=weekday, starts=time(8), ends=time(20), mode=mode)
    if not Appointment.objects.filter(person=person, ticket=None, cancelled_at=None).exists():
        an_appointment(person=person, course=course, tutor=Shift.objects.earliest("pk").tutor, question=QUESTION)
    after = clock.now() + timedelta(days=3)
    [offer, *_others] = queries.next_offers(course, after, person=person)
    values = {"course": course.pk, "at": int(offer.starts_at.timestamp())}
    return {key: values[key] for key in keys}


def nothing_free() -> dict[str, Any]:
    opened()
    return {"course": Course.objects.create(department="ART", number=str(Course.objects.count()), name="Drawing").pk}


def gone(person: Person) -> dict[str, Any]:
    found = times(person, ("course", "at"))
    return found | {"at": found["at"] + 60}


def moving(person: Person) -> dict[str, Any]:
    return {**booked(person, "ahead"), **times(person, ("at",))}


def booked(person: Person, state: str) -> dict[str, Any]:
    times(person, ())
    tutor = Shift.objects.earliest("pk").tutor
    if state == "ahead":
        return {"pk": Appointment.objects.filter(person=person, ticket=None, cancelled_at=None).earliest("pk").pk}
    hours = Appointment.objects.count() + 3
    held = an_appointment(person=person, tutor=tutor, course=opened(), starts_at=clock.now() + timedelta(hours=-hours))
    over = {"cancelled_at": clock.now(), "cancelled_by": tutor.name, "cancelled_because": "I am ill."}
    begun = {"ticket": a_ticket(person, opened(), question=f"{QUESTION} {held.pk}")}
    Appointment.objects.filter(pk=held.pk).update(**over if state == "cancelled" else begun)
    return {"pk": held.pk}


def given(tutor: Person) -> dict[str, Any]:
    """Somebody booked a time of today with this tutor, who can be booked."""
    hours_of(tutor)
    if not Appointment.objects.filter(tutor=tutor).exists():
        ends_at = clock.now() + timedelta(minutes=20)  # begun, and nobody swept: it is of today at any hour
        starts_at = ends_at - timedelta(minutes=30)
        an_appointment(tutor=tutor, course=opened(), starts_at=starts_at, ends_at=ends_at, question=QUESTION)
    return {}


def hours_of(tutor: Person) -> dict[str, Any]:
    found = tutor.booking_hours.first() or bookable(tutor, last_on=clock.today() + timedelta(days=90))
    return {"pk": found.pk}


PIN = "480217"


def with_pin() -> dict[str, Any]:
    opened()
    save_desk(values={}, pin=PIN, actor=None)
    return {}


def on_the_wall(tutor: Person) -> dict[str, Any]:
    """As full as a wall gets: four are called, one of them in vain, and more wait than it holds."""
    course = opened()
    tutors = [tutor, *(on_shift(course, room=Room.objects.earliest("pk")).tutor for _ in range(3))]
    for each in tutors:
        ticket = a_ticket(course=course)
        actions.claim_ticket(ticket=ticket, tutor=each)
    actions.not_found(ticket=ticket, actor=tutors[-1])
    for _ in range(9):
        a_ticket(course=course)
    today = clock.today()
    Notice.objects.create(text="Friday: room C4. " * 8, starts_on=today, ends_on=today)
    return {}
