"""Tutors say something: to the asker, who gets it as a letter too, or among themselves."""

from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.helpdesk import letters, policies
from gatehouse.helpdesk.actions.holding import hold, insist, told
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.models import Message, Ticket
from gatehouse.helpdesk.refusals import NotNow
from gatehouse.people.models import Person
from gatehouse.people.tidying import several_lines


@transaction.atomic
def say(*, ticket: Ticket, actor: Person, text: str) -> Message:
    """To the asker: on the ticket's page, and by letter where there is an address. Possible after the end too."""
    message = _write(ticket, actor, text, is_private=False)
    letters.said(message)
    queue_moved()
    return message


@transaction.atomic
def note(*, ticket: Ticket, actor: Person, text: str) -> Message:
    """Among tutors; the asker never sees it."""
    return _write(ticket, actor, text, is_private=True)


def _write(ticket: Ticket, actor: Person, text: str, *, is_private: bool) -> Message:
    held = hold(ticket)
    insist(policies.can_help(actor))
    words = several_lines(text)
    if not words:
        raise NotNow(_("There is nothing written."))
    message = Message.objects.create(
        ticket=held, author=actor, author_name=actor.name[:200], is_private=is_private, text=words
    )
    told(held, "note.written" if is_private else "message.sent", actor)
    return message
