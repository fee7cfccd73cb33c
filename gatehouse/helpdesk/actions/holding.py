"""What the deeds of tutors share: the ticket locked, help begun and ended, the way back to the queue."""

from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest

from gatehouse.core import clock
from gatehouse.helpdesk.models import Help, Ticket
from gatehouse.helpdesk.refusals import NotNow
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person

State = Ticket.State
IN_HAND = (State.HELPED, State.CALLED)


def insist(is_so: object) -> None:
    """For what a policy says; the doors say it in better words before."""
    if not is_so:
        raise PermissionDenied


def hold(ticket: Ticket) -> Ticket:
    """The row as it is now, locked until the deed is done. Deeds lock tickets first, and the queue's version last."""
    return Ticket.objects.select_for_update().get(pk=ticket.pk)


def within(held: Ticket, states: Any, why: str) -> None:
    if held.state not in states:
        raise NotNow(why)


def moment(*held: Ticket) -> datetime:
    """Now, but never before what is written down already: clocks of two machines may differ, times must not cross."""
    known = [at for ticket in held for at in (ticket.asked_at, ticket.reopened_at, ticket.claimed_at) if at]
    return max(clock.now(), *known)


def going_on(*tickets: Ticket) -> QuerySet[Help]:
    return Help.objects.filter(ticket__in=tickets, ended_at=None)


def begin_help(held: Ticket, tutor: Person, at: datetime) -> Help:
    """Beginning twice is beginning once."""
    about = {"tutor_name": tutor.name[:200], "began_at": at}
    return Help.objects.get_or_create(ticket=held, tutor=tutor, ended_at=None, defaults=about)[0]


def end_helps(helps: QuerySet[Help], at: datetime, **fields: Any) -> int:
    return helps.update(ended_at=Greatest(F("began_at"), at), **fields)


def back_to_queue(held: Ticket, at: datetime, *, place_at: datetime | None = None, **helps: Any) -> None:
    """Nobody helps any more: it waits again, at its old place unless another is given. `helps` is said of the helps."""
    end_helps(going_on(held), at, **helps)
    waits = {"state": State.WAITING, "claimed_at": None, "called_until": None, "turn_letter_at": None}
    change(held, **waits, place_at=place_at or held.place_at)


def change(held: Ticket, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(held, name, value)
    held.save(update_fields=list(fields))


def told(held: Ticket, verb: str, actor: Person | None, **details: Any) -> None:
    named = f"ticket {held.pk}"
    journal.record(actor=actor, verb=verb, subject=named, subject_id=named, details=details)
