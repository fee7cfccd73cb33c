"""What the desk does by itself: tells those near the front and those whose turn it is, asks how it was, forgets guests."""

from datetime import timedelta

from django.db import transaction
from django.db.models import QuerySet

from gatehouse.core import clock
from gatehouse.helpdesk import letters, queries
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.models import Attachment, Ticket

State = Ticket.State
SETTLED = timedelta(seconds=30)  # after closing: until then it may be undone
LATELY = timedelta(days=1)
UNPROVED_FOR = timedelta(days=2)


def send_receipts() -> int:
    """A letter with the private link to each who asked lately and is known; guests have theirs."""
    lately = queries.waiting().filter(asked_at__gt=clock.now() - LATELY, origin=Ticket.Origin.PAGE)
    known = lately.filter(receipt_letter_at=None, person__isnull=False, confirmed_at=None)
    return sum(_send_receipt(ticket) for ticket in known.select_related("course", "person"))


def tell_near() -> int:
    """A letter to each who has come so near the front as they wished to know; return how many."""
    usual, places, told = queries.desk().notice_at, queries.line().places, 0
    unaware = queries.waiting().filter(noticed_at=None, state=State.WAITING).select_related("course", "person")
    for ticket in unaware:
        near = usual if ticket.notice_at is None else ticket.notice_at
        place = places.get(ticket.pk)
        if place and place.before <= near:
            told += _tell_near(ticket, place.before)
    return told


def tell_turns() -> int:
    """A letter to each whose turn it has become."""
    untold = queries.not_over().filter(state=State.HELPED, turn_letter_at=None, claimed_at__gt=clock.now() - LATELY)
    from_afar = untold.filter(origin__in=[Ticket.Origin.PAGE, Ticket.Origin.KIOSK, Ticket.Origin.APPOINTMENT])
    return sum(_tell_turn(ticket) for ticket in from_afar.select_related("course", "person", "room"))


def ask_ratings(*, at_most: int = 100) -> int:
    """A letter to each who was helped lately and has not said how it was."""
    now = clock.now()
    closed = Ticket.objects.filter(state=State.CLOSED, closed_at__range=(now - LATELY, now - SETTLED))
    helped = closed.exclude(outcome=Ticket.Outcome.NO_SHOW).filter(claimed_at__isnull=False, stars=None)
    unasked = helped.filter(rating_letter_at=None).exclude(origin__in=[Ticket.Origin.BACK_DATED, Ticket.Origin.LEGACY])
    return sum(_ask_rating(ticket) for ticket in unasked.select_related("course", "person")[:at_most])


@transaction.atomic
def end_absences() -> int:
    """Who stepped away and did not come back in time waits again, at the same place."""
    over = queries.not_over().filter(state=State.AWAY, away_until__lte=clock.now())
    ended = over.update(state=State.WAITING, away_until=None)
    if ended:
        queue_moved()
    return ended


@transaction.atomic
def forget_guests() -> int:
    """Questions whose address nobody proved go; of old ones by guests, name, address and files are erased."""
    now = clock.now()
    unproved = queries.not_over().filter(state=State.ASKED, asked_at__lt=now - UNPROVED_FOR)
    old = Ticket.objects.exclude(guest_email="", guest_name="").filter(
        asked_at__lt=now - timedelta(days=queries.desk().keep_guests_days)
    )
    drop_files(Attachment.objects.filter(ticket__in=unproved) | Attachment.objects.filter(ticket__in=old))
    gone, _by_model = unproved.delete()
    return gone + old.update(guest_email="", guest_name="")


@transaction.atomic
def _send_receipt(ticket: Ticket) -> bool:
    if not Ticket.objects.filter(pk=ticket.pk, receipt_letter_at=None).update(receipt_letter_at=clock.now()):
        return False
    letters.received(ticket)
    return True


@transaction.atomic
def _tell_near(ticket: Ticket, before: int) -> bool:
    if not Ticket.objects.filter(pk=ticket.pk, noticed_at=None).update(noticed_at=clock.now()):
        return False
    letters.near(ticket, before)
    return True


@transaction.atomic
def _tell_turn(ticket: Ticket) -> bool:
    untold = Ticket.objects.filter(pk=ticket.pk, state=State.HELPED, turn_letter_at=None)
    if not untold.update(turn_letter_at=clock.now()):
        return False
    letters.turn(ticket)
    return True


@transaction.atomic
def _ask_rating(ticket: Ticket) -> bool:
    unasked = Ticket.objects.filter(pk=ticket.pk, state=State.CLOSED, rating_letter_at=None)
    if not unasked.update(rating_letter_at=clock.now()):
        return False
    letters.rating(ticket)
    return True


def drop_files(attachments: QuerySet[Attachment]) -> None:
    """One by one, so that the files go too."""
    for attachment in attachments:
        attachment.file.delete(save=False)
        attachment.delete()
