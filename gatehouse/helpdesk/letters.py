"""What the desk writes to whoever asked. Nothing is written to somebody without an address."""

from typing import Any

from django.conf import settings
from django.urls import reverse

from gatehouse.helpdesk import links
from gatehouse.helpdesk.models import Help, Message, Ticket
from gatehouse.mail import actions as mail


def confirm(ticket: Ticket) -> None:
    """To a guest: the link that proves the address. It is the secret, so the letter is kept sealed."""
    values = {"link": links.confirm_address_of(ticket), "course": ticket.course.code, "question": ticket.question[:200]}
    mail.post(to=ticket.guest_email, template="helpdesk/letters/confirm", context=values, credential=True)


def received(ticket: Ticket) -> None:
    _post(ticket, "received")


def near(ticket: Ticket, before: int) -> None:
    _post(ticket, "near", before=before)


def turn(ticket: Ticket) -> None:
    """Who waits for the asker, and where: a room, or a video link."""
    help_now = Help.objects.filter(ticket=ticket, ended_at=None).select_related("tutor").first()
    tutor = help_now.tutor if help_now else None
    shift = tutor.shifts.filter(ended_at=None).select_related("room").first() if tutor else None
    room = ticket.room or (shift.room if shift else None)
    values = {
        "tutor": tutor.name if tutor else "",
        "room": str(room) if room and ticket.mode == Ticket.Mode.CAMPUS else "",
        "video": shift.video_link if shift and (ticket.mode == Ticket.Mode.ONLINE or not room) else "",
    }
    _post(ticket, "turn", **values)


def rating(ticket: Ticket) -> None:
    """Each star is a link to a page that asks once more: programs that open every link of a letter must not rate."""
    rate = settings.BASE_URL + reverse("helpdesk:rate", args=[links.token_of(ticket)])
    _post(ticket, "rating", rate=rate, stars=[1, 2, 3, 4, 5], next_step=ticket.next_step)


def said(message: Message) -> None:
    """What a tutor wrote to the asker."""
    _post(message.ticket, "said", tutor=message.author_name, text=message.text.splitlines())


def missed(ticket: Ticket) -> None:
    """The asker was called and did not come."""
    _post(ticket, "missed")


def _post(ticket: Ticket, name: str, **values: Any) -> None:
    to = ticket.person or ticket.guest_email
    if not (ticket.person.email if ticket.person else ticket.guest_email):
        return
    context = {"link": links.address_of(ticket), "course": ticket.course.code, **values}
    mail.post(to=to, template=f"helpdesk/letters/{name}", context=context)
