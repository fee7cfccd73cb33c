"""What the help desk adds to the portal: permissions, and entries of the menus."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.helpdesk import policies

declare(
    Permission(policies.HELP, _("help at the desk"), roles=("tutor", "admin")),
    Permission(policies.MANAGE, _("run the help desk: courses, hours, tutors")),
    Permission(policies.REPORT, _("read the help desk's reports, without names"), roles=("instructor", "admin")),
    Permission(policies.NAMES, _("see names in the help desk's reports"), roles=()),
)
