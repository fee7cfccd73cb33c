"""Who may do what at the desk. No actor means Gatehouse itself, or whoever sits at the server's command line."""

from typing import Any

from gatehouse.core.access import EVERYTHING
from gatehouse.helpdesk.models import Ticket, Tutoring

HELP, MANAGE, REPORT, NAMES = "help.tickets", "help.manage", "help.reports", "help.names"


def can_help(actor: Any) -> bool:
    return actor is None or actor.may(HELP)


def can_manage(actor: Any) -> bool:
    return actor is None or actor.may(MANAGE)


def can_report(actor: Any) -> bool:
    return actor is None or actor.may(REPORT)


def can_see_names(actor: Any) -> bool:
    return actor is None or actor.may(NAMES)


def courses_led(actor: Any) -> frozenset[int]:
    """Whoever leads a course reads its reports, though not those of the whole desk."""
    led = Tutoring.objects.filter(person=actor, part=Tutoring.Part.LEAD, archived_at=None)
    return frozenset(led.values_list("course_id", flat=True)) if actor is not None else frozenset()


def can_report_on(actor: Any, course_id: int | None) -> bool:
    """On one course, or with None on the whole desk."""
    return can_report(actor) or course_id in courses_led(actor)


def can_see(actor: Any, ticket: Ticket) -> bool:
    """Tutors see all tickets, people their own; a guest's link is checked by the door."""
    return can_help(actor) or (ticket.person_id is not None and ticket.person_id == actor.pk)


def can_change(actor: Any, ticket: Ticket) -> bool:
    """What was asked: the asker, and those who help."""
    return can_see(actor, ticket)


def leads(actor: Any, course_id: int) -> bool:
    """Whether this person leads the course, or may manage the whole desk."""
    if actor is None or actor.may(MANAGE) or actor.may(EVERYTHING):
        return True
    return Tutoring.objects.filter(
        person=actor, course_id=course_id, part=Tutoring.Part.LEAD, archived_at=None
    ).exists()
