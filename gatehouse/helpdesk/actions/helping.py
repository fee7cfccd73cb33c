"""A tutor takes a ticket, alone or with others, and leaves it to them."""

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from gatehouse.core.events import publish
from gatehouse.helpdesk import policies, queries
from gatehouse.helpdesk.actions.holding import (
    IN_HAND,
    State,
    begin_help,
    change,
    end_helps,
    going_on,
    hold,
    insist,
    moment,
    told,
    within,
)
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.events import TicketClaimed
from gatehouse.helpdesk.models import Help, Ticket
from gatehouse.helpdesk.refusals import AlreadyClaimed, NobodyWaits, NotNow
from gatehouse.people.models import Person


@transaction.atomic
def help_next(*, tutor: Person, courses: Collection[int] | None = None, expected: int | None = None) -> Ticket:
    """The first who waits in these courses, or in the tutor's own; whoever stepped away or is called is passed over.

    Appointments with the tutor come first, whatever the course; those with others are left to them for a while, see
    `queries.promised_to_others`.

    `expected` is the ticket that the tutor saw in front: when there is no other, `AlreadyClaimed` says who took it;
    otherwise `NobodyWaits`. A ticket of a group comes with its group.
    """
    insist(policies.can_help(tutor))
    chosen = queries.courses_of(tutor) if courses is None else courses
    first = _first(chosen, tutor)
    if first is None:
        raise _gone(expected) or NobodyWaits(queries.waiting().filter(state=State.WAITING).count())
    return _take(first, tutor)


@transaction.atomic
def claim_ticket(*, ticket: Ticket, tutor: Person) -> Ticket:
    """Give the ticket to this tutor, and the rest of its group; `AlreadyClaimed` names the one who was first.

    Who is called and not here yet belongs to the tutor who called, see `found`.
    """
    insist(policies.can_help(tutor))
    return _take(ticket, tutor)


@transaction.atomic
def join_help(*, ticket: Ticket, tutor: Person, actor: Person) -> Ticket:
    """One more tutor on it, by oneself or asked in by one who helps; each one's minutes are counted."""
    held = hold(ticket)
    insist(policies.can_bring_in(actor, tutor, held))
    within(held, IN_HAND, _("Nobody helps with this ticket now."))
    if not going_on(held).filter(tutor=tutor).exists():
        begin_help(held, tutor, moment(held))
        told(held, "help.joined", actor, tutor=tutor.name)
        queue_moved()
    return held


@transaction.atomic
def leave_help(*, ticket: Ticket, tutor: Person) -> Ticket:
    """The others go on; the last one can't leave, but hand over, close, or let it go back to the queue."""
    held = hold(ticket)
    insist(policies.can_help(tutor))
    own = going_on(held).filter(tutor=tutor)
    if not own.exists():
        return held
    if not going_on(held).exclude(tutor=tutor).exists():
        raise NotNow(_("Nobody else is on this ticket. Hand it over, or close it."))
    end_helps(own, moment(held))
    told(held, "help.left", tutor)
    queue_moved()
    return held


def _first(courses: Collection[int], tutor: Person) -> Ticket | None:
    """Tutors at once get different tickets; where others hold all there are, we wait for what they make of them."""
    own, of_others = queries.promised_to(tutor), queries.promised_to_others(tutor)
    rows = queries.waiting().filter(state=State.WAITING).exclude(pk__in=of_others)
    rows = rows.filter(Q(course__in=courses) | Q(pk__in=own)) if courses else rows
    return rows.select_for_update(skip_locked=True).first() or rows.select_for_update().first()


def _gone(expected: int | None) -> AlreadyClaimed | None:
    ticket = Ticket.objects.filter(pk=expected, state__in=IN_HAND).first() if expected else None
    return AlreadyClaimed(ticket, queries.helper_of(ticket)) if ticket else None


def _take(ticket: Ticket, tutor: Person) -> Ticket:
    now = moment(ticket)
    unclaimed = Ticket.objects.filter(pk=ticket.pk, state__in=[State.WAITING, State.AWAY])
    taken = unclaimed.update(state=State.HELPED, claimed_at=now, away_until=None)
    ticket.refresh_from_db()
    if not taken:
        _refuse(ticket, tutor)
        return ticket
    mates = _mates(ticket)
    mates.update(state=State.HELPED, claimed_at=now)
    for each in (ticket, *mates):
        _begin(each, tutor, now)
    queue_moved()
    return ticket


def take_along(held: Iterable[Ticket], tutor: Person) -> None:
    """These too, which the caller has locked and seen waiting."""
    for each in held:
        now = moment(each)
        change(each, state=State.HELPED, claimed_at=now, away_until=None)
        _begin(each, tutor, now)


def _begin(ticket: Ticket, tutor: Person, now: datetime) -> Help:
    told(ticket, "ticket.claimed", tutor)
    publish(TicketClaimed(ticket.pk, tutor.pk))
    return begin_help(ticket, tutor, now)


def _mates(ticket: Ticket) -> QuerySet[Ticket]:
    """Who waits in the same group. What another tutor holds at this moment stays theirs; waiting for it could deadlock."""
    if ticket.group_id is None:
        return Ticket.objects.none()
    free = Ticket.objects.filter(group=ticket.group_id, state=State.WAITING).exclude(pk=ticket.pk)
    return Ticket.objects.filter(pk__in=list(free.select_for_update(skip_locked=True).values_list("pk", flat=True)))


def _refuse(ticket: Ticket, tutor: Person) -> None:
    """Quiet when it is this tutor's already: a double tap."""
    if ticket.state not in IN_HAND:
        raise NotNow(_("This question is not in the queue any more."))
    if not going_on(ticket).filter(tutor=tutor).exists():
        raise AlreadyClaimed(ticket, queries.helper_of(ticket))
