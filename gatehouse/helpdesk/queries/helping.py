"""What tutors ask: their courses, their work, the queue as they narrow it, and what is known of an asker."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.core.cache import cache
from django.db.models import Case, Count, Q, QuerySet, Value, When
from django.db.models.functions import Left
from django.utils import timezone

from gatehouse.core import clock
from gatehouse.helpdesk import minutes as reckoning
from gatehouse.helpdesk.minutes import Stretch
from gatehouse.helpdesk.models import CannedAnswer, Help, Shift, Ticket, Tutoring
from gatehouse.helpdesk.queries.queue import shifts_now, waiting
from gatehouse.people.addresses import normal_email
from gatehouse.people.models import Person

State = Ticket.State
EXCERPT = 180  # characters of a question in the queue: two lines
VISITS, SIMILAR, CANNED = 5, 8, 40
PERSON = ("person__preferred_name", "person__given_name", "person__family_name", "person__email")
COLUMNS = (
    *("pk", "state", "mode", "group", "asked_at", "reopened_at", "away_until", "arrived_at", "guest_name"),
    *("course__department", "course__number", "room__name", "person", "person__preferred_name"),
    *("person__given_name", "person__family_name", "person__email", "appointment__starts_at", "appointment__tutor"),
    *("appointment__tutor__preferred_name", "appointment__tutor__given_name", "appointment__tutor__family_name"),
    "excerpt",
)
USUAL_WAIT_KEPT_AS, USUAL_WAIT_SECONDS = "helpdesk.usual_wait", 30


@dataclass(frozen=True)
class Wanted:
    """What the address asks of the queue, or of all tickets. No `courses` means all of them."""

    q: str = ""
    mode: str = ""
    course: int = 0
    courses: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Waiting:
    """One who waits, as a line of the queue tells it. `since` is the time of asking, or of opening it again."""

    pk: int
    name: str
    is_guest: bool
    code: str
    state: str
    mode: str
    room: str
    group: int | None
    since: datetime
    away_until: datetime | None
    is_here: bool
    excerpt: str
    booked_for: datetime | None = None
    booked_with: Any = None
    booked_name: str = ""


@dataclass(frozen=True)
class Sums:
    """The figures above the queue. Minutes; `back_by` is when the last who stepped away has to be back."""

    waiting: int
    in_mine: int
    usual_wait: int | None
    tutors: int
    free: int
    away: int
    back_by: datetime | None


@dataclass(frozen=True)
class Given:
    """What one tutor gave to a ticket; `help_id` is the stretch that can be corrected, None while help goes on."""

    name: str
    tutor_id: Any
    minutes: int
    is_here: bool
    help_id: int | None
    reason: str


@dataclass(frozen=True)
class Hand:
    """A ticket that is helped now, and by whom: (id, name)."""

    ticket: Ticket
    tutors: tuple[tuple[Any, str], ...]

    @property
    def names(self) -> str:
        return ", ".join(name for _tutor_id, name in self.tutors)

    def is_of(self, tutor: Person) -> bool:
        return any(tutor_id == tutor.pk for tutor_id, _name in self.tutors)


def courses_of(tutor: Person) -> frozenset[int]:
    """Empty for one who helps in all of them."""
    return frozenset(Tutoring.objects.filter(person=tutor, archived_at=None).values_list("course", flat=True))


def led_by(person: Person) -> frozenset[int]:
    lead = Tutoring.objects.filter(person=person, part=Tutoring.Part.LEAD, archived_at=None)
    return frozenset(lead.values_list("course", flat=True))


def person_by(email: str) -> Person | None:
    address = normal_email(email)
    return Person.objects.filter(email=address).first() if address else None


def helper_of(ticket: Ticket) -> str:
    """The first of those who help now; else the last who did."""
    helps = Help.objects.filter(ticket=ticket).select_related("tutor")
    latest = (
        helps.filter(ended_at=None).order_by("began_at", "pk").first() or helps.order_by("-ended_at", "-pk").first()
    )
    if latest is None:
        return ""
    return latest.tutor.short_name if latest.tutor else latest.tutor_name


def shift_of(tutor: Person) -> Shift | None:
    return shifts_now().filter(tutor=tutor).first()


def last_shift_of(tutor: Person) -> Shift | None:
    return Shift.objects.filter(tutor=tutor).select_related("room").order_by("-started_at", "-pk").first()


def in_hand_of(tutor: Person) -> QuerySet[Ticket]:
    """What this tutor helps with now, or calls for; the latest first."""
    own = Help.objects.filter(tutor=tutor, ended_at=None).values("ticket")
    rows = Ticket.objects.filter(pk__in=own, state__in=[State.HELPED, State.CALLED])
    return rows.select_related("person", "course").order_by("-claimed_at", "-pk")


def hands_on() -> list[Hand]:
    """Whoever is helped now, the latest first, in one question; sixty at most."""
    helps = Help.objects.filter(ended_at=None, ticket__state__in=[State.HELPED, State.CALLED])
    by: dict[Ticket, list[Help]] = {}
    for help_ in helps.select_related("ticket__person", "ticket__course", "tutor").order_by("-began_at", "-pk")[:60]:
        by.setdefault(help_.ticket, []).append(help_)
    return [
        Hand(ticket, tuple((each.tutor_id, _tutor(each)) for each in each_help)) for ticket, each_help in by.items()
    ]


def narrowed(wanted: Wanted) -> QuerySet[Ticket]:
    """The queue as the address narrows it; `lines_of` reads a page of it."""
    rows = waiting(wanted.courses or None)
    if wanted.mode:
        rows = rows.filter(mode=wanted.mode)
    return rows.filter(_says(wanted.q)) if wanted.q else rows


def lines_of(rows: QuerySet[Ticket]) -> list[Waiting]:
    """Plain columns: models with all they join would cost more than the page around them."""
    read = rows.annotate(excerpt=Left("question", EXCERPT)).values_list(*COLUMNS)
    return [_waiting(*row) for row in read]


def group_sizes(groups: Collection[Any]) -> dict[Any, int]:
    """How many of each group are in the queue."""
    if not groups:
        return {}
    return dict(waiting().filter(group__in=groups).order_by().values_list("group").annotate(Count("pk")))


def _waiting(  # noqa: PLR0917  in the order of COLUMNS
    pk: int, state: str, mode: str, group: int | None, asked_at: datetime, reopened_at: datetime | None,
    away_until: datetime | None, arrived_at: datetime | None, guest: str, department: str, number: str, room: str | None, person: Any,
    preferred: str | None, given: str | None, family: str | None, email: str | None, booked_for: datetime | None,
    tutor: Any, tutor_preferred: str | None, tutor_given: str | None, tutor_family: str | None, excerpt: str,
) -> Waiting:  # fmt: skip
    name = f"{preferred or given or ''} {family or ''}".strip() or email or guest
    since, code = reopened_at or asked_at, f"{department} {number}"
    with_whom = f"{tutor_preferred or tutor_given or ''} {tutor_family or ''}".strip()
    asked = (pk, name, person is None, code, state, mode, room or "", group, since, away_until)
    return Waiting(*asked, arrived_at is not None, excerpt, booked_for, tutor, with_whom)


def every_ticket(wanted: Wanted, state: str = "") -> QuerySet[Ticket]:
    """Every ticket there ever was, the latest first."""
    rows = Ticket.objects.exclude(state=State.ASKED).order_by("-asked_at", "-pk")
    if state in State.values:
        rows = rows.filter(state=state)
    if wanted.course:
        rows = rows.filter(course=wanted.course)
    if wanted.mode:
        rows = rows.filter(mode=wanted.mode)
    if wanted.q:
        rows = rows.filter(_says(wanted.q))
    return rows.select_related("person", "course").defer("question").annotate(excerpt=Left("question", EXCERPT))


def sums(own: frozenset[int]) -> Sums:
    rows = list(waiting().values_list("course_id", "state", "away_until"))
    shifts = set(Shift.objects.filter(ended_at=None).values_list("tutor_id", flat=True))
    busy = set(Help.objects.filter(tutor__in=shifts, ended_at=None).values_list("tutor_id", flat=True))
    until = [at for _course, state, at in rows if state == State.AWAY and at]
    return Sums(
        waiting=len(rows),
        in_mine=sum(not own or course in own for course, _state, _at in rows),
        usual_wait=usual_wait(),
        tutors=len(shifts),
        free=len(shifts - busy),
        away=sum(state == State.AWAY for _course, state, _at in rows),
        back_by=max(until, default=None),
    )


def usual_wait() -> int | None:
    """The median wait of today's claims, in minutes; None while there was none. Reckoned twice a minute."""
    kept = cache.get(USUAL_WAIT_KEPT_AS, ())
    if kept == ():
        kept = _median_today()
        cache.set(USUAL_WAIT_KEPT_AS, kept, USUAL_WAIT_SECONDS)
    return kept if isinstance(kept, int) else None


def given(ticket: Ticket) -> list[Given]:
    """Each tutor's minutes, in the order in which they came."""
    by: dict[Any, list[Help]] = {}
    for help_ in Help.objects.filter(ticket=ticket).select_related("tutor").order_by("began_at", "pk"):
        by.setdefault(help_.tutor_id or help_.tutor_name, []).append(help_)
    return [_given(helps) for helps in by.values()]


def since(ticket: Ticket, tutor: Person) -> datetime | None:
    """From when the clock of this tutor runs."""
    own = Help.objects.filter(ticket=ticket, tutor=tutor, ended_at=None)
    return own.values_list("began_at", flat=True).first()


def visits_of(ticket: Ticket) -> list[Ticket]:
    """The asker's last tickets before this one."""
    if ticket.person_id:
        same = Q(person=ticket.person_id)
    elif ticket.guest_email:
        same = Q(guest_email=ticket.guest_email)
    else:
        return []
    rows = Ticket.objects.filter(same, asked_at__lt=ticket.asked_at).exclude(state=State.ASKED)
    return list(rows.select_related("course").order_by("-asked_at", "-pk")[:VISITS])


def similar_to(ticket: Ticket) -> list[Any]:
    """Who else waits in this course, the same assignment first."""
    others = waiting([ticket.course_id]).exclude(pk=ticket.pk).filter(state=State.WAITING)
    if ticket.group_id:
        others = others.exclude(group=ticket.group_id)
    if ticket.assignment:
        same = Case(When(assignment__iexact=ticket.assignment, then=Value(0)), default=Value(1))
        others = others.order_by(same, "place_at", "pk")
    rows = others.select_related("person").only("person", "guest_name", "assignment", *PERSON)
    return list(rows.annotate(excerpt=Left("question", EXCERPT))[:SIMILAR])


def mates_of(ticket: Ticket) -> list[Ticket]:
    """The open tickets of its group, without it."""
    if ticket.group_id is None:
        return []
    rows = Ticket.objects.filter(group=ticket.group_id, state__in=Ticket.OPEN).exclude(pk=ticket.pk)
    return list(rows.select_related("person").order_by("place_at", "pk"))


def answers_for(ticket: Ticket) -> list[CannedAnswer]:
    fitting = CannedAnswer.objects.filter(Q(course=None) | Q(course=ticket.course_id), archived_at=None)
    return list(fitting[:CANNED])


def _given(helps: list[Help]) -> Given:
    last = helps[-1]
    stretches = [Stretch(each.began_at, each.ended_at, each.minutes) for each in helps]
    return Given(
        name=last.tutor.name if last.tutor else last.tutor_name,
        tutor_id=last.tutor_id,
        minutes=reckoning.total(stretches, clock.now()),
        is_here=last.ended_at is None,
        help_id=last.pk if last.ended_at else None,
        reason=last.reason,
    )


def _tutor(help_: Help) -> str:
    return help_.tutor.name if help_.tutor else help_.tutor_name


def _says(q: str) -> Q:
    """A number is that of a ticket; words are looked for in names, assignments and questions."""
    words = Q(guest_name__icontains=q) | Q(assignment__icontains=q) | Q(question__icontains=q)
    named = Q(person__given_name__icontains=q) | Q(person__family_name__icontains=q) | _names_course(q)
    is_number = q.isascii() and q.isdecimal() and len(q) < 19
    return words | named | (Q(pk=int(q)) if is_number else Q())


def _names_course(q: str) -> Q:
    """STAT 1100, or 1100."""
    department, _blank, number = q.rpartition(" ")
    numbered = Q(course__number__iexact=number)
    return numbered & Q(course__department__iexact=department) if department else numbered


def _median_today() -> int | None:
    zone = timezone.get_default_timezone()
    midnight = timezone.localtime(clock.now(), zone).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Ticket.objects.filter(asked_at__gte=midnight - timedelta(hours=12), claimed_at__gte=midnight)
    live = today.exclude(origin__in=[Ticket.Origin.BACK_DATED, Ticket.Origin.LEGACY])
    times = live.values_list("asked_at", "reopened_at", "claimed_at")
    waits = [(claimed - (reopened or asked)) / timedelta(minutes=1) for asked, reopened, claimed in times if claimed]
    return round(median(waits)) if waits else None
