"""What mail adds to the portal: permissions, and its entries of the menu."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.core.menu import Entry, add
from gatehouse.mail import policies

declare(
    Permission(policies.VIEW, _("see letters and what became of them")),
    Permission(policies.EDIT, _("send letters again, hold them, and stop addresses")),
)
add(Entry("letters", _("Outbox"), "mail:outbox", "mail", policies.VIEW, order=20))
add(Entry("letters", _("Stopped addresses"), "mail:stops", "ban", policies.VIEW, order=30))
