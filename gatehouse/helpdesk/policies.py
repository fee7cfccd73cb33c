"""Who may do what at the desk. No actor means Gatehouse itself, or whoever sits at the server's command line."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from gatehouse.core.access import EVERYTHING
from gatehouse.helpdesk.models import Ticket, Tutoring

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
