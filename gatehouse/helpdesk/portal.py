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
add(Entry("records", _("Reports"), "helpdesk:reports", "chart-column", policies.REPORT, order=10))
words.name(
    {
        "report.opened": _("Report with names read"),
        "tickets.exported": _("Tickets with names exported"),
        "tickets.loaded": _("Made-up tickets loaded"),
        "report.saved": _("Report saved"),
        "report.deleted": _("Saved report deleted"),
        "tickets.imported": _("Tickets of an older system imported"),
    }
)
