"""A ticket ends: with an outcome, a next step and true minutes; and what can be put right afterwards."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.helpdesk import minutes as reckoning, policies
from gatehouse.helpdesk.actions.holding import IN_HAND, State, change, end_helps, going_on, hold, insist, moment, told
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.events import TicketClosed
from gatehouse.helpdesk.minutes import Stretch
from gatehouse.helpdesk.models import Help, Ticket
from gatehouse.helpdesk.refusals import ChangedMeanwhile, NotNow, ReasonMissing
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line

UNDO_WITHIN = timedelta(seconds=30)  # the page offers it for 10; a slow line needs the rest
MOST = 24 * 60


@transaction.atomic
def close_ticket(
    *,
    ticket: Ticket,
    actor: Person,
    outcome: str,
    next_step: str = "",
    minutes: int | None = None,
    reason: str = "",
    seen: int | None = None,
    together: bool = False,
) -> Ticket:
    """End the help of all who gave it; with `together` the whole group that this actor helps ends the same way.

    `minutes` corrects the actor's own, and needs a `reason` where they are not those of the clock: `ReasonMissing`.
    A ticket that somebody else closed gives `ChangedMeanwhile`; with its present revision as `seen`, outcome and next
    step are put right instead, and no time changes.
    """
    held = hold(ticket)
    insist(policies.can_settle(actor, held))
    ending = {"outcome": Ticket.Outcome(outcome), "next_step": one_line(next_step)[:400]}
    if held.state == State.CLOSED:
        return _put_right(held, actor, ending, seen)
    if held.state not in IN_HAND:
        raise ChangedMeanwhile(held)
    mates = _mates(held, actor) if together else []
    for each in (held, *mates):
        _end(each, actor, ending)
    if minutes is not None and ending["outcome"] != Ticket.Outcome.NO_SHOW:
        _correct_own(held, actor, minutes, reason)
    queue_moved()
    return held


@transaction.atomic
def undo_close(*, ticket: Ticket, actor: Person) -> Ticket:
    """Help goes on as if it had not been closed; what the close said is forgotten. Soon after, and by who closed it."""
    held = hold(ticket)
    insist(policies.can_undo_close(actor, held))
    if held.state in IN_HAND:
        return held
    if held.state != State.CLOSED or held.closed_at is None or clock.now() - held.closed_at > UNDO_WITHIN:
        raise NotNow(_("It is too late to take this back. Open the ticket again instead."))
    Help.objects.filter(ticket=held, ended_at=held.closed_at).update(ended_at=None, minutes=None, reason="")
    change(held, state=State.HELPED, closed_at=None, closed_by=None, outcome="", next_step="", **_raised(held))
    told(held, "ticket.close_undone", actor)
    queue_moved()
    return held


@transaction.atomic
def correct_minutes(*, help_: Help, actor: Person, minutes: int, reason: str) -> Help:
    """One's own afterwards, or those of tutors in courses that one leads; the times of the clock stay beside them."""
    ticket = hold(help_.ticket)
    held = Help.objects.select_for_update().get(pk=help_.pk)
    insist(policies.can_correct(actor, held))
    if held.ended_at is None:
        raise NotNow(_("This help still goes on. Close it, and say then how long it took."))
    _say_minutes(held, minutes, reason)
    told(ticket, "minutes.corrected", actor, minutes=held.minutes, reason=held.reason, tutor=held.tutor_name)
    queue_moved()
    return held


def _end(held: Ticket, actor: Person, ending: dict[str, Any]) -> None:
    began = going_on(held).order_by("-began_at").values_list("began_at", flat=True).first()
    now = max(moment(held), began) if began else moment(held)
    is_no_show = ending["outcome"] == Ticket.Outcome.NO_SHOW
    end_helps(going_on(held), now, **({"minutes": 0, "reason": "not here"} if is_no_show else {}))
    closing = {"state": State.CLOSED, "closed_at": now, "closed_by": actor, "called_until": None}
    change(held, **closing, **ending, **_raised(held))
    told(held, "ticket.closed", actor, outcome=held.outcome)
    publish(TicketClosed(held.pk, held.person_id, held.outcome, held.next_step))


def _put_right(held: Ticket, actor: Person, ending: dict[str, Any], seen: int | None) -> Ticket:
    if (held.outcome, held.next_step) == (ending["outcome"], ending["next_step"]):
        return held
    if seen != held.revision:
        raise ChangedMeanwhile(held)
    change(held, **ending, **_raised(held))
    told(held, "ticket.outcome_changed", actor, outcome=held.outcome)
    return held


def _mates(held: Ticket, actor: Person) -> list[Ticket]:
    if held.group_id is None:
        return []
    own = Ticket.objects.filter(group=held.group_id, state__in=IN_HAND, helps__tutor=actor, helps__ended_at=None)
    numbers = list(own.exclude(pk=held.pk).values_list("pk", flat=True))
    return list(Ticket.objects.filter(pk__in=numbers).order_by("pk").select_for_update(skip_locked=True))


def _correct_own(held: Ticket, actor: Person, minutes: int, reason: str) -> None:
    """All stretches of the actor since the claim say together what was said; the last carries it, the others nothing."""
    own = list(
        Help.objects.filter(ticket=held, tutor=actor, began_at__gte=held.claimed_at).order_by("-began_at", "-pk")
    )
    stretches = [Stretch(each.began_at, each.ended_at, each.minutes) for each in own]
    if not own or minutes == reckoning.total(stretches, held.closed_at or clock.now()):
        return
    _say_minutes(own[0], minutes, reason)
    Help.objects.filter(pk__in=[each.pk for each in own[1:]]).update(minutes=0, reason=own[0].reason)
    told(held, "minutes.corrected", actor, minutes=minutes, reason=own[0].reason, tutor=actor.name)


def _say_minutes(held: Help, minutes: int, reason: str) -> None:
    if not one_line(reason):
        raise ReasonMissing
    held.minutes, held.reason = min(max(minutes, 0), MOST), one_line(reason)[:200]
    held.save(update_fields=["minutes", "reason"])


def _raised(held: Ticket) -> dict[str, Any]:
    return {"revision": held.revision + 1}
