"""What the help desk adds to the portal: permissions, and entries of the menus."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.core.menu import Entry, HomePart, MemberEntry, add, add_home, add_member
from gatehouse.helpdesk import links, policies, queries
from gatehouse.helpdesk.words import desk_sentence
from gatehouse.journal import words

declare(
    Permission(policies.HELP, _("help at the desk"), roles=("tutor", "admin")),
    Permission(policies.MANAGE, _("run the help desk: courses, hours, tutors")),
    Permission(policies.REPORT, _("read the help desk's reports, without names"), roles=("instructor", "admin")),
    Permission(policies.NAMES, _("see names in the help desk's reports"), roles=()),
)


def at_home(person: Any) -> dict[str, Any] | None:
    """One's open questions; without any, the desk as it is now."""
    if not queries.is_in_use():
        return None
    rows = [(ticket, links.path_of(ticket)) for ticket in queries.own_open(person)[:3]]
    desk = None if rows else queries.desk_now()
    return {"rows": rows, "desk": desk, "sentence": desk_sentence(desk) if desk else ""}


add(
    Entry(
        "today",
        _("Queue"),
        "helpdesk:queue",
        "hand-helping",
        policies.HELP,
        order=20,
        count=lambda _person: queries.waiting().count(),
    )
)
add_home(HomePart("helpdesk/_home.html", at_home, order=10))
add_member(
    MemberEntry(_("Get help"), "helpdesk:desk", "life-buoy", order=20, shown=lambda _person: queries.is_in_use())
)
words.name(
    {
        "ticket.submitted": _("Question asked"),
        "ticket.confirmed": _("Guest's address confirmed"),
        "ticket.edited": _("Question changed"),
        "ticket.withdrawn": _("Left the queue"),
        "ticket.left_for_a_while": _("Stepped away"),
        "ticket.came_back": _("Came back"),
        "ticket.joined": _("Joined others with the same question"),
        "ticket.reopened": _("Question opened again"),
        "ticket.rated": _("Help rated"),
        "ticket.claimed": _("Help begun"),
        "ticket.handed_over": _("Handed over"),
        "ticket.put_back": _("Put back into the queue"),
        "ticket.called": _("Called, not there"),
        "ticket.found": _("Found after all"),
        "ticket.moved_back": _("Moved back, not found"),
        "ticket.moved": _("Moved to another course"),
        "ticket.closed": _("Question closed"),
        "ticket.close_undone": _("Closing taken back"),
        "ticket.outcome_changed": _("Outcome put right"),
        "ticket.back_dated": _("Help entered afterwards"),
        "ticket.grouped": _("Grouped with others"),
        "ticket.ungrouped": _("Taken out of its group"),
        "help.joined": _("Another tutor joined"),
        "help.left": _("A tutor left it to others"),
        "minutes.corrected": _("Minutes corrected"),
        "message.sent": _("Asker written to"),
        "note.written": _("Note for tutors written"),
        "shift.started": _("Shift started"),
        "shift.ended": _("Shift ended"),
    }
)
