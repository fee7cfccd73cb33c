"""Reports of the desk: its visits as the kernel takes them, which periods there are, and how things are called."""

from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.helpdesk import reports
from gatehouse.helpdesk.models import Course, Help, ProblemType, Section, Shift, Ticket
from gatehouse.helpdesk.queries.epochs import Epoch
from gatehouse.helpdesk.reports import LEAST, Asked, Period, Report, Visit
from gatehouse.people.models import Person

OVER = (Ticket.State.CLOSED, Ticket.State.WITHDRAWN)
STEP = 5000


@dataclass(frozen=True)
class Wanted:
    """Which visits: those of a period, narrowed by the values of some of the kernel's dimensions."""

    period: Period
    filters: Mapping[str, Hashable] = field(default_factory=dict)


def report(wanted: Wanted, *, names: bool = False) -> Report:
    """What may be told of requests that are over; with `names` nothing is hidden."""
    asked = Asked(wanted.period.first, wanted.period.last, wanted.period.bucket, wanted.filters)
    return reports.build(visits(wanted.period), asked, least=1 if names else LEAST)


def over(period: Period) -> QuerySet[Ticket]:
    """Requests of these days, on the organisation's clock, that are over; those under way are on the queue's page."""
    begin, end = period.bounds(timezone.get_default_timezone())
    return Ticket.objects.filter(asked_at__gte=begin, asked_at__lt=end, state__in=OVER)


COLUMNS = (
    "pk", "person_id", "guest_email", "guest_name", Epoch("asked_at"), "course_id", "section_id",
    "section__instructor_id", "problem_type_id", "assignment", "mode", "state", "outcome", Epoch("claimed_at"),
    Epoch("reopened_at"), "stars",
)  # fmt: skip


def visits(period: Period) -> Iterator[Visit]:
    zone, helps = timezone.get_default_timezone(), _helps(period)
    numbers: dict[Hashable, int] = {}  # of people, for the kernel compares them often
    rows = over(period).order_by().values_list(*COLUMNS).iterator(chunk_size=STEP)
    for (
        pk,
        person,
        email,
        name,
        at,
        course,
        section,
        teacher,
        problem,
        task,
        mode,
        state,
        outcome,
        came,
        again,
        stars,
    ) in rows:
        shares = helps.get(pk, {})
        yield Visit(
            asker=numbers.setdefault(person or asker_of(email, name), len(numbers)),
            asked_at=datetime.fromtimestamp(at, zone),
            course=course,
            section=section,
            instructor=teacher,
            problem=problem,
            assignment=folded(task),
            mode=mode,
            tutors=tuple(shares),
            shares=tuple(shares.values()),
            outcome="left" if state == Ticket.State.WITHDRAWN else outcome,
            wait=came - (again or at) if came else None,
            minutes=sum(shares.values()) if shares else None,
            stars=stars,
        )


def asker_of(email: str, name: str) -> str:
    """Guests are told apart by address, else by name; those whose names were erased count as one, so as to tell less."""
    return email.casefold() or name.strip().casefold()


def folded(assignment: str) -> str:
    """An assignment as people mean it, however they write it."""
    return " ".join(assignment.split()).casefold()


def _helps(period: Period) -> defaultdict[int, dict[Hashable, float]]:
    """Of each ticket who helped, and for how many minutes."""
    begin, end = period.bounds(timezone.get_default_timezone())
    rows = Help.objects.filter(ticket__asked_at__gte=begin, ticket__asked_at__lt=end, ended_at__isnull=False)
    spans = (Epoch("began_at"), Epoch("ended_at"))
    columns = rows.order_by().values_list("ticket_id", "tutor_id", "tutor_name", *spans, "minutes")
    found: defaultdict[int, dict[Hashable, float]] = defaultdict(dict)
    for ticket, tutor, name, began, ended, minutes in columns.iterator(chunk_size=STEP):
        shares, here = found[ticket], tutor or name
        shares[here] = shares.get(here, 0.0) + minutes_of(began, ended, minutes)
    return found


def minutes_of(began: int, ended: int | None, corrected: int | None) -> float:
    """As a tutor corrected them, else from the seconds; of help that goes on, none yet."""
    if corrected is not None:
        return float(corrected)
    return (ended - began) / 60 if ended else 0.0


def staffing(period: Period) -> reports.Staffing:
    """Tutors on duty in these days, as far as they have passed."""
    zone, now = timezone.get_default_timezone(), clock.now()
    begin, end = period.bounds(zone)
    there = Shift.objects.filter(Q(ended_at=None) | Q(ended_at__gt=begin), started_at__lt=end)
    shifts = ((began, ended or now) for began, ended in there.values_list("started_at", "ended_at"))
    passed = Period(period.first, max(period.first, min(period.last, clock.today())))
    return reports.staffed(shifts, passed, zone)


@dataclass(frozen=True)
class Labels:
    """How keys of a report are called."""

    names: Mapping[str, Mapping[Hashable, str]]

    def of(self, name: str, key: Hashable) -> str:
        """The name of a row; sections and assignments stand behind their courses."""
        if name in {"section", "assignment"} and isinstance(key, tuple):
            return f"{self._of('code', key[0])}: {self._of(name, key[1])}"
        return self._of(name, key)

    def _of(self, name: str, key: Hashable) -> str:
        if name == "tutor" and key is None:
            return _("nobody, or gone before")
        return _("not said") if key in {None, ""} else self.names.get(name, {}).get(key, str(key))


def labels(shown: Report) -> Labels:
    """Names for all rows of a report, in one query for each of its tables."""
    keys = {name: [row.key for row in table.rows] for name, table in shown.tables.items()}
    courses = list(Course.objects.all())
    sections = [key[1] for key in keys.get("section", ()) if isinstance(key, tuple) and key[1]]
    tutors = [key for key in keys.get("tutor", ()) if isinstance(key, UUID)]
    return Labels(
        {
            "course": {course.pk: str(course) for course in courses},
            "code": {course.pk: course.code for course in courses},
            "section": dict(Section.objects.filter(pk__in=sections).values_list("pk", "number")),
            "tutor": {person.pk: person.name for person in Person.objects.filter(pk__in=tutors)},
            "problem": {one.pk: one.text for one in ProblemType.objects.all()},
            "mode": {str(value): str(label) for value, label in Ticket.Mode.choices},
            "assignment": _spellings(shown, [key for key in keys.get("assignment", ()) if isinstance(key, tuple)]),
        }
    )


def _spellings(shown: Report, keys: Iterable[tuple[Hashable, Hashable]]) -> dict[Hashable, str]:
    """Each assignment as it is written most often."""
    wanted = {name for _course, name in keys}
    written = over(Period(shown.asked.first, shown.asked.last)).order_by().values_list("assignment")
    found: dict[Hashable, str] = {}
    for spelling, _times in written.annotate(times=Count("pk")).order_by("times", "assignment").iterator():
        if folded(spelling) in wanted:
            found[folded(spelling)] = spelling
    return found


def tutors_who_helped() -> QuerySet[Person]:
    return Person.objects.filter(pk__in=Help.objects.values("tutor")).order_by("family_name", "given_name", "pk")
