"""Signed links: to a ticket, to prove a guest's address, and to the page that says a letter is on its way."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse

from gatehouse.core import links
from gatehouse.helpdesk.models import Ticket

TICKET, TICKET_WITHIN = "helpdesk.ticket", timedelta(days=400)
CONFIRM, CONFIRM_WITHIN = "helpdesk.confirm", timedelta(days=2)
ASKED, ASKED_WITHIN = "helpdesk.asked", timedelta(hours=12)


def token_of(ticket: Ticket) -> str:
    """Whoever has it may see this ticket and act as its asker; given only to them."""
    return links.sign(TICKET, ticket.pk)


def path_of(ticket: Ticket) -> str:
    return reverse("helpdesk:ticket", args=[token_of(ticket)])


def address_of(ticket: Ticket) -> str:
    return settings.BASE_URL + path_of(ticket)


def confirm_address_of(ticket: Ticket) -> str:
    return settings.BASE_URL + reverse("helpdesk:confirm", args=[links.sign(CONFIRM, ticket.pk)])


def number_of(token: str) -> int:
    """The ticket that a private link names; raises `LinkUnusable`."""
    return int(links.read(TICKET, token, within=TICKET_WITHIN))


def to_confirm(token: str) -> int:
    return int(links.read(CONFIRM, token, within=CONFIRM_WITHIN))
