"""What the screens in the room ask: whether a kiosk is still open, who stands before it, and what hangs on the wall."""

import unicodedata
from datetime import datetime, time, timedelta

from django.utils import timezone

from gatehouse.core import clock
from gatehouse.helpdesk.models import Appointment, Course, Desk, Ticket
from gatehouse.people.addresses import normal_email
from gatehouse.people.models import Person

State = Ticket.State


def kiosk_round() -> int:
    """Read afresh each time: a screen that was closed from afar must not serve another person."""
    return Desk.objects.filter(pk=1).values_list("kiosk_round", flat=True).first() or 0


def has_pin() -> bool:
    return Desk.objects.filter(pk=1).exclude(kiosk_pin="").exists()


def who_is(name: str, email: str) -> Person | None:
    """The person of this address if the name is theirs too, word by word; nobody else has typed enough to be them."""
    address = normal_email(email)
    person = Person.objects.filter(email=address).first() if address else None
    return person if person and person.is_active and _words(name) in _names_of(person) else None


def open_of(person: Person) -> Ticket | None:
    """What this person waits for; the first in the queue, else what is being helped."""
    own = Ticket.objects.filter(person=person, state__in=Ticket.OPEN)
    return own.filter(state__in=Ticket.QUEUED).order_by("place_at", "pk").first() or own.order_by("pk").first()


def open_of_guest(name: str, email: str) -> Ticket | None:
    """What somebody without an account asked under this name and address, proved or not."""
    address = normal_email(email)
    if not address:
        return None
    asked = Ticket.objects.filter(guest_email=address, state__in=[State.ASKED, *Ticket.OPEN])
    return next(
        (one for one in asked.order_by("-state", "place_at", "pk") if _words(one.guest_name) == _words(name)), None
    )


def appointment_today(person: Person) -> Appointment | None:
    """The next of today that is neither over nor called off, and has no ticket that is closed."""
    now = timezone.localtime(clock.now(), timezone.get_default_timezone())
    midnight = datetime.combine(now.date() + timedelta(days=1), time(), now.tzinfo)
    today = Appointment.objects.filter(person=person, cancelled_at=None, ends_at__gt=now, starts_at__lt=midnight)
    return today.filter(ticket=None).select_related("room", "tutor").order_by("starts_at").first()


def departments() -> list[str]:
    """Of all courses one can ask about."""
    rows = Course.objects.filter(archived_at=None).order_by("department")
    return list(rows.values_list("department", flat=True).distinct())


def _names_of(person: Person) -> list[list[str]]:
    full = f"{person.given_name} {person.family_name}"
    return [_words(name) for name in (person.name, full) if name.strip() and name != person.email]


def _words(name: str) -> list[str]:
    """Without case and accents, in any order."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return sorted("".join(letter for letter in plain if not unicodedata.combining(letter)).split())
