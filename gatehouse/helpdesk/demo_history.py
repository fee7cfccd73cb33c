"""What was at the demo's desk: the term that is on and the one before, with students and tutors of the college."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from math import log
from random import Random
from typing import Any

from django.utils import timezone

from gatehouse.core import clock
from gatehouse.helpdesk import load
from gatehouse.helpdesk.actions.loading import Stage, shift, write
from gatehouse.helpdesk.models import Course, ProblemType, Room, Section, Shift, Term, Ticket, Tutoring
from gatehouse.people.models import Person

VISITS, SEED = 1200, 4
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MAYA = "maya.okafor@example.org"
OWN = (
    ("Why may the two sides be squared, and when do I check the answer?", "Put both answers back into the first line."),
    ("Question 2 has a root that I lose on the way.", ""),
    ("I get the vertex, but my parabola opens the wrong way.", "Exercises 12 to 15, then come again."),
)
"""What Maya asked, with what she was to do next; the last is the oldest."""


def write_visits() -> None:
    """Nothing where the college has no students or tutors, or where somebody asked already."""
    tutorings = Tutoring.objects.filter(part=Tutoring.Part.TUTOR, archived_at=None).select_related("person")
    able = _able(tutorings.order_by("pk"))
    students = list(Person.objects.filter(roles__slug="student").order_by("email"))
    if Ticket.objects.exists() or not able or not students:
        return
    stage, random, zone = _stage(able, students), Random(SEED), timezone.get_default_timezone()  # noqa: S311
    made: list[load.Made] = []
    shifts: list[Shift] = []
    for some, duties in load.made_up(VISITS, seed=SEED, terms=stage.terms, until=clock.now(), zone=zone):
        made += (_by_who_can(one, stage, able, random) for one in some)
        shifts += {stage.tutors[duty.tutor].pk: shift(duty, stage) for duty in duties}.values()
    room = Room.objects.filter(archived_at=None).first()
    for one in shifts:
        one.room = room
    write(made, stage, random)
    Shift.objects.bulk_create(shifts)
    _give_some_to_maya()


def _able(tutorings: Iterable[Tutoring]) -> dict[Person, set[int]]:
    """Whoever tutors, with the keys of their courses."""
    found: defaultdict[Person, set[int]] = defaultdict(set)
    for tutoring in tutorings:
        found[tutoring.person].add(tutoring.course_id)
    return dict(found)


def _stage(able: Mapping[Person, set[int]], students: list[Person]) -> Stage:
    """The kernel counts courses, students and tutors; ours take turns until there are as many."""
    tutored = set[int]().union(*able.values())
    ranked = sorted(Course.objects.filter(archived_at=None), key=lambda course: course.pk not in tutored)
    courses, terms = _most_asked_first(_as_many(load.COURSES, ranked)), _terms(clock.today())
    return Stage(
        courses=courses,
        problems=_as_many(load.PROBLEMS, list(ProblemType.objects.filter(archived_at=None)) or [None]),
        students=_as_many(load.STUDENTS, students),
        tutors=_as_many(load.TUTORS, list(able)),
        sections=_sections(courses, terms),
        terms=terms,
    )


def _as_many(number: int, rows: list[Any]) -> list[Any]:
    return [rows[place % len(rows)] for place in range(number)]


def _most_asked_first(ranked: list[Course]) -> list[Course]:
    """Where the kernel has its most popular courses: at 0, 20, 40, then at 1, 21, 41, and so on."""
    return [ranked[place % 20 * 3 + place // 20] for place in range(load.COURSES)]


def _terms(today: date) -> list[load.Term]:
    """The one that is on and the one before it; between terms, the last weeks instead of the first."""
    begun = Term.objects.filter(starts_on__lt=today - DAY, season__in=[Term.Season.FALL, Term.Season.SPRING])
    known = [load.Term(term.starts_on, term.ends_on) for term in begun.order_by("-starts_on")[:2]]
    if known and known[0].last >= today:
        return known
    return [load.Term(today - 56 * DAY, today + 28 * DAY), *known[:1]]


def _sections(courses: list[Course], terms: list[load.Term]) -> dict[tuple[date, int], list[Section]]:
    found: defaultdict[tuple[date, int], list[Section]] = defaultdict(list)
    for section in Section.objects.filter(term__starts_on__in=[term.first for term in terms]).select_related("term"):
        found[section.term.starts_on, section.course_id].append(section)
    keys = [(term.first, number, course.pk) for term in terms for number, course in enumerate(courses)]
    return {(first, number): found[first, pk] for first, number, pk in keys}


def _by_who_can(made: load.Made, stage: Stage, able: Mapping[Person, set[int]], random: Random) -> load.Made:
    """Helped by somebody who tutors the course, after a wait: at a desk as small as ours the kernel has none."""
    course = stage.courses[made.course].pk
    able_here = [number for number, courses in enumerate(able.values()) if course in courses] or range(len(able))
    late = min(random.lognormvariate(log(6), 0.7), 45) * MINUTE if made.claimed_at else 0 * MINUTE
    helpers = random.sample(able_here, min(len(able_here), len(made.helps)))
    made.helps = [
        (who, began + late, ended + late) for who, (_, began, ended) in zip(helpers, made.helps, strict=False)
    ]
    for name in ("claimed_at", "closed_at", "reopened_at"):
        if at := getattr(made, name):
            setattr(made, name, at + late)
    return made


def _give_some_to_maya() -> None:
    """The last she asked is about a course with a tutor who is here, for the form begins with it."""
    maya = Person.objects.filter(email=MAYA).first()
    algebra = Course.objects.filter(department="MATH", number="101").first()
    solved = Ticket.objects.filter(state=Ticket.State.CLOSED, outcome=Ticket.Outcome.SOLVED, person__isnull=False)
    if maya is None or algebra is None:
        return
    for ticket, (question, next_step) in zip(solved.order_by("-asked_at")[:9:3], OWN, strict=False):
        ticket.person, ticket.course, ticket.section = maya, algebra, None
        ticket.question, ticket.next_step = question, next_step
        ticket.save(update_fields=["person", "course", "section", "question", "next_step"])
