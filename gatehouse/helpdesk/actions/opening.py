"""An appointment's time has come: it becomes a ticket, and stands in the queue before those who just came."""

from datetime import datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.helpdesk import policies, queries
from gatehouse.helpdesk.actions.asking import note
from gatehouse.helpdesk.actions.helping import claim_ticket
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.events import TicketSubmitted
from gatehouse.helpdesk.models import Appointment, Ticket
from gatehouse.helpdesk.refusals import NotNow
from gatehouse.people.models import Person

BEFORE_OTHERS = timedelta(days=1)  # nobody who came today stands before an appointment; among themselves by their time
EARLY = timedelta(minutes=30)


def open_due_appointments() -> int:
    """Each in a transaction of its own; return how many became tickets. Done twice it does nothing twice."""
    return sum(_open_due(number) for number in queries.due_to_open(clock.now()).values_list("pk", flat=True))


@transaction.atomic
def begin_appointment(*, appointment: Appointment, tutor: Person) -> Ticket:
    """The tutor begins it now, half an hour early at most; or takes what it became."""
    if not policies.can_help(tutor) or (tutor.pk != appointment.tutor_id and not policies.can_manage(tutor)):
        raise PermissionDenied
    held = _hold(appointment.pk)
    if held.cancelled_at:
        raise NotNow(_("This appointment was cancelled."))
    if held.starts_at - clock.now() > EARLY:
        raise NotNow(_("It can be begun half an hour early, not before."))
    ticket = held.ticket or _open(held, min(held.starts_at, clock.now()))
    return claim_ticket(ticket=ticket, tutor=tutor)


@transaction.atomic
def _open_due(number: int) -> bool:
    held = _hold(number)
    if held.ticket_id or held.cancelled_at or held.starts_at > clock.now():
        return False
    _open(held, held.starts_at)
    queue_moved()
    return True


def _hold(number: int) -> Appointment:
    return queries.whole().select_for_update(of=("self",)).get(pk=number)


def _open(held: Appointment, since: datetime) -> Ticket:
    """Waits are reckoned from its time on."""
    about = {"person": held.person, "course": held.course, "mode": held.mode, "room": held.room}
    about["arrived_at"] = held.arrived_at
    times = {"asked_at": since, "place_at": held.starts_at - BEFORE_OTHERS, "noticed_at": clock.now()}
    question = held.question or _("Came to an appointment.")
    ticket = Ticket.objects.create(question=question, origin=Ticket.Origin.APPOINTMENT, **about, **times)
    held.ticket = ticket
    held.save(update_fields=["ticket"])
    note(ticket, "appointment.opened", None, appointment=held.pk)
    publish(TicketSubmitted(ticket.pk, ticket.person_id))
    return ticket
