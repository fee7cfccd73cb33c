"""Who may do what at the desk. No actor means Gatehouse itself, or whoever sits at the server's command line."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gatehouse.core.access import EVERYTHING
from gatehouse.helpdesk.models import Appointment, Help, Shift, Ticket, Tutoring

HELP, MANAGE, REPORT, NAMES = "help.tickets", "help.manage", "help.reports", "help.names"


@dataclass(frozen=True)
class Bearer:
    """Whoever came by a ticket's private link; no account is behind it, and no other ticket."""

    ticket: int
    pk: None = None

    @property
    def name(self) -> str:
        return _("Who has the ticket's link")

    def may(self, permission: str) -> bool:
        return False


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
    """Tutors see all tickets, people their own, and a private link its one."""
    if isinstance(actor, Bearer):
        return actor.ticket == ticket.pk
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


def helps_with(actor: Any, ticket: Ticket) -> bool:
    return Help.objects.filter(ticket=ticket.pk, tutor=actor.pk, ended_at=None).exists()


def can_settle(actor: Any, ticket: Ticket) -> bool:
    """Close, hand over, call for, put right: those who help or helped last with it, and who leads the course."""
    if actor is None or (can_help(actor) and (helps_with(actor, ticket) or ticket.closed_by_id == actor.pk)):
        return True
    return can_help(actor) and leads(actor, ticket.course_id)


def can_bring_in(actor: Any, tutor: Any, ticket: Ticket) -> bool:
    """Oneself, or another tutor to what one helps with."""
    return can_help(actor) and can_help(tutor) and (actor.pk == tutor.pk or can_settle(actor, ticket))


def can_undo_close(actor: Any, ticket: Ticket) -> bool:
    return can_help(actor) and (ticket.closed_by_id in {None, actor.pk} or leads(actor, ticket.course_id))


def can_correct(actor: Any, help_: Help) -> bool:
    return can_help(actor) and (help_.tutor_id == actor.pk or leads(actor, help_.ticket.course_id))


def can_end_shift(actor: Any, shift: Shift) -> bool:
    """One's own; whoever runs the desk also ends what somebody forgot."""
    return can_manage(actor) or (can_help(actor) and shift.tutor_id == actor.pk)


def can_keep_hours(actor: Any, tutor: Any) -> bool:
    """When a tutor can be booked: the tutor says it, and whoever runs the desk."""
    return can_manage(actor) or (can_help(actor) and actor.pk == tutor.pk)


def can_see_appointment(actor: Any, appointment: Appointment) -> bool:
    """Both who meet, and whoever runs the desk."""
    return can_manage(actor) or actor.pk in {appointment.person_id, appointment.tutor_id}


def can_move(actor: Any, appointment: Appointment) -> bool:
    """Who booked it chooses another time; nobody else knows when they can come."""
    return actor is None or actor.pk == appointment.person_id


def can_cancel(actor: Any, appointment: Appointment) -> bool:
    return can_see_appointment(actor, appointment)
