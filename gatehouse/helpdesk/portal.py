"""What the help desk adds to the portal: permissions, and entries of the menus."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from gatehouse.core import steps
from gatehouse.core.access import Permission, declare
from gatehouse.core.menu import Entry, HomePart, MemberEntry, Page, add, add_home, add_member
from gatehouse.helpdesk import checklist, links, policies, queries
from gatehouse.helpdesk.deeds import DEEDS
from gatehouse.helpdesk.words import desk_sentence
from gatehouse.journal import words
from gatehouse.people.models import Person
from gatehouse.people.slots import PersonPart, add_person_part

declare(
    Permission(policies.HELP, _("help at the desk"), roles=("tutor", "admin")),
    Permission(policies.MANAGE, _("run the help desk: courses, hours, tutors")),
    Permission(policies.REPORT, _("read the help desk's reports, without names"), roles=("instructor", "admin")),
    Permission(policies.NAMES, _("see names in the help desk's reports"), roles=()),
)


def at_home(person: Any) -> dict[str, Any] | None:
    """One's appointments and open questions; without questions, and for strangers, the desk as it is now."""
    if not queries.is_in_use():
        return None
    rows = [(ticket, links.path_of(ticket)) for ticket in queries.own_open(person)[:3]] if person else []
    ahead = list(queries.own_ahead(person)[:3]) if person else []
    desk = None if rows else queries.desk_now()
    said = desk_sentence(desk) if desk else ""
    return {"rows": rows, "ahead": ahead, "desk": desk, "sentence": said, "can_book": queries.is_bookable()}


def visits_of(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """For the page of one person, seen by those who help: how often they came, and the last times."""
    viewer = request.user
    if not (isinstance(viewer, Person) and policies.can_help(viewer) and queries.is_in_use()):
        return None
    own = queries.own_tickets(person)
    return {"rows": own[:5], "total": own.count()}


add(
    Entry(
        "today",
        _("Queue"),
        "helpdesk:queue",
        "hand-helping",
        policies.HELP,
        order=20,
        count=lambda _person: queries.waiting().count(),
        pages=(
            Page(_("Waiting now"), "helpdesk:queue", policies.HELP),
            Page(_("Appointments"), "helpdesk:given", policies.HELP),
            Page(_("All tickets"), "helpdesk:all_tickets", policies.HELP),
        ),
    )
)
add(
    Entry(
        "today",
        _("Help desk"),
        "helpdesk:manage",
        "life-buoy",
        policies.MANAGE,
        order=40,
        pages=(
            Page(_("At a glance"), "helpdesk:manage", policies.MANAGE),
            Page(_("Tutors"), "helpdesk:staff", policies.MANAGE),
            Page(_("Check-in and screens"), "helpdesk:screens", policies.MANAGE),
            Page(_("Posters"), "helpdesk:poster", policies.MANAGE),
            Page(_("Import a file"), "helpdesk:imports", policies.MANAGE),
            Page(_("How it works"), "helpdesk:limits", policies.MANAGE),
        ),
    )
)
add(
    Entry(
        "records",
        _("Reports"),
        "helpdesk:reports",
        "chart-column",
        policies.REPORT,
        order=10,
        pages=(
            Page(_("The report"), "helpdesk:reports", policies.REPORT),
            Page(_("Saved reports"), "helpdesk:saved_reports", policies.REPORT),
        ),
    )
)
add_home(HomePart("helpdesk/_home.html", at_home, order=10, is_open=True))
add_member(
    MemberEntry(
        _("Get help"), "helpdesk:desk", "life-buoy", order=20, shown=lambda _person: queries.is_in_use(), is_open=True
    )
)
add_person_part(PersonPart("helpdesk/_person_part.html", visits_of, order=30))
steps.add("help desk", checklist.overall)
words.name(DEEDS)
