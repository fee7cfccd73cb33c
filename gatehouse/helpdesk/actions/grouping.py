"""Several tickets with one question become a group, and are helped together."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.helpdesk import policies
from gatehouse.helpdesk.actions.helping import take_along
from gatehouse.helpdesk.actions.holding import State, change, going_on, hold, insist, told
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.models import QuestionGroup, Ticket
from gatehouse.helpdesk.refusals import NotNow
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line


@transaction.atomic
def group_tickets(*, tickets: Sequence[Ticket], topic: str, actor: Person) -> QuestionGroup:
    """One group of these open tickets of one course; into a group that is there, when one of them has one.

    When the actor helps with one of them, those who wait are helped from now on too.
    """
    insist(policies.can_help(actor))
    numbers = {ticket.pk for ticket in tickets}
    held = list(Ticket.objects.filter(pk__in=numbers, state__in=Ticket.OPEN).order_by("pk").select_for_update())
    if len(held) < 2:
        raise NotNow(_("A group needs two open questions. The others are closed by now."))
    if len({ticket.course_id for ticket in held}) > 1:
        raise NotNow(_("A group asks about one course."))
    group = _group_of(held, topic)
    for ticket in held:
        change(ticket, group=group)
        told(ticket, "ticket.grouped", actor, topic=group.topic)
    if going_on(*held).filter(tutor=actor).exists():
        take_along([ticket for ticket in held if ticket.state == State.WAITING], actor)
    queue_moved()
    return group


@transaction.atomic
def ungroup_ticket(*, ticket: Ticket, actor: Person) -> Ticket:
    """Alone again; whoever helps with it goes on."""
    held = hold(ticket)
    insist(policies.can_help(actor))
    if held.group_id is not None:
        change(held, group=None)
        told(held, "ticket.ungrouped", actor)
        queue_moved()
    return held


def _group_of(held: Sequence[Ticket], topic: str) -> QuestionGroup:
    there = next((ticket.group for ticket in held if ticket.group), None)
    named = one_line(topic)[:120] or next((ticket.assignment for ticket in held if ticket.assignment), "")
    return there or QuestionGroup.objects.create(course_id=held[0].course_id, topic=named or _("One question"))
