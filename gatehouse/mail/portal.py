"""What mail adds to the portal: permissions, and its entries of the menu."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.core.menu import Entry, add
from gatehouse.journal import words
from gatehouse.mail import policies, queries

declare(
    Permission(policies.VIEW, _("see letters and what became of them")),
    Permission(policies.EDIT, _("send letters again, hold them, and stop addresses")),
)
add(
    Entry(
        "letters",
        _("Outbox"),
        "mail:outbox",
        "mail",
        policies.VIEW,
        order=20,
        total=queries.number_waiting,
        total_of=_("letters that wait"),
    )
)
add(Entry("letters", _("Stopped addresses"), "mail:stops", "ban", policies.VIEW, order=30))
words.name(
    {
        "letter.posted": _("Letter posted"),
        "run.posted": _("Letters to many posted"),
        "letters.held": _("Letters held"),
        "letters.released": _("Letters released"),
        "letters.resent": _("Letters sent again"),
        "sending.paused": _("Sending stopped"),
        "sending.resumed": _("Sending resumed"),
        "sending.interrupted": _("Mail server out of reach"),
        "sending.refused": _("Mail server refused us"),
        "sending.recovered": _("Mail server took letters again"),
        "address.stopped": _("Address stopped"),
        "address.freed": _("Address freed"),
    }
)
