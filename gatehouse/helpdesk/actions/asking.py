"""Somebody asks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.db import IntegrityError, transaction

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.helpdesk import letters, queries
from gatehouse.helpdesk.actions import counting
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.events import TicketSubmitted
from gatehouse.helpdesk.models import Attachment, Course, Ticket
from gatehouse.helpdesk.refusals import AskedAlready, NotNow
from gatehouse.helpdesk.uploads import ENDINGS, Upload
from gatehouse.journal import actions as journal
from gatehouse.people.addresses import normal_email
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line, several_lines

KEPT_FOR = timedelta(minutes=15)  # so long a place is kept for a guest who has not confirmed the address yet
State, Origin = Ticket.State, Ticket.Origin


@dataclass(frozen=True)
class Guest:
    """Whoever asks without an account: name and address, as they say."""

    name: str
    email: str


def submit_ticket(
    *,
    asker: Person | Guest,
    course: Course,
    question: str,
    actor: Person | None,
    origin: str = Origin.PAGE,
    sent_once: UUID | None = None,
    files: Sequence[Upload] = (),
    **fields: Any,
) -> Ticket:
    """A ticket at the end of the queue; a guest's from a page first waits for the address to be confirmed.

    `fields` are the ticket's own: section, problem_type, assignment, mode, room, group, notice_at, arrived_at. The same form sent
    twice (`sent_once`) is one ticket. A guest's letter is written at once; whoever is known gets a receipt from the
    sweep, see `noticing.send_receipts`. Raises `TooMany`, `GuestsNotTaken`, and `AskedAlready` for a question that the
    same asker has open.
    """
    if sent_once and (sent := _sent(sent_once, asker)):
        return sent
    _count(asker, origin, fields.get("room"))
    ticket = Ticket(course=course, question=several_lines(question), origin=origin, sent_once=sent_once, **fields)
    ticket.assignment = one_line(ticket.assignment)
    ticket.place_at = ticket.asked_at = clock.now()
    _name_asker(ticket, asker)
    try:
        return _enter(ticket, files, actor)
    except IntegrityError:  # a double tap: the other one was first
        if sent_once and (sent := _sent(sent_once, asker)):
            return sent
        raise


@transaction.atomic
def _enter(ticket: Ticket, files: Sequence[Upload], actor: Person | None) -> Ticket:
    if same := queries.same_open(ticket):
        if same.sent_once and same.sent_once == ticket.sent_once:
            return same
        raise AskedAlready(same)
    if ticket.state == State.WAITING:
        ticket.noticed_at = useless_notice(ticket)
    ticket.save(force_insert=True)
    _keep(ticket, files)
    note(ticket, "ticket.submitted", actor)
    publish(TicketSubmitted(ticket.pk, ticket.person_id))
    if ticket.state == State.ASKED:
        letters.confirm(ticket)
    if ticket.state == State.WAITING:
        queue_moved()
    return ticket


@transaction.atomic
def confirm_guest(*, ticket: Ticket) -> Ticket:
    """The guest proved the address: the ticket enters the queue, at the time of asking if that is not long ago.

    When the address is that of somebody we know, the ticket is theirs from now on; that gives whoever has the link no
    more than the ticket. Confirming twice changes nothing.
    """
    now = clock.now()
    ticket.place_at = ticket.asked_at if now - ticket.asked_at < KEPT_FOR else now
    ticket.noticed_at = useless_notice(ticket)
    entered = {"state": State.WAITING, "confirmed_at": now}
    known = Person.objects.filter(email=ticket.guest_email).first()
    places = {"place_at": ticket.place_at, "noticed_at": ticket.noticed_at, "person": known}
    if Ticket.objects.filter(pk=ticket.pk, state=State.ASKED).update(**entered, **places):
        note(ticket, "ticket.confirmed", None)
        queue_moved()
    ticket.refresh_from_db()
    return ticket


def write_guest_again(*, email: str) -> None:
    """The letter with the link once more, for the newest question of this address that waits for it.

    Nothing is said or raised: whoever asks learns nothing of what this address asked.
    """
    if not counting.may_write_again(email):
        return
    lately = clock.now() - timedelta(days=1)
    asked = Ticket.objects.filter(guest_email=normal_email(email), state=State.ASKED, asked_at__gt=lately)
    if ticket := asked.select_related("course").order_by("-pk").first():
        letters.confirm(ticket)


def remind_guest(*, ticket: Ticket) -> None:
    """A guest asked what is open already: the letter leads to that one."""
    if ticket.state == State.ASKED:
        letters.confirm(ticket)
    else:
        letters.received(ticket)


def useless_notice(ticket: Ticket) -> Any:
    """Now, when the asker stands so near the front that a letter would say what the page says at once; else None."""
    near = ticket.notice_at if ticket.notice_at is not None else queries.desk().notice_at
    before = queries.waiting().filter(place_at__lt=ticket.place_at).count()
    return clock.now() if before <= near else None


def note(ticket: Ticket, verb: str, actor: Any, **details: Any) -> None:
    named = f"ticket {ticket.pk}"
    journal.record(actor=actor, verb=verb, subject=named, subject_id=named, details=details)


def insist(is_so: object, why: str) -> None:
    if not is_so:
        raise NotNow(why)


def _count(asker: Person | Guest, origin: str, room: object) -> None:
    if origin == Origin.KIOSK:
        counting.count_kiosk(room)
    elif origin == Origin.PAGE and isinstance(asker, Person):
        counting.count_person(asker)
    elif origin == Origin.PAGE and isinstance(asker, Guest):
        counting.count_guest(asker.email)


def _name_asker(ticket: Ticket, asker: Person | Guest) -> None:
    if isinstance(asker, Person):
        ticket.person = asker
        return
    ticket.guest_name, ticket.guest_email = one_line(asker.name)[:120], normal_email(asker.email)
    if ticket.origin == Origin.PAGE:
        ticket.state = State.ASKED


def _sent(sent_once: UUID, asker: Person | Guest) -> Ticket | None:
    """The ticket this very form made before, if it is this asker's."""
    sent = Ticket.objects.filter(sent_once=sent_once)
    if not sent.exists():  # as nearly always, and a whole ticket is a wide statement to write
        return None
    own = {"person": asker} if isinstance(asker, Person) else {"guest_email": normal_email(asker.email)}
    return sent.filter(**own).first()


def _keep(ticket: Ticket, files: Sequence[Upload]) -> None:
    """Under a name that nobody chose; what the person calls it stands in the row."""
    for upload in files:
        stored = ContentFile(upload.content, name=f"{uuid4().hex}.{ENDINGS[upload.media_type]}")
        about = {"name": upload.name, "media_type": upload.media_type, "size": len(upload.content)}
        Attachment.objects.create(ticket=ticket, file=stored, **about)
