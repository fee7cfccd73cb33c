"""What passes add to the portal: permissions, and entries of the menus."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext, gettext_lazy as _

from gatehouse.core import steps
from gatehouse.core.access import Permission, declare
from gatehouse.core.menu import Entry, HomePart, MemberEntry, Page, add, add_home, add_member
from gatehouse.journal import words
from gatehouse.passes import first_steps, holding, policies, queries
from gatehouse.passes.queries.dashboard import number_live
from gatehouse.passes.signs import look_of
from gatehouse.people.models import Person
from gatehouse.people.queries import memberships_of
from gatehouse.people.slots import PersonPart, add_import_note, add_person_part

declare(
    Permission(policies.VIEW, _("see cards and who holds them")),
    Permission(policies.SEND, _("issue, send and stop cards")),
    Permission(policies.SCAN, _("scan cards at the entrance"), roles=("tutor", "admin")),
    Permission(policies.DESIGN, _("design cards")),
    Permission(policies.CERTIFICATES, _("keep what signs cards: certificates, and the account at Google")),
)
add(Entry("today", _("Scan"), "passes:scan", "scan", policies.SCAN, order=60))
add(
    Entry(
        "people",
        _("Cards"),
        "passes:dashboard",
        "wallet",
        policies.VIEW,
        order=25,
        total=number_live,
        total_of=_("that are issued"),
        pages=(
            Page(_("At a glance"), "passes:dashboard", policies.VIEW),
            Page(_("All cards"), "passes:cards", policies.VIEW),
            Page(_("Issue"), "passes:issue", policies.SEND),
            Page(_("Send"), "passes:send", policies.SEND),
            Page(_("Designs"), "passes:designs", policies.DESIGN),
            Page(
                _("Certificates"),
                "passes:certificates",
                policies.CERTIFICATES,
                count=lambda: len(queries.certificate_warnings()),
            ),
            Page(_("Google Wallet"), "passes:google", policies.CERTIFICATES),
        ),
    )
)


def passes_of(request: HttpRequest, person: Person) -> dict[str, Any] | None:
    """For the page of one person: their cards, each with today's verdict."""
    viewer = request.user
    if not (isinstance(viewer, Person) and policies.can_view(viewer)):
        return None
    return {
        "rows": [(card, look_of(card)) for card in queries.all_cards_of(person)],
        "of": person.pk,
        "may_send": policies.can_send(viewer) and person.is_active,
    }


steps.add("cards", first_steps.overall)


def import_note() -> str:
    """For whoever brings a roster in."""
    return (
        gettext("Their cards are brought up to date by themselves, on phones within minutes.") if number_live() else ""
    )


add_import_note("cards", import_note)
add_person_part(PersonPart("passes/_person_part.html", passes_of, order=20))
words.name(
    {
        "pass.scanned": _("Card scanned"),
        "pass.booked": _("Balance booked"),
        "pass.edited": _("Card changed"),
        "pass.downloaded": _("Card downloaded"),
        "passes.exported": _("List of cards exported"),
    }
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
        "pass.issued": _("Card issued"),
        "passes.issued": _("Cards issued"),
        "pass.voided": _("Card stopped"),
        "pass.replaced": _("Card replaced"),
        "certificate.warned": _("Warned that a certificate expires"),
        "google.connected": _("Google Wallet connected"),
        "google.disconnected": _("Google Wallet disconnected"),
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
words.name(
    {
        "passes.sent": _("Cards sent by letter"),
        "pass.stopped": _("Card stopped by its holder"),
    }
)
