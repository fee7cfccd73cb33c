"""The demo's desk at work, as if one came in on an ordinary afternoon, whatever the hour and the day."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from gatehouse.core import clock
from gatehouse.helpdesk.actions.holding import end_helps, going_on
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.models import (
    Course,
    Help,
    Holiday,
    OpeningHours,
    ProblemType,
    Room,
    Section,
    Shift,
    Ticket,
)
from gatehouse.people.models import Person

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
MIDNIGHT = time(23, 59, 59)
MARK: Final = 0xDE30 << 112  # the first digits of what tells a made ticket from a visitor's, see `_number`
VIDEO = "https://video.example.org/learning-centre"
MAYA = "maya.okafor@example.org"
HERE = {"ana.kowalska@example.org": "B12", "ben.obrien@example.org": "B14", "priya.iyer@example.org": ""}
"""Who is on shift and in which room; without one, online."""


@dataclass(frozen=True)
class Asked:
    """`ago` is minutes; who helps is a tutor's address."""

    ago: int
    course: str
    about: str
    question: str
    helper: str = ""
    guest: str = ""
    is_online: bool = False
    is_away: bool = False


SCENE = (
    Asked(26, "MATH 101", "Problem set 9", "Why does the sign turn round when I multiply by -2? I tried it with numbers and lost the thread.", "ana.kowalska@example.org"),
    Asked(24, "CHEM 101", "Lab report 4", "My yield comes out at 112 %. I weighed the filter paper with it, but without it I get 97 %.", "ben.obrien@example.org"),
    Asked(21, "CSCI 140", "Project 3", "The loop stops one line before the end of the file, whatever I put as the limit.", "priya.iyer@example.org", is_online=True),
    Asked(18, "CHEM 102", "Problem set 8", "How do I know which of the two half equations is turned round? The book does it without a word."),
    Asked(12, "MATH 101", "Problem set 9", "Question 4: I get two answers, and only one of them fits when I put it back."),
    Asked(9, "MATH 101", "Problem set 9", "I am stuck on question 4 too. Where does the second answer come from?", is_online=True),
    Asked(7, "BIO 110", "", "What is the difference between osmosis and diffusion in our experiment with the potato?", is_away=True),
    Asked(6, "CHEM 101", "", "Which digits of my balance count when I divide the two masses?", guest="Samir Haddad"),
    Asked(4, "MATH 201", "Problem set 10", "Substitution in the third integral goes wrong, I end up with x on both sides."),
)  # fmt: skip


@transaction.atomic
def enliven() -> None:
    """The desk is open now, tutors are here and people wait: made once a day, however often it is asked for.

    What was made on other days and nobody ended is over then; what visitors made stays as it is.
    """
    now = clock.now().replace(microsecond=0)
    day = timezone.localtime(now, timezone.get_default_timezone()).date()
    if Ticket.objects.filter(sent_once=_number(day, 0)).exists():
        return
    _open(timezone.localtime(now, timezone.get_default_timezone()))
    _end_leftovers(day)
    tutors = dict(_on_shift(now))
    students = list(Person.objects.filter(roles__slug="student").exclude(email=MAYA).order_by("email"))
    courses = {course.code: course for course in Course.objects.filter(archived_at=None)}
    for place, asked in enumerate(SCENE if students else ()):
        if asked.course in courses and (not asked.helper or asked.helper in tutors):
            asker, at = students[place * 7 % len(students)], now - asked.ago * MINUTE
            ticket = _ask(asked, at, asker=asker, course=courses[asked.course], number=_number(day, place))
            if asked.helper:
                _help(ticket, tutors[asked.helper], at + 12 * MINUTE)
    queue_moved()


def _number(day: date, place: int) -> UUID:
    return UUID(int=MARK + day.toordinal() * 1000 + place)


# --- now -----------------------------------------------------------------------------------------


def _open(local: datetime) -> None:
    """Stretch today's hours to this moment and the next four hours, where the week as it came would be closed."""
    Holiday.objects.filter(date=local.date()).delete()
    until = local + 4 * HOUR
    _cover(
        local.weekday(),
        (local - HOUR).time() if local.hour else time(0),
        MIDNIGHT if until.day != local.day else until.time(),
    )
    if until.day != local.day:
        _cover(until.weekday(), time(0), until.time())


def _cover(weekday: int, opens: time, closes: time) -> None:
    """One block instead of all that touch these hours, which are made whole ones."""
    opens = opens.replace(minute=0, second=0, microsecond=0)
    closes = closes if closes == MIDNIGHT else time(closes.hour + 1) if closes.hour < 23 else MIDNIGHT
    touching = OpeningHours.objects.filter(weekday=weekday, opens__lte=closes, closes__gte=opens)
    blocks = [(block.opens, block.closes) for block in touching]
    if any(first <= opens and last >= closes for first, last in blocks):
        return
    touching.delete()
    first, last = min([opens, *(block[0] for block in blocks)]), max([closes, *(block[1] for block in blocks)])
    OpeningHours.objects.create(weekday=weekday, opens=first, closes=last)


def _end_leftovers(day: date) -> None:
    made = Ticket.objects.filter(sent_once__range=(_number(date.min, 0), _number(day, 0)), state__in=Ticket.OPEN)
    for ticket in made:
        over = (ticket.claimed_at or ticket.asked_at) + 12 * MINUTE
        end_helps(going_on(ticket), over)
        ticket.state = Ticket.State.CLOSED if ticket.claimed_at else Ticket.State.WITHDRAWN
        ticket.outcome = Ticket.Outcome.SOLVED if ticket.claimed_at else ""
        ticket.closed_at, ticket.away_until = over, None
        ticket.save()


def _on_shift(now: datetime) -> Iterator[tuple[str, Person]]:
    rooms = {room.name: room for room in Room.objects.filter(archived_at=None)}
    for number, (email, room) in enumerate(HERE.items()):
        tutor = Person.objects.filter(email=email, left_at=None).first()
        if tutor is None:
            continue
        for old in Shift.objects.filter(tutor=tutor, ended_at=None, started_at__lt=now - 12 * HOUR):
            old.ended_at = old.started_at + 4 * HOUR
            old.save()
        begun = {
            "room": rooms.get(room),
            "video_link": "" if room else VIDEO,
            "started_at": now - (75 + 20 * number) * MINUTE,
        }
        Shift.objects.get_or_create(tutor=tutor, ended_at=None, defaults=begun)
        yield email, tutor


def _ask(asked: Asked, at: datetime, *, asker: Person, course: Course, number: UUID) -> Ticket:
    """As if asked then, with its letters written: nobody is to get one in hindsight."""
    sections = Section.objects.filter(course=course, term__starts_on__lte=at, term__ends_on__gte=at)
    return Ticket.objects.create(
        person=None if asked.guest else asker,
        guest_name=asked.guest,
        guest_email=f"{asked.guest.lower().replace(' ', '.')}@example.org" if asked.guest else "",
        confirmed_at=at + MINUTE if asked.guest else None,
        course=course,
        section=sections.order_by("number").first(),
        problem_type=ProblemType.objects.filter(archived_at=None).order_by("order").first(),
        assignment=asked.about,
        question=asked.question,
        mode=Ticket.Mode.ONLINE if asked.is_online else Ticket.Mode.CAMPUS,
        state=Ticket.State.AWAY if asked.is_away else Ticket.State.WAITING,
        asked_at=at,
        place_at=at,
        away_until=clock.now() + 8 * MINUTE if asked.is_away else None,
        noticed_at=at,
        receipt_letter_at=at,
        sent_once=number,
    )


def _help(ticket: Ticket, tutor: Person, at: datetime) -> None:
    ticket.state, ticket.claimed_at, ticket.turn_letter_at = Ticket.State.HELPED, at, at
    ticket.save()
    Help.objects.create(ticket=ticket, tutor=tutor, tutor_name=tutor.name, began_at=at)
