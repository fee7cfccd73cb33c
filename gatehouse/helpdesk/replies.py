"""What tutors write to whoever asked, as letters. Nothing is written to somebody without an address."""

from gatehouse.helpdesk.models import Message
from gatehouse.mail import actions as mail


def said(message: Message) -> None:
    ticket = message.ticket
    if not (ticket.person.email if ticket.person else ticket.guest_email):
        return
    values = {"course": ticket.course.code, "tutor": message.author_name, "text": message.text.splitlines()}
    mail.post(to=ticket.person or ticket.guest_email, template="helpdesk/letters/said", context=values)
