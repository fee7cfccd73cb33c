"""Signed links: to a ticket, to prove a guest's address, and to the page that says a letter is on its way.

Beside them the address of a person's calendar, which has no end, and is renewed by hand.
"""

import re
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.http import urlencode

from gatehouse.core import links
from gatehouse.helpdesk.models import Appointment, CalendarLink, Room, Ticket

TICKET, TICKET_WITHIN = "helpdesk.ticket", timedelta(days=400)
CONFIRM, CONFIRM_WITHIN = "helpdesk.confirm", timedelta(days=2)
APPOINTMENT = "helpdesk.appointment"
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


def appointment_address(appointment: Appointment) -> str:
    return settings.BASE_URL + reverse("helpdesk:appointment", args=[appointment.pk])


def appointment_file(appointment: Appointment) -> str:
    """Whoever has it gets the calendar file of this appointment, and can do nothing."""
    return settings.BASE_URL + reverse("helpdesk:appointment_file", args=[links.sign(APPOINTMENT, appointment.pk)])


def appointment_in(token: str) -> int:
    """The appointment that a file's address names; raises `LinkUnusable`."""
    return int(links.read(APPOINTMENT, token, within=TICKET_WITHIN))


def calendar_token(link: CalendarLink) -> str:
    """Its row, and what only this portal can reckon of it."""
    mac = salted_hmac("gatehouse.helpdesk.calendar", f"{link.pk}:{link.nonce}", algorithm="sha256")
    return f"{link.pk}-{mac.hexdigest()[:40]}"


def calendar_address(link: CalendarLink) -> str:
    return settings.BASE_URL + reverse("helpdesk:calendar_file", args=[calendar_token(link)])


def calendar_of(token: str) -> CalendarLink | None:
    """None for every token that is not one of ours, or was renewed since."""
    number, _dash, _mac = token.partition("-")
    if not (number.isascii() and number.isdecimal() and len(number) < 19):
        return None
    link = CalendarLink.objects.select_related("person").filter(pk=int(number)).first()
    return link if link and constant_time_compare(calendar_token(link), token) else None


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
