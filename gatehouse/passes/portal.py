"""What passes add to the portal: permissions, and entries of the menus."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.core.menu import Entry, HomePart, MemberEntry, add, add_home, add_member
from gatehouse.journal import words
from gatehouse.passes import holding, policies, queries
from gatehouse.people.queries import memberships_of

declare(
    Permission(policies.VIEW, _("see passes and who holds them")),
    Permission(policies.SEND, _("issue, send and stop passes")),
    Permission(policies.SCAN, _("scan passes at the entrance"), roles=("tutor", "admin")),
    Permission(policies.DESIGN, _("design passes")),
    Permission(policies.CERTIFICATES, _("keep the certificates that sign passes")),
)
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
        "pushes.refused": _("Apple refused our pushes"),
        "pushes.interrupted": _("Apple out of reach of our pushes"),
        "pushes.recovered": _("Apple took pushes again"),
        "pass.issued": _("Pass issued"),
        "passes.issued": _("Passes issued"),
        "pass.voided": _("Pass stopped"),
        "pass.replaced": _("Pass replaced"),
        "certificate.warned": _("Warned that a certificate expires"),
    }
)


def own_cards(person: Any) -> dict[str, Any] | None:
    """Their cards, and memberships that have none."""
    cards = [holding.held(card) for card in queries.cards_of(person)]
    if not cards:
        return None
    shown = {one.card.membership_id for one in cards}
    return {"cards": cards, "memberships": [one for one in memberships_of(person) if one.pk not in shown]}


add_member(MemberEntry(_("My card"), "passes:card", "id-card", order=20, shown=queries.has_card))
add_home(HomePart("passes/home/card.html", own_cards, order=25, wide=False, instead_of="people/home/memberships.html"))
add(Entry("letters", _("Send cards"), "passes:send", "mail-plus", policies.SEND, order=15))
words.name(
    {
        "passes.sent": _("Cards sent by letter"),
        "pass.stopped": _("Card stopped by its holder"),
    }
)
