"""Somebody asks."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock, limits, origin
from gatehouse.core.events import publish
from gatehouse.core.limits import Limit
from gatehouse.helpdesk import queries
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.events import TicketSubmitted
from gatehouse.helpdesk.models import Course, Ticket
from gatehouse.helpdesk.refusals import AskedAlready, GuestsNotTaken, TooMany
from gatehouse.journal import actions as journal
from gatehouse.people.addresses import normal_email
from gatehouse.people.models import Person

HOUR = timedelta(hours=1)
PER_PERSON = 20  # tickets an hour from somebody who is signed in
State, Origin = Ticket.State, Ticket.Origin


@dataclass(frozen=True)
class Guest:
    """Whoever asks without an account: name and address, as they say."""

    name: str
    email: str


def submit_ticket(
    *,
    asker: Person | Guest,
    course: Course,
    question: str,
    actor: Person | None,
    origin: Ticket.Origin = Origin.PAGE,
    sent_once: UUID | None = None,
    **fields: Any,
) -> Ticket:
    """A ticket at the end of the queue; a guest's from a page first waits for the address to be confirmed.

    `fields` are the ticket's own: section, problem_type, assignment, mode, room, group, notice_at. The same form sent
    twice (`sent_once`) is one ticket. Raises `TooMany`, `GuestsNotTaken`, and `AskedAlready` for a question that the
    same asker has open.
    """
    if sent_once and (sent := _sent(sent_once, asker)):
        return sent
    if origin == Origin.PAGE:
        _spend(asker)
    ticket = Ticket(course=course, question=question.strip(), origin=origin, sent_once=sent_once, **fields)
    ticket.place_at = ticket.asked_at = clock.now()
    _name_asker(ticket, asker)
    try:
        return _enter(ticket, actor)
    except IntegrityError:  # a double tap: the other one was first
        if sent_once and (sent := _sent(sent_once, asker)):
            return sent
        raise


@transaction.atomic
def _enter(ticket: Ticket, actor: Person | None) -> Ticket:
    if same := queries.same_open(ticket).first():
        raise AskedAlready(same)
    ticket.save(force_insert=True)
    named = f"ticket {ticket.pk}"
    journal.record(actor=actor, verb="ticket.submitted", subject=named, subject_id=named)
    publish(TicketSubmitted(ticket.pk, ticket.person_id))
    if ticket.state == State.WAITING:
        queue_moved()
    return ticket


def _name_asker(ticket: Ticket, asker: Person | Guest) -> None:
    if isinstance(asker, Person):
        ticket.person = asker
        return
    ticket.guest_name, ticket.guest_email = asker.name.strip(), normal_email(asker.email)
    if ticket.origin == Origin.PAGE:
        ticket.state = State.ASKED


def _sent(sent_once: UUID, asker: Person | Guest) -> Ticket | None:
    """The ticket this very form made before, if it is this asker's."""
    rows = Ticket.objects.filter(sent_once=sent_once)
    return (
        rows.filter(person=asker) if isinstance(asker, Person) else rows.filter(guest_email=normal_email(asker.email))
    ).first()


def _spend(asker: Person | Guest) -> None:
    """Count one question, outside of the ticket's transaction, so that a refused one is counted too."""
    if isinstance(asker, Person):
        _count(Limit("ticket.person", PER_PERSON, HOUR), str(asker.pk))
        return
    desk = queries.desk()
    if not desk.takes_guests:
        raise GuestsNotTaken
    network = limits.network(origin.current().address)
    _count(Limit("ticket.network", desk.network_tickets_per_hour, HOUR), network)
    _count(Limit("ticket.guest", desk.guest_tickets_per_hour, HOUR), limits.same_address(asker.email))


def _count(limit: Limit, key: str) -> None:
    if not limits.allow(limit, key):
        minutes = int(limits.wait(limit, key) / timedelta(minutes=1)) + 1
        said = _("That were many questions in one hour. Try again in %(minutes)s minutes, or come to the desk.")
        raise TooMany(said % {"minutes": minutes})
