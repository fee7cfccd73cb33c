"""How often somebody may ask. Counted outside of the deed's transaction, so that what is refused is counted too."""

from datetime import timedelta

from django.utils.translation import gettext as _

from gatehouse.core import limits, origin
from gatehouse.core.limits import Limit
from gatehouse.helpdesk import queries
from gatehouse.helpdesk.refusals import GuestsNotTaken, TooMany
from gatehouse.people.models import Person

HOUR = timedelta(hours=1)
BY_PERSON = Limit("ticket.person", 20, HOUR)
BY_KIOSK = Limit("ticket.kiosk", 240, HOUR)  # the room's own machine: nobody else's flood shuts it
LETTERS = Limit("ticket.letter", 5, timedelta(hours=12))  # to one guest, asked for again
BY_SCREEN = Limit("kiosk.check_in", 120, timedelta(minutes=10))  # of one room: who stands there, whether known or not
PINS = Limit("kiosk.pin", 10, timedelta(minutes=15))
MESSAGES = Limit("ticket.message", 60, HOUR)
BOOKINGS = Limit("appointment.person", 20, timedelta(days=1))


def count_booking(person: Person) -> None:
    """Booked and moved: each writes letters to two people."""
    _spend(BOOKINGS, str(person.pk))


def count_person(person: Person) -> None:
    _spend(BY_PERSON, str(person.pk))


def count_kiosk(room: object) -> None:
    _spend(BY_KIOSK, f"room {room or ''}")


def count_check_in(room: object) -> None:
    """Who types many numbers or names at the kiosk, to see which of them are known, is slowed down."""
    _spend(BY_SCREEN, f"room {room or ''}")


def count_pin() -> None:
    """One try of the kiosk's PIN, by network."""
    _spend(PINS, limits.network(origin.current().address))


def count_guest(email: str) -> None:
    """By network and by address, in the same words whether we know the address or not."""
    desk = queries.desk()
    if not desk.takes_guests:
        raise GuestsNotTaken
    network = limits.network(origin.current().address)
    _spend(Limit("ticket.network", desk.network_tickets_per_hour, HOUR), network)
    _spend(Limit("ticket.guest", desk.guest_tickets_per_hour, HOUR), limits.same_address(email))


def may_write_again(email: str) -> bool:
    """Whether another letter may go to this guest; whoever asks is told the same either way."""
    return limits.allow(LETTERS, limits.same_address(email))


def count_message(ticket: int) -> None:
    _spend(MESSAGES, str(ticket))


def _spend(limit: Limit, key: str) -> None:
    if limits.allow(limit, key):
        return
    minutes = int(limits.wait(limit, key) / timedelta(minutes=1)) + 1
    said = _("That is a lot at once. Try again in %(minutes)s minutes, or come to the desk.")
    raise TooMany(said % {"minutes": minutes})
