"""The college's help desk: open, two tutors there, a few who wait; and a ticket in each state."""

from datetime import time, timedelta
from typing import Any

from django.core.files.base import ContentFile

from gatehouse.core import clock, links as signed
from gatehouse.helpdesk import actions, links
from gatehouse.helpdesk.actions.desk import save_desk
from gatehouse.helpdesk.models import (
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
)
from gatehouse.helpdesk.tests.factories import MAYA, a_ticket, on_shift
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
