"""What passes add to the portal: permissions, and entries of the menus."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.core.menu import Entry, add
from gatehouse.journal import words
from gatehouse.passes import policies, queries

declare(
    Permission(policies.VIEW, _("see passes and who holds them")),
    Permission(policies.SEND, _("issue, send and stop passes")),
    Permission(policies.SCAN, _("scan passes at the entrance"), roles=("tutor", "admin")),
    Permission(policies.DESIGN, _("design passes")),
    Permission(policies.CERTIFICATES, _("keep the certificates that sign passes")),
)

add(Entry("records", _("Card designs"), "passes:designs", "palette", policies.DESIGN, order=60))

add(
    Entry(
        "portal",
        _("Pass certificates"),
        "passes:certificates",
        "badge-check",
        policies.CERTIFICATES,
        order=60,
        count=lambda _person: len(queries.certificate_warnings()),
    )
)
words.name(
    {
        "certificate.added": _("Certificate added"),
        "certificate.retired": _("Certificate retired"),
        "design.made": _("Design begun"),
        "design.edited": _("Design changed"),
        "design.given": _("Audience of a design changed"),
        "design.published": _("Design published"),
        "design.archived": _("Design archived"),
        "design.restored": _("Design restored"),
        "design.deleted": _("Design deleted"),
        "pushes.refused": _("Apple refused our pushes"),
        "pushes.interrupted": _("Apple out of reach of our pushes"),
        "pushes.recovered": _("Apple took pushes again"),
        "pass.issued": _("Pass issued"),
        "passes.issued": _("Passes issued"),
        "pass.voided": _("Pass stopped"),
        "pass.replaced": _("Pass replaced"),
        "certificate.warned": _("Warned that a certificate expires"),
        "google.connected": _("Google Wallet connected"),
        "google.disconnected": _("Google Wallet disconnected"),
    }
)
add(Entry("portal", _("Google Wallet"), "passes:google", "wallet", policies.CERTIFICATES, order=45))
