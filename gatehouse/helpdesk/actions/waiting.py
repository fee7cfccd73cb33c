"""What askers do with their open tickets: change, leave, step away, come back, say more, join others."""

from datetime import timedelta
from typing import Any, TypedDict, Unpack

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.helpdesk import policies, queries
from gatehouse.helpdesk.actions import counting
from gatehouse.helpdesk.actions.asking import insist, note, useless_notice
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.models import Course, Message, ProblemType, QuestionGroup, Section, Ticket
from gatehouse.helpdesk.refusals import ChangedMeanwhile
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line, several_lines

State = Ticket.State
Actor = Person | policies.Bearer | None


class TicketFields(TypedDict, total=False):
    course: Course
    section: Section | None
    problem_type: ProblemType | None
    assignment: str
    question: str
    mode: str


@transaction.atomic
def edit_ticket(*, ticket: Ticket, actor: Actor, seen: int, **fields: Unpack[TicketFields]) -> Ticket:
    """Change what was asked, as far as it differs; a form saved untouched changes nothing.

    `seen` is the revision the writer looked at: `ChangedMeanwhile` carries the ticket as somebody else made it since.
    Askers change open tickets only.
    """
    held = _hold(ticket, actor)
    insist(policies.can_help(actor) or held.state in {State.ASKED, *Ticket.OPEN}, _("This question is closed."))
    if seen != held.revision:
        raise ChangedMeanwhile(held)
    changed = {name: value for name, value in _tidied(fields).items() if value != getattr(held, name)}
    if "course" in changed and "section" not in changed:
        changed["section"] = None
    if not changed:
        return held
    Ticket.objects.filter(pk=held.pk).update(**changed, revision=F("revision") + 1)
    note(held, "ticket.edited", actor, fields=sorted(changed))
    queue_moved()
    held.refresh_from_db()
    return held


@transaction.atomic
def withdraw_ticket(*, ticket: Ticket, actor: Actor) -> Ticket:
    """Leave the queue; within a while `reopen_ticket` brings the ticket back."""
    held = _hold(ticket, actor)
    if held.state == State.WITHDRAWN:
        return held
    insist(held.state in {State.ASKED, *Ticket.QUEUED}, _("You are being helped, or were. There is no queue to leave."))
    _move(held, state=State.WITHDRAWN, closed_at=clock.now(), away_until=None, called_until=None)
    note(held, "ticket.withdrawn", actor)
    queue_moved()
    return held


@transaction.atomic
def step_away(*, ticket: Ticket, actor: Actor) -> Ticket:
    """Keep the place and be passed over for a while; after that the ticket waits again by itself."""
    held = _hold(ticket, actor)
    insist(held.state == State.WAITING, _("You can step away while you wait, not now."))
    _move(held, state=State.AWAY, away_until=clock.now() + timedelta(minutes=queries.desk().step_away))
    note(held, "ticket.left_for_a_while", actor)
    queue_moved()
    return held


@transaction.atomic
def come_back(*, ticket: Ticket, actor: Actor) -> Ticket:
    """Saying it twice changes nothing."""
    held = _hold(ticket, actor)
    if held.state == State.AWAY:
        _move(held, state=State.WAITING, away_until=None)
        note(held, "ticket.came_back", actor)
        queue_moved()
    return held


@transaction.atomic
def ask_more(*, ticket: Ticket, actor: Actor, text: str) -> Message:
    """The asker says something to whoever helps; raises `TooMany`, `NotNow`."""
    counting.count_message(ticket.pk)
    held = _hold(ticket, actor)
    insist(held.state in Ticket.OPEN, _("This question is closed. Open it again to say more."))
    author = actor if isinstance(actor, Person) else None
    said = {"author": author, "author_name": held.asker[:200], "text": several_lines(text)}
    message = Message.objects.create(ticket=held, **said)
    queue_moved()
    return message


@transaction.atomic
def choose_notice(*, ticket: Ticket, actor: Actor, people: int) -> Ticket:
    """Write to the asker when so many are before; a letter sent before does not count any more."""
    held = _hold(ticket, actor)
    held.notice_at = people
    _move(held, notice_at=people, noticed_at=useless_notice(held))
    return held


@transaction.atomic
def join_others(*, ticket: Ticket, actor: Actor, group: QuestionGroup | None) -> QuestionGroup:
    """Be helped together with others: in their group, or, without one, in a new one of all who wait with this assignment.

    The ticket keeps its own place too: whichever comes first counts.
    """
    held = _hold(ticket, actor)
    insist(held.state in Ticket.QUEUED, _("You can join others while you wait."))
    if group is None:
        insist(held.assignment, _("Say first what you are working on."))
        group = QuestionGroup.objects.create(course=held.course, topic=held.assignment)
        alike = queries.same_assignment(held).filter(group=None)
        Ticket.objects.filter(pk__in=list(alike.values_list("pk", flat=True))).update(group=group)
    insist(group.course_id == held.course_id, _("This group asks about another course."))
    _move(held, group=group)
    note(held, "ticket.joined", actor)
    queue_moved()
    return group


def _hold(ticket: Ticket, actor: Actor) -> Ticket:
    """The row as it is now, locked until the deed is done, for those who may."""
    if not policies.can_change(actor, ticket):
        raise PermissionDenied
    return Ticket.objects.select_for_update().get(pk=ticket.pk)


def _move(held: Ticket, **fields: Any) -> None:
    for name, value in fields.items():
        setattr(held, name, value)
    held.save(update_fields=list(fields))


def _tidied(fields: TicketFields) -> dict[str, Any]:
    tidied: dict[str, Any] = dict(fields)
    if "question" in tidied:
        tidied["question"] = several_lines(tidied["question"])
    if "assignment" in tidied:
        tidied["assignment"] = one_line(tidied["assignment"])
    return tidied
