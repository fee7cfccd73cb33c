"""What the people app adds to the portal: permissions, and entries of the menus."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.people import policies

declare(
    Permission(policies.VIEW, _("see people and their memberships")),
    Permission(policies.EDIT, _("edit people, memberships and groups")),
    Permission(policies.IMPORT, _("import rosters")),
    Permission(policies.EXPORT, _("export people")),
    Permission(policies.ROLES, _("give roles and edit them")),
    Permission(policies.PORTAL, _("change the organisation's name, mark and colour")),
)
