"""Whoever comes into the room says so: what they asked before, or booked, is marked; everybody else asks there."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.helpdesk import queries
from gatehouse.helpdesk.actions.asking import KEPT_FOR, Guest, note, submit_ticket, useless_notice
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.models import Appointment, Course, Room, Ticket
from gatehouse.helpdesk.refusals import AskedAlready
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line

State, Mode = Ticket.State, Ticket.Mode


def check_in(*, person: Person | Guest, room: Room | None = None) -> Ticket | Appointment | None:
    """Mark that this person is here: for what they have open, else for today's appointment; None when there is neither.

    Doing it twice changes nothing.
    """
    if ticket := _open_of(person):
        return arrive(ticket=ticket, room=room)
    booked = queries.appointment_today(person) if isinstance(person, Person) else None
    return _keep(booked) if booked else None


@transaction.atomic
def arrive(*, ticket: Ticket, room: Room | None = None) -> Ticket:
    """The asker stands in this room: no longer away nor online, and in the queue though the address was not proved.

    Who is being helped already is only noted as here.
    """
    held = Ticket.objects.select_for_update().get(pk=ticket.pk)
    changed = {name: value for name, value in _here(held, room).items() if getattr(held, name) != value}
    if not changed:
        return held
    is_moved = bool(changed.keys() & {"mode", "room"})
    Ticket.objects.filter(pk=held.pk).update(**changed, **({"revision": F("revision") + 1} if is_moved else {}))
    note(held, "ticket.arrived", None, room=str(room) if room else "")
    queue_moved()
    held.refresh_from_db()
    return held


def ask_at_kiosk(
    *, person: Person | Guest, course: Course, sent_once: UUID, question: str = "", **fields: Any
) -> Ticket:
    """A ticket of somebody who stands in the room, in the queue at once; what they have open already is given instead.

    `fields` are room and problem_type. Raises `TooMany`: the kiosk has a limit of its own.
    """
    already = _open_of(person)
    if already:
        return arrive(ticket=already, room=fields.get("room"))
    words = one_line(question)[:200] or _("Came to the desk.")
    about: dict[str, Any] = {
        "question": words,
        "mode": Mode.CAMPUS,
        "arrived_at": clock.now(),
        "origin": Ticket.Origin.KIOSK,
    }
    try:
        return submit_ticket(asker=person, actor=None, course=course, sent_once=sent_once, **about, **fields)
    except AskedAlready as same:
        return arrive(ticket=same.ticket, room=fields.get("room"))


def _open_of(person: Person | Guest) -> Ticket | None:
    if isinstance(person, Person):
        return queries.open_of(person)
    return queries.open_of_guest(person.name, person.email)


def _here(held: Ticket, room: Room | None) -> dict[str, Any]:
    """What being here makes of the ticket."""
    now = clock.now()
    here: dict[str, Any] = {"arrived_at": held.arrived_at or now}
    if held.state == State.HELPED:
        return here
    here |= {"mode": Mode.CAMPUS, "room": room or held.room, "away_until": None}
    if held.state == State.ASKED:
        held.place_at = held.asked_at if now - held.asked_at < KEPT_FOR else now
        here |= {"noticed_at": useless_notice(held), "origin": Ticket.Origin.KIOSK}
        Ticket.objects.filter(pk=held.pk).update(place_at=held.place_at)
    if held.state in {State.ASKED, State.AWAY}:
        here["state"] = State.WAITING
    return here


@transaction.atomic
def _keep(appointment: Appointment) -> Appointment:
    now = clock.now()
    if Appointment.objects.filter(pk=appointment.pk, arrived_at=None).update(arrived_at=now):
        named = f"appointment {appointment.pk}"
        journal.record(actor=None, verb="appointment.arrived", subject=named, subject_id=named)
        queue_moved()
    appointment.refresh_from_db()
    return appointment
