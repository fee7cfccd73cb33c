"""Tutors write down who just came in, and whom they helped before there was time to write."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.helpdesk import policies, queries
from gatehouse.helpdesk.actions.asking import Guest, submit_ticket
from gatehouse.helpdesk.actions.helping import claim_ticket
from gatehouse.helpdesk.actions.holding import insist, told
from gatehouse.helpdesk.events import TicketClosed
from gatehouse.helpdesk.models import Course, Help, Ticket
from gatehouse.helpdesk.refusals import TimesWrong
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line, several_lines

AT_MOST_AGO = timedelta(days=120)
LONGEST = 24 * 60
Origin = Ticket.Origin


@dataclass(frozen=True)
class Visitor:
    """Whoever stands before the tutor: a name at least. An address that we know makes the ticket that person's."""

    name: str
    email: str = ""

    def asker(self) -> Person | Guest:
        return queries.person_by(self.email) or Guest(one_line(self.name), self.email)


@transaction.atomic
def add_walk_in(
    *, actor: Person, visitor: Visitor, course: Course, question: str = "", help_now: bool = False, **fields: Any
) -> Ticket:
    """Into the queue, or at once to the actor with `help_now`. Raises `AskedAlready`."""
    insist(policies.can_help(actor))
    words = several_lines(question) or _("Came to the desk.")
    asker = visitor.asker()
    ticket = submit_ticket(asker=asker, course=course, question=words, actor=actor, origin=Origin.WALK_IN, **fields)
    return claim_ticket(ticket=ticket, tutor=actor) if help_now else ticket


@transaction.atomic
def add_back_dated(
    *,
    actor: Person,
    visitor: Visitor,
    course: Course,
    began_at: datetime,
    minutes: int,
    outcome: str,
    question: str = "",
    **fields: Any,
) -> Ticket:
    """A help that is over, with its true times: it never stood in the queue, and no letter is written about it.

    `TimesWrong` when it would end ahead of now, or began more than four months ago.
    """
    insist(policies.can_help(actor))
    ended_at = min(began_at, clock.now()) + timedelta(minutes=minutes)  # what begins ahead of now ends ahead of it
    _check_times(began_at, ended_at, minutes)
    times = {"asked_at": began_at, "place_at": began_at, "claimed_at": began_at, "closed_at": ended_at}
    about = {"question": several_lines(question) or _("Came to the desk."), "origin": Origin.BACK_DATED}
    ending = {"state": Ticket.State.CLOSED, "outcome": Ticket.Outcome(outcome), "closed_by": actor}
    ticket = Ticket.objects.create(course=course, **about, **_asked_by(visitor), **times, **ending, **fields)
    Help.objects.create(ticket=ticket, tutor=actor, tutor_name=actor.name[:200], began_at=began_at, ended_at=ended_at)
    told(ticket, "ticket.back_dated", actor, began_at=began_at.isoformat(), minutes=minutes)
    publish(TicketClosed(ticket.pk, ticket.person_id, ticket.outcome, ticket.next_step))
    return ticket


def _check_times(began_at: datetime, ended_at: datetime, minutes: int) -> None:
    now = clock.now()
    if not 1 <= minutes <= LONGEST:
        raise TimesWrong(_("Help takes at least a minute, and less than a day."))
    if ended_at > now:
        raise TimesWrong(_("This would end ahead of now. For somebody who is here now, use “Add person”."))
    if now - began_at > AT_MOST_AGO:
        raise TimesWrong(_("This is more than four months ago, and in the reports of that time already."))


def _asked_by(visitor: Visitor) -> dict[str, Any]:
    asker = visitor.asker()
    if isinstance(asker, Person):
        return {"person": asker}
    return {"guest_name": asker.name[:120], "guest_email": asker.email}
