"""After the help: open the ticket again, and say how it was."""

from datetime import timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.helpdesk import policies, queries
from gatehouse.helpdesk.actions.asking import insist, note, useless_notice
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.models import Ticket
from gatehouse.people.models import Person

State = Ticket.State
Actor = Person | policies.Bearer | None
REGRET = timedelta(minutes=2)  # so long a place is kept for one who left the queue


@transaction.atomic
def reopen_ticket(*, ticket: Ticket, actor: Actor) -> Ticket:
    """Into the queue once more: an asker within the desk's hours, a tutor at any time. Open ones stay as they are.

    Who is still stuck comes before all who wait shorter than the desk aims at; who left the queue and comes back within
    two minutes has the old place. Times of the first round stay in the rows of `Help`.
    """
    held = _hold(ticket, actor)
    if held.state not in {State.CLOSED, State.WITHDRAWN}:
        return held
    desk = queries.desk()
    since = clock.now() - (held.closed_at or held.asked_at)
    is_late = since > timedelta(hours=desk.reopen_within)
    insist(policies.can_help(actor) or not is_late, _("This was too long ago. Ask anew, and refer to it."))
    _reset(held, _place(held, since, timedelta(minutes=desk.target_wait)))
    note(held, "ticket.reopened", actor)
    queue_moved()
    return held


@transaction.atomic
def rate_ticket(*, ticket: Ticket, actor: Actor, stars: int, comment: str | None = None) -> Ticket:
    """One to five stars from whoever was helped; said again, the last word counts. The journal keeps no stars."""
    held = _hold(ticket, actor)
    if policies.can_help(actor) and actor is not None and held.person_id != actor.pk:
        raise PermissionDenied(_("Only who was helped can say how it was."))
    insist(held.state == State.CLOSED and held.claimed_at, _("You can say how it was once you were helped."))
    insist(1 <= stars <= 5, _("Choose one to five stars."))
    held.stars, held.rated_at = stars, clock.now()
    held.comment = held.comment if comment is None else comment.strip()[:1000]
    held.save(update_fields=["stars", "rated_at", "comment"])
    note(held, "ticket.rated", actor)
    return held


def _place(held: Ticket, since: timedelta, target: timedelta) -> Any:
    now = clock.now()
    if held.state == State.WITHDRAWN:
        return held.place_at if since < REGRET else now
    return max(now - target, held.asked_at)


def _reset(held: Ticket, place_at: Any) -> None:
    is_unproved = not held.person_id and not held.confirmed_at and held.origin == Ticket.Origin.PAGE
    held.state = State.ASKED if is_unproved else State.WAITING
    held.reopened_at, held.place_at = clock.now(), place_at
    held.claimed_at = held.closed_at = held.closed_by = held.turn_letter_at = None
    held.outcome = ""
    held.noticed_at = useless_notice(held)
    held.save()


def _hold(ticket: Ticket, actor: Actor) -> Ticket:
    if not policies.can_change(actor, ticket):
        raise PermissionDenied
    return Ticket.objects.select_for_update().get(pk=ticket.pk)
