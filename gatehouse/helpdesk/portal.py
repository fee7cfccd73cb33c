"""What the help desk adds to the portal: permissions, and entries of the menus."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.core.menu import Entry, add
from gatehouse.helpdesk import policies
from gatehouse.journal import words

declare(
    Permission(policies.HELP, _("help at the desk"), roles=("tutor", "admin")),
    Permission(policies.MANAGE, _("run the help desk: courses, hours, tutors")),
    Permission(policies.REPORT, _("read the help desk's reports, without names"), roles=("instructor", "admin")),
    Permission(policies.NAMES, _("see names in the help desk's reports"), roles=()),
)
add(Entry("records", _("Help desk"), "helpdesk:manage", "life-buoy", policies.MANAGE, order=40))
words.name(
    {
        "catalogue.added": _("Added to the desk's lists"),
        "catalogue.edited": _("Changed in the desk's lists"),
        "catalogue.archived": _("Archived in the desk's lists"),
        "catalogue.restored": _("Brought back in the desk's lists"),
        "catalogue.removed": _("Taken out of the desk's lists"),
        "catalogue.returned": _("Put back in the desk's lists"),
        "catalogue.imported": _("File brought into the desk's lists"),
        "catalogue.undone": _("The desk's import undone"),
        "catalogue.exported": _("The desk's list exported"),
        "desk.edited": _("Desk settings changed"),
        "tutoring.set": _("Helps with a course"),
        "tutoring.ended": _("No longer helps with a course"),
    }
)
