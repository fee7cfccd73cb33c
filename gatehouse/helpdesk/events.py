"""What the help desk announces."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class TicketSubmitted:
    """Somebody asked; `person_id` is None for a guest."""

    ticket: int
    person_id: UUID | None


@dataclass(frozen=True)
class TicketClaimed:
    ticket: int
    tutor_id: UUID


@dataclass(frozen=True)
class TicketClosed:
    """`outcome` is one of Ticket.Outcome; `next_step` is what the tutor told the asker to do, or empty."""

    ticket: int
    person_id: UUID | None
    outcome: str
    next_step: str = ""


@dataclass(frozen=True)
class QueueMoved:
    """Places changed: whoever is now near the front may be told."""


@dataclass(frozen=True)
class AppointmentBooked:
    appointment: int
    person_id: UUID


@dataclass(frozen=True)
class AppointmentMoved:
    """To another time, another tutor, or both."""

    appointment: int
    person_id: UUID


@dataclass(frozen=True)
class AppointmentCancelled:
    appointment: int
    person_id: UUID
