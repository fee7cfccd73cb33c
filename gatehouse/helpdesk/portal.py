"""What the help desk adds to the portal: permissions, and entries of the menus."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.core.menu import Entry, HomePart, MemberEntry, add, add_home, add_member
from gatehouse.helpdesk import links, policies, queries
from gatehouse.helpdesk.deeds import DEEDS
from gatehouse.helpdesk.words import desk_sentence
from gatehouse.journal import words

declare(
    Permission(policies.HELP, _("help at the desk"), roles=("tutor", "admin")),
    Permission(policies.MANAGE, _("run the help desk: courses, hours, tutors")),
    Permission(policies.REPORT, _("read the help desk's reports, without names"), roles=("instructor", "admin")),
    Permission(policies.NAMES, _("see names in the help desk's reports"), roles=()),
)


def at_home(person: Any) -> dict[str, Any] | None:
    """One's open questions and appointments; without any, the desk as it is now."""
    if not queries.is_in_use():
        return None
    rows = [(ticket, links.path_of(ticket)) for ticket in queries.own_open(person)[:3]]
    ahead = list(queries.own_ahead(person)[:3])
    desk = None if rows or ahead else queries.desk_now()
    said = desk_sentence(desk) if desk else ""
    return {"rows": rows, "ahead": ahead, "desk": desk, "sentence": said, "can_book": queries.is_bookable()}


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
add(Entry("records", _("Reports"), "helpdesk:reports", "chart-column", policies.REPORT, order=10))
add_home(HomePart("helpdesk/_home.html", at_home, order=10))
add_member(
    MemberEntry(_("Get help"), "helpdesk:desk", "life-buoy", order=20, shown=lambda _person: queries.is_in_use())
)
add(Entry("records", _("Help desk"), "helpdesk:manage", "life-buoy", policies.MANAGE, order=40))
words.name(DEEDS)
