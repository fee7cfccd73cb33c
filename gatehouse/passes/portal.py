"""What passes add to the portal: permissions, and entries of the menus."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.journal import words
from gatehouse.passes import policies

declare(
    Permission(policies.VIEW, _("see passes and who holds them")),
    Permission(policies.SEND, _("issue, send and stop passes")),
    Permission(policies.SCAN, _("scan passes at the entrance"), roles=("tutor", "admin")),
    Permission(policies.DESIGN, _("design passes")),
    Permission(policies.CERTIFICATES, _("keep the certificates that sign passes")),
)
words.name(
    {
        "certificate.added": _("Certificate added"),
        "certificate.retired": _("Certificate retired"),
    }
)
