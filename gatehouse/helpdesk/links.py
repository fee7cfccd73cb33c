"""Signed links: to a ticket, to prove a guest's address, and to the page that says a letter is on its way."""

import re
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import urlencode

from gatehouse.core import links
from gatehouse.helpdesk.models import Room, Ticket

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


def ask_address(room: Room | None = None) -> str:
    """Where a poster's code leads: the form, with "on campus" and the room filled in."""
    given = {"mode": Ticket.Mode.CAMPUS.value} | ({"room": str(room.pk)} if room else {})
    return f"{settings.BASE_URL}{reverse('helpdesk:ask')}?{urlencode(given)}"


def short_address() -> str:
    """As somebody types it who has no camera at hand."""
    return settings.BASE_URL.partition("://")[2] + reverse("helpdesk:desk")


def code_of(ticket: int) -> str:
    """To be typed on big keys: the ticket's number and four digits that prove it, as 204-8391. It opens no page."""
    return f"{ticket}-{_proof(ticket)}"


def of_code(code: str) -> int | None:
    """The ticket that a typed code names; None for everything else."""
    found = re.fullmatch(r"\s*([0-9]{1,15})[-\s]?([0-9]{4})\s*", code, re.ASCII)
    return int(found[1]) if found and constant_time_compare(found[2], _proof(int(found[1]))) else None


def _proof(ticket: int) -> str:
    return f"{int.from_bytes(salted_hmac('helpdesk.code', str(ticket), algorithm='sha256').digest()[:8]) % 10_000:04}"
