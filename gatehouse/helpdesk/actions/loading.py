"""Putting a made-up desk's years into the database: its catalogue and people once, its tickets each time anew."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from random import Random

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.helpdesk import load
from gatehouse.helpdesk.models import (
    Course,
    Help,
    Instructor,
    ProblemType,
    Section,
    Shift,
    Term,
    Ticket,
    Tutoring,
)
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person, Role, RoleGrant

SOURCE = "load-demo"
SEASONS = {
    Term.Season.SPRING: ((1, 20), (5, 9)),
    Term.Season.SUMMER: ((6, 1), (8, 8)),
    Term.Season.FALL: ((8, 31), (12, 18)),
}
TERMS = 6
DEPARTMENTS = ("CSCI", "MATH", "STAT")
PROBLEMS = (
    "Understanding a topic",
    "Getting started",
    "Something does not work",
    "Checking an answer",
    "Preparing for an exam",
    "Software and tools",
)
QUESTIONS = (
    "My result differs from the book in the last step and I can't see why. I tried it twice.",
    "How do I begin? I read the chapter and the example, but this one has no numbers.",
    "It worked yesterday; today it stops with an error about a missing value. I put the data back as it was.",
    "Can somebody look whether my reasoning in part b holds?",
)
FAMILY = ("Adler", "Brook", "Croft", "Dale", "Elm", "Fern", "Glen", "Heath", "Isle", "Juniper", "Knoll", "Lane")
GIVEN = ("Alma", "Bela", "Cleo", "Dario", "Enid", "Farid", "Gwen", "Hana", "Ivo", "Jada", "Kenji", "Lene", "Milo")


@dataclass(frozen=True)
class Counts:
    tickets: int
    helps: int
    shifts: int
    people: int
    courses: int
    terms: int


@dataclass(frozen=True)
class Stage:
    """What tickets refer to, in the order of the kernel's numbers; sections by term's first day and course."""

    courses: list[Course]
    problems: list[ProblemType]
    students: list[Person]
    tutors: list[Person]
    sections: dict[tuple[date, int], list[Section]]
    terms: list[load.Term]


def load_made_up(
    *, tickets: int, seed: int, actor: Person | None, progress: Callable[[int, int], None] | None = None
) -> Counts:
    """Add so many tickets of made-up people over the last six terms. Refused on a portal that serves real people."""
    if settings.IS_PRODUCTION or actor is not None:
        raise PermissionDenied(_("Made-up tickets are for trying things out; this portal serves real people."))
    stage, random, made, helps, shifts = _stage(), Random(seed), 0, 0, 0  # noqa: S311  no secret
    days = load.made_up(tickets, seed=seed, terms=stage.terms, until=clock.now(), zone=timezone.get_default_timezone())
    for some, duties in _batches(days):
        with transaction.atomic():  # each batch its own, so that a running portal can write between
            helps += write(some, stage, random)
            shifts += len(Shift.objects.bulk_create([shift(duty, stage) for duty in duties], batch_size=1000))
        made += len(some)
        if progress:
            progress(made, tickets)
    journal.record(actor=None, verb="tickets.loaded", subject=f"{made} tickets", details={"seed": seed})
    people = len(stage.students) + len(stage.tutors)
    return Counts(made, helps, shifts, people, len(stage.courses), len(stage.terms))


def write(some: list[load.Made], stage: Stage, random: Random) -> int:
    """Tickets that are over, with their helps; how many of these."""
    rows = Ticket.objects.bulk_create([_ticket(made, stage, random) for made in some], batch_size=1000)
    helps = [_help(row, stage, *one) for row, made in zip(rows, some, strict=True) for one in made.helps]
    return len(Help.objects.bulk_create(helps, batch_size=1000))


Days = Iterator[tuple[list[load.Made], list[load.Duty]]]


def _batches(days: Days) -> Days:
    some: list[load.Made] = []
    duties: list[load.Duty] = []
    for made, on_duty in days:
        some += made
        duties += on_duty
        if len(some) >= 2000:
            yield some, duties
            some, duties = [], []
    yield some, duties


def _ticket(made: load.Made, stage: Stage, random: Random) -> Ticket:
    sections = stage.sections.get((made.term.first, made.course), [])
    student = stage.students[made.asker]
    return Ticket(
        person=None if made.is_guest else student,
        guest_name=student.name if made.is_guest else "",
        guest_email=student.email or "" if made.is_guest else "",
        confirmed_at=made.asked_at if made.is_guest else None,
        course=stage.courses[made.course],
        section=sections[made.asker % len(sections)] if sections else None,
        problem_type=None if made.problem is None else stage.problems[made.problem],
        assignment=made.assignment,
        question=random.choice(QUESTIONS),
        mode=Ticket.Mode.ONLINE if made.is_online else Ticket.Mode.CAMPUS,
        state=Ticket.State.CLOSED if made.claimed_at else Ticket.State.WITHDRAWN,
        asked_at=made.asked_at,
        place_at=made.reopened_at or made.asked_at,
        claimed_at=made.claimed_at,
        closed_at=made.closed_at,
        reopened_at=made.reopened_at,
        outcome=made.outcome,
        stars=made.stars,
        rated_at=made.closed_at if made.stars else None,
        rating_letter_at=made.closed_at,
        closed_by=stage.tutors[made.helps[0][0]] if made.helps else None,
    )


def _help(ticket: Ticket, stage: Stage, tutor: int, began: datetime, ended: datetime) -> Help:
    person = stage.tutors[tutor]
    return Help(ticket=ticket, tutor=person, tutor_name=person.name, began_at=began, ended_at=ended)


def shift(duty: load.Duty, stage: Stage) -> Shift:
    return Shift(tutor=stage.tutors[duty.tutor], started_at=duty.begin, ended_at=duty.end)


@transaction.atomic
def _stage() -> Stage:
    courses = [_course(number) for number in range(load.COURSES)]
    terms = _terms()
    instructors = [_instructor(number) for number in range(load.INSTRUCTORS)]
    return Stage(
        courses=courses,
        problems=[
            ProblemType.objects.get_or_create(text=text, defaults={"order": 10 * n})[0]
            for n, text in enumerate(PROBLEMS)
        ],
        students=_people("student", load.STUDENTS),
        tutors=_tutors(courses),
        sections={
            (term.starts_on, number): _sections(term, courses[number], instructors[number % len(instructors)])
            for term in terms
            for number in range(0, load.COURSES, 4)
        },
        terms=[load.Term(term.starts_on, term.ends_on) for term in terms],
    )


def _course(number: int) -> Course:
    department = DEPARTMENTS[number // 20]
    name = f"{department.title()} course {number % 20 + 1}"
    return Course.objects.get_or_create(
        department=department, number=str(1000 + 100 * (number % 20)), defaults={"name": name}
    )[0]


def _terms() -> list[Term]:
    """The last six that have begun; those that are there keep their days."""
    today = clock.today()
    years = range(today.year - 2, today.year + 1)
    begun = [
        (year, season) for year in years for season, (first, _last) in SEASONS.items() if date(year, *first) < today
    ]
    return [
        Term.objects.get_or_create(
            year=year,
            season=season,
            defaults={"starts_on": date(year, *SEASONS[season][0]), "ends_on": date(year, *SEASONS[season][1])},
        )[0]
        for year, season in begun[-TERMS:]
    ]


def _instructor(number: int) -> Instructor:
    given, family = GIVEN[number % len(GIVEN)], FAMILY[number % len(FAMILY)]
    return Instructor.objects.get_or_create(
        email=f"load-instructor-{number + 1:02}@example.org", defaults={"first_name": given, "last_name": family}
    )[0]


def _sections(term: Term, course: Course, instructor: Instructor) -> list[Section]:
    return [
        Section.objects.get_or_create(course=course, term=term, number=number, defaults={"instructor": instructor})[0]
        for number in ("001", "850")
    ]


def _people(kind: str, number: int) -> list[Person]:
    """Made once and found again by their addresses."""
    emails = [f"load-{kind}-{place + 1:04}@example.org" for place in range(number)]
    known = set(Person.objects.filter(source=SOURCE).values_list("email", flat=True))
    new = [
        Person(
            email=email,
            given_name=GIVEN[place % len(GIVEN)],
            family_name=f"{FAMILY[place // len(GIVEN) % len(FAMILY)]} {place + 1}",
            source=SOURCE,
            password=make_password(None),
        )
        for place, email in enumerate(emails)
        if email not in known
    ]
    Person.objects.bulk_create(new, batch_size=500)
    _grant(kind, new)
    return list(Person.objects.filter(source=SOURCE, email__startswith=f"load-{kind}-").order_by("email"))


def _grant(kind: str, people: list[Person]) -> None:
    role = Role.objects.get(slug=kind)
    RoleGrant.objects.bulk_create(
        [RoleGrant(person=person, role=role, source=SOURCE) for person in people], batch_size=500
    )


def _tutors(courses: list[Course]) -> list[Person]:
    tutors = _people("tutor", load.TUTORS)
    Tutoring.objects.bulk_create(
        [
            Tutoring(person=tutor, course=course)
            for number, tutor in enumerate(tutors)
            for course in courses[number % 3 :: 3]
        ],
        ignore_conflicts=True,
    )
    return tutors
