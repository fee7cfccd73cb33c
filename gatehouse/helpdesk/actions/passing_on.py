"""A ticket goes on: to another tutor, to another course, back to the queue; or its asker is not to be found."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.helpdesk import letters, policies, queries
from gatehouse.helpdesk.actions.holding import (
    IN_HAND,
    State,
    back_to_queue,
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
from gatehouse.helpdesk.models import Course, Section, Ticket
from gatehouse.helpdesk.refusals import ChangedMeanwhile, NotNow
from gatehouse.people.models import Person


@transaction.atomic
def hand_over(*, ticket: Ticket, actor: Person, to: Person | None) -> Ticket:
    """To a tutor, or with None back to its place in the queue. The actor's help ends, that of others goes on.

    A lead may do it for a tutor who went away; then all who helped are relieved.
    """
    held = hold(ticket)
    insist(policies.can_settle(actor, held))
    within(held, IN_HAND, _("Nobody helps with this ticket now."))
    if to is None:
        back_to_queue(held, moment(held))
    else:
        _pass(held, actor, to)
    _raise_revision(held)
    told(held, "ticket.handed_over" if to else "ticket.put_back", actor, **({"to": to.name} if to else {}))
    queue_moved()
    return held


@transaction.atomic
def not_found(*, ticket: Ticket, actor: Person) -> Ticket:
    """The person is called, and waited for as long as the desk's grace; then `end_calls` moves the ticket back."""
    held = hold(ticket)
    insist(policies.can_settle(actor, held))
    if held.state == State.CALLED:
        return held
    within(held, [State.HELPED], _("Nobody helps with this ticket now."))
    change(held, state=State.CALLED, called_until=clock.now() + timedelta(minutes=queries.desk().grace))
    told(held, "ticket.called", actor)
    queue_moved()
    return held


@transaction.atomic
def found(*, ticket: Ticket, actor: Person) -> Ticket:
    """The person is here after all: help begins now, for all who were looking, and for the actor."""
    held = hold(ticket)
    insist(policies.can_help(actor))
    if held.state == State.HELPED and going_on(held).filter(tutor=actor).exists():
        return held
    within(held, [State.CALLED], _("This question is in the queue again, or somebody else's by now."))
    now = moment(held)
    going_on(held).update(began_at=now)
    begin_help(held, actor, now)
    change(held, state=State.HELPED, called_until=None)
    told(held, "ticket.found", actor)
    queue_moved()
    return held


@transaction.atomic
def move_course(
    *, ticket: Ticket, course: Course, actor: Person, seen: int | None = None, section: Section | None = None
) -> Ticket:
    """Into the queue where it belongs, at its old place; what was said on it stays. It leaves its group and section.

    `ChangedMeanwhile` when somebody changed the ticket since `seen`.
    """
    held = hold(ticket)
    insist(policies.can_help(actor))
    within(held, Ticket.OPEN, _("This question is closed."))
    if seen is not None and seen != held.revision:
        raise ChangedMeanwhile(held)
    if held.course_id == course.pk:
        return held
    if held.state in IN_HAND:
        insist(policies.can_settle(actor, held))
        back_to_queue(held, moment(held))
    before = held.course.code
    change(held, course=course, section=section, group=None)
    _raise_revision(held)
    told(held, "ticket.moved", actor, course=[before, course.code])
    queue_moved()
    return held


def end_calls() -> int:
    """Whoever was called and did not come within the grace waits again, behind all others; nothing is deleted."""
    over = queries.not_over().filter(state=State.CALLED, called_until__lte=clock.now()).order_by("called_until", "pk")
    return sum(_move_back(ticket) for ticket in over[:200])


@transaction.atomic
def _move_back(ticket: Ticket) -> bool:
    held = hold(ticket)
    if held.state != State.CALLED or (held.called_until and held.called_until > clock.now()):
        return False
    now = moment(held)
    back_to_queue(held, now, place_at=now, minutes=0, reason="not found")
    told(held, "ticket.moved_back", None)
    letters.missed(held)
    queue_moved()
    return True


def _pass(held: Ticket, actor: Person, to: Person) -> None:
    if not policies.can_help(to):
        raise NotNow(_("%(name)s does not help at this desk.") % {"name": to.name})
    now = moment(held)
    own = going_on(held).filter(tutor=actor)
    end_helps((own if own.exists() else going_on(held)).exclude(tutor=to), now)
    begin_help(held, to, now)


def _raise_revision(held: Ticket) -> None:
    Ticket.objects.filter(pk=held.pk).update(revision=F("revision") + 1)
    held.revision += 1
