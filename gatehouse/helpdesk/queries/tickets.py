"""Tickets as their askers look for them."""

from dataclasses import dataclass

from django.db.models import Count, Max, Q, QuerySet

from gatehouse.helpdesk.models import Course, QuestionGroup, Ticket
from gatehouse.helpdesk.queries.queue import not_over, waiting
from gatehouse.people.models import Person


@dataclass(frozen=True)
class Together:
    """Others who wait with the same question: a group, or, without one, those with the same assignment."""

    topic: str
    others: int
    group: QuestionGroup | None

    @property
    def key(self) -> str:
        return str(self.group.pk) if self.group else "assignment"


def same_open(ticket: Ticket) -> Ticket | None:
    """An open ticket of the same asker with the same question in the same course."""
    if ticket.person_id:
        own = not_over().filter(person=ticket.person_id)
    elif ticket.guest_email:
        own = not_over().filter(guest_email=ticket.guest_email)
    else:
        return None
    numbers = own.filter(course=ticket.course_id, question=ticket.question).values_list("pk", flat=True)
    found = numbers.first()  # a whole ticket is a wide statement to write, and mostly there is none
    return Ticket.objects.get(pk=found) if found else None


def own_tickets(person: Person) -> QuerySet[Ticket]:
    """What this person asked, open ones and the newest first."""
    return Ticket.objects.filter(person=person).select_related("course").order_by("-asked_at", "-pk")


def own_open(person: Person) -> QuerySet[Ticket]:
    return own_tickets(person).filter(state__in=Ticket.OPEN)


def same_assignment(ticket: Ticket) -> QuerySet[Ticket]:
    """Others who wait with the same assignment of the same course."""
    if not ticket.assignment:
        return Ticket.objects.none()
    return waiting([ticket.course_id]).filter(assignment__iexact=ticket.assignment).exclude(pk=ticket.pk)


def others_like(ticket: Ticket) -> list[Together]:
    """Whom this ticket, saved or not, could join: groups of its course that wait, and those with the same assignment."""
    in_queue = Q(tickets__state__in=Ticket.QUEUED)
    groups = QuestionGroup.objects.filter(course=ticket.course_id)
    counted = groups.annotate(others=Count("tickets", filter=in_queue)).filter(others__gt=0).order_by("-others", "pk")
    found = [Together(group.topic, group.others, group) for group in counted[:3]]
    alone = same_assignment(ticket).filter(group=None).count()
    return [*found, *([Together(ticket.assignment, alone, None)] if alone else [])]


def recent_courses(person: Person) -> list[Course]:
    """The courses this person asked about last, newest first."""
    asked = Course.objects.filter(tickets__person=person, archived_at=None).annotate(last=Max("tickets__asked_at"))
    return list(asked.order_by("-last")[:3])
