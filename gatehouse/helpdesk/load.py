"""Kernel: a made-up desk's years, to try the help desk at its full size; the same seed makes the same years.

Arrivals are a Poisson process with a rate for each hour: most from 11 to 15, three times as many in a course the day
before something is due, three times as many in the last week of a term. Two to six tutors help whoever is next, for
times with a median of 9 minutes; so waits come from the queue, and the wait estimate can be replayed on them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from itertools import accumulate
from math import log
from random import Random
from typing import Final

COURSES, STUDENTS, TUTORS, INSTRUCTORS, SECTIONS, PROBLEMS = 60, 3000, 30, 40, 30, 6
"""Of the made-up desk; sections are of each term."""
HOURS: Final = {9: 5, 10: 8, 11: 15, 12: 16, 13: 17, 14: 18, 15: 15, 16: 10, 17: 8, 18: 6, 19: 5, 20: 3}
ON_DUTY: Final = {9: 2, 10: 3, 11: 4, 12: 5, 13: 6, 14: 6, 15: 5, 16: 4, 17: 3, 18: 3, 19: 2, 20: 2}
CLOSES = 21
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
LOST, LEFT, AGAIN = 0.04, 0.08, 0.03
"""Shares of tickets: not there when called, gone before, opened once more."""


@dataclass(frozen=True)
class Term:
    first: date
    last: date

    def is_finals(self, day: date) -> bool:
        return day > self.last - 7 * DAY

    def due(self, course: int, day: date) -> str:
        """What is due in this course next: something every second week, on a day of its own."""
        number = ((day - self.first).days + (course * 3) % 14) // 14 + 1
        return ("Project", "Homework", "Lab report")[course % 3] + f" {number}"

    def is_day_before(self, course: int, day: date) -> bool:
        return self.due(course, day) != self.due(course, day + DAY)


@dataclass
class Made:
    """One ticket; people and things are numbers from 0. Instants are aware. `helps` are (tutor, began, ended)."""

    term: Term
    asker: int
    is_guest: bool
    course: int
    assignment: str
    problem: int | None
    is_online: bool
    asked_at: datetime
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    reopened_at: datetime | None = None
    outcome: str = ""
    stars: int | None = None
    helps: list[tuple[int, datetime, datetime]] = field(default_factory=list)


@dataclass(frozen=True)
class Duty:
    """A tutor's day; `stays` until nobody waits any more."""

    tutor: int
    begin: datetime
    end: datetime
    stays: bool


def made_up(
    tickets: int, *, seed: int, terms: Sequence[Term], until: datetime, zone: tzinfo
) -> Iterator[tuple[list[Made], list[Duty]]]:
    """So many tickets over these terms, day by day, with the tutors of the day; nobody asks after `until`."""
    random = Random(seed)  # noqa: S311  made-up people are no secret
    students = [_students(random) for _ in range(COURSES)]
    by_day: defaultdict[tuple[Term, date], list[int]] = defaultdict(list)
    for term, day, course in _days_and_courses(random, tickets, terms, until.astimezone(zone).date()):
        by_day[term, day].append(course)
    for (term, day), courses in sorted(by_day.items(), key=lambda item: item[0][1]):
        duties = _on_duty(random, day, zone, is_finals=term.is_finals(day))
        asked = [
            _asked(random, term=term, day=day, course=course, students=students[course], zone=zone)
            for course in courses
        ]
        asked.sort(key=lambda made: made.asked_at)
        yield _helped(random, [one for one in asked if one.asked_at < until], duties), duties


def _students(random: Random) -> list[int]:
    """Who takes a course; some courses have many."""
    return random.sample(range(STUDENTS), random.choice([20, 40, 80, 160, 320]))


def _days_and_courses(
    random: Random, tickets: int, terms: Iterable[Term], today: date
) -> Iterator[tuple[Term, date, int]]:
    popular = [1 / (1 + number % 20) for number in range(COURSES)]
    places: list[tuple[Term, date, int]] = []
    weights: list[float] = []
    for term in terms:
        for day in _weekdays(term.first, min(term.last, today - DAY)):
            rush = (3 if term.is_finals(day) else 1) * (0.7 if day.weekday() == 4 else 1)
            places += [(term, day, course) for course in range(COURSES)]
            weights += [
                rush * popular[course] * (3 if term.is_day_before(course, day) else 1) for course in range(COURSES)
            ]
    yield from random.choices(places, cum_weights=list(accumulate(weights)), k=tickets) if places else ()


def _weekdays(first: date, last: date) -> Iterator[date]:
    days = (first + n * DAY for n in range((last - first).days + 1))
    return (day for day in days if day.weekday() < 5)


def _asked(random: Random, *, term: Term, day: date, course: int, students: list[int], zone: tzinfo) -> Made:
    hour = random.choices(list(HOURS), list(HOURS.values()))[0]
    at = datetime.combine(day, time(hour), tzinfo=zone).astimezone(UTC) + timedelta(seconds=random.uniform(0, 3600))
    return Made(
        term=term,
        asker=students[int(len(students) * random.random() ** 2)],  # some come often
        is_guest=random.random() < 0.1,
        course=course,
        assignment=term.due(course, day) if random.random() < 0.8 else "",
        problem=random.randrange(PROBLEMS) if random.random() < 0.7 else None,
        is_online=random.random() >= 0.65,
        asked_at=at,
    )


def _on_duty(random: Random, day: date, zone: tzinfo, *, is_finals: bool) -> list[Duty]:
    duties = []
    for place, tutor in enumerate(random.sample(range(TUTORS), 6)):
        hours = [hour for hour, number in ON_DUTY.items() if is_finals or number > place]
        begin, end = (datetime.combine(day, time(hour), tzinfo=zone) for hour in (min(hours), max(hours) + 1))
        stays = end.hour == CLOSES
        duties.append(Duty(tutor, begin.astimezone(UTC), end.astimezone(UTC), stays))
    return duties


def _helped(random: Random, asked: list[Made], duties: list[Duty]) -> list[Made]:
    """First come, first helped, by whoever is free first; when many wait, a tutor goes between several of them."""
    free = {duty: duty.begin for duty in duties}
    for made in asked:
        starts = {duty: max(free[duty], made.asked_at) for duty in duties}
        there = [duty for duty in duties if duty.stays or starts[duty] < duty.end]
        duty = min(there, key=lambda one: starts[one])
        fate, wait = random.random(), starts[duty] - made.asked_at
        if fate < LEFT:
            made.closed_at = made.asked_at + max(wait * random.random(), MINUTE)
        elif fate < LEFT + LOST:
            made.claimed_at, made.outcome = starts[duty], "no_show"
            made.closed_at = free[duty] = starts[duty] + 3 * MINUTE
        else:
            ends = _help(random, made, duty.tutor, starts[duty], duties)
            free[duty] = ends if wait < 30 * MINUTE else starts[duty] + (ends - starts[duty]) * 0.4
    return asked


def _help(random: Random, made: Made, tutor: int, at: datetime, duties: list[Duty]) -> datetime:
    """Until when they talk."""
    ends = at + _length(random)
    made.claimed_at, made.closed_at, made.helps = at, ends, [(tutor, at, ends)]
    made.outcome = random.choices(["solved", "partly", "referred"], [86, 10, 4])[0]
    made.stars = random.choices([5, 4, 3, 2, 1], [60, 25, 10, 3, 2])[0] if random.random() < 0.35 else None
    if random.random() < 0.05 and (other := random.choice(duties).tutor) != tutor:
        made.helps.append((other, at + (ends - at) / 2, ends))
    if random.random() < AGAIN:
        _help_again(random, made, tutor, ends)
    return ends


def _help_again(random: Random, made: Made, tutor: int, ended: datetime) -> None:
    """Still stuck: opened again within hours, and soon helped."""
    made.reopened_at = ended + random.uniform(5, 120) * MINUTE
    made.claimed_at = made.reopened_at + random.uniform(1, 10) * MINUTE
    made.closed_at = made.claimed_at + _length(random)
    made.helps.append((tutor, made.claimed_at, made.closed_at))


def _length(random: Random) -> timedelta:
    return min(max(random.lognormvariate(log(9), 0.6), 1.0), 60.0) * MINUTE
