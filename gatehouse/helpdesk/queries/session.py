"""What is known beside a ticket in hand: minutes given, the asker's visits, who asks the same, ready answers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Q, Value, When
from django.db.models.functions import Left

from gatehouse.core import clock
from gatehouse.helpdesk import minutes as reckoning
from gatehouse.helpdesk.minutes import Stretch
from gatehouse.helpdesk.models import CannedAnswer, Help, Ticket
from gatehouse.helpdesk.queries.lines import EXCERPT
from gatehouse.helpdesk.queries.queue import waiting
from gatehouse.people.addresses import normal_email
from gatehouse.people.models import Person

State = Ticket.State
VISITS, SIMILAR, CANNED = 5, 8, 40
PERSON = ("person__preferred_name", "person__given_name", "person__family_name", "person__email")


@dataclass(frozen=True)
class Given:
    """What one tutor gave to a ticket; `help_id` is the stretch that can be corrected, None while help goes on."""

    name: str
    tutor_id: Any
    minutes: int
    is_here: bool
    help_id: int | None
    reason: str


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


def person_by(email: str) -> Person | None:
    address = normal_email(email)
    return Person.objects.filter(email=address).first() if address else None


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
