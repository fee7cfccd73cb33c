"""What the page shows of the ticket in hand, and the forms of its deeds."""

from datetime import datetime, timedelta
from typing import Any

from gatehouse.core import clock
from gatehouse.helpdesk import minutes as reckoning, policies, queries
from gatehouse.helpdesk.forms.helping import CloseForm, HandOverForm, TextForm
from gatehouse.helpdesk.models import Ticket
from gatehouse.people import policies as people_policies
from gatehouse.people.models import Person


def session_of(ticket: Ticket, tutor: Person, typed: dict[str, Any]) -> dict[str, Any]:
    """`typed` are forms that were refused, with what was typed; they stand in the place of empty ones."""
    since = queries.since(ticket, tutor)
    may_settle = policies.can_settle(tutor, ticket)
    mates = queries.mates_of(ticket)
    facts = {
        "ticket": ticket,
        "since": since,
        "is_mine": since is not None,
        "is_long": takes_long(ticket, tutor),
        "may_settle": may_settle,
        "may_undo": policies.can_undo_close(tutor, ticket),
        "given": queries.given(ticket),
        "mates": mates,
        "similar": queries.similar_to(ticket) if ticket.state in Ticket.OPEN else [],
        "visits": queries.visits_of(ticket),
        "talk": list(ticket.messages.all()),
        "files": list(ticket.attachments.all()),
        "answers": queries.answers_for(ticket),
        "colleagues": [shift.tutor for shift in queries.shifts_now() if shift.tutor_id != tutor.pk],
        "leads": policies.leads(tutor, ticket.course_id),
        "may_report": policies.can_report_on(tutor, ticket.course_id),
        "may_view_person": ticket.person_id is not None and tutor.may(people_policies.VIEW),
    }
    return facts | _forms(ticket, tutor, facts) | typed


def takes_long(ticket: Ticket, tutor: Person) -> bool:
    """Whether this tutor has helped for longer than the desk means to without a word about it."""
    began = queries.since(ticket, tutor) if ticket.state == Ticket.State.HELPED else None
    return began is not None and clock.now() - began > timedelta(minutes=queries.desk().longest_help)


def _forms(ticket: Ticket, tutor: Person, facts: dict[str, Any]) -> dict[str, Any]:
    spent = next((each.minutes for each in facts["given"] if each.tutor_id == tutor.pk), 0)
    ending: dict[str, Any] = {
        "outcome": ticket.outcome or Ticket.Outcome.SOLVED,
        "next_step": ticket.next_step,
        "step": "",
    }
    ending |= {"minutes": spent, "shown": spent, "seen": ticket.revision, "together": True}
    return {
        "elapsed": _clock(facts["since"]),
        "spent": spent or (reckoning.whole(clock.now() - facts["since"]) if facts["since"] else 0),
        "close_form": CloseForm(initial=ending, auto_id="close-%s"),
        "say_form": TextForm(auto_id="say-%s"),
        "note_form": TextForm(auto_id="note-%s"),
        "hand_form": HandOverForm(tutors=[each.pk for each in facts["colleagues"]], auto_id="hand-%s"),
    }


def _clock(since: datetime | None) -> str:
    """11:24, and 1:02:09 after an hour."""
    seconds = int((clock.now() - since).total_seconds()) if since else 0
    hours, rest = divmod(max(0, seconds), 3600)
    minutes, seconds = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"
