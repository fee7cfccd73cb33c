"""What the wall board shows: who is called and where to, who comes next, how long one waits. Nobody's name."""

import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from gatehouse.core import clock
from gatehouse.helpdesk.estimate import Wait
from gatehouse.helpdesk.models import Help, Shift, Ticket
from gatehouse.helpdesk.queries.desk import DeskNow, desk_now, notices_on
from gatehouse.helpdesk.queries.queue import desk, line, shifts_now, stamp
from gatehouse.people.models import Person
from gatehouse.people.queries import organisation

State = Ticket.State
CALLS, NEXT, TUTORS, NOTICES = 4, 5, 8, 2  # as many as a wall holds in letters that are read from five metres
LOOK_EVERY, FRESH_FOR = 1.0, 15.0  # seconds


@dataclass(frozen=True)
class Call:
    """`who` is initials and number; `is_last` when this person was looked for in vain."""

    who: str
    tutor: str
    room: str
    is_last: bool


@dataclass(frozen=True)
class Board:
    """`coming` are (place, who); `more` counts those who wait behind them. Tutors are (name, room)."""

    host: str
    now: DeskNow
    calls: tuple[Call, ...]
    coming: tuple[tuple[int, str], ...]
    more: int
    tutors: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]

    @property
    def wait(self) -> Wait | None:
        return self.now.wait.said() if self.now.wait else None


@dataclass
class _Kept:
    stamp: tuple[int, Any] | None = None
    looked_at: float = field(default=-FRESH_FOR)
    made_at: float = field(default=-FRESH_FOR)
    board: Board | None = None


_kept = _Kept()


def board(*, at_once: bool = False) -> Board:
    """Reckoned once for all walls: anew when the queue moved, and every fifteen seconds, for calls grow old.

    Up to a second old, or with `at_once` not at all.
    """
    now = time.monotonic()
    if _kept.board is None or at_once or now - _kept.looked_at >= LOOK_EVERY:
        seen = stamp()
        _kept.looked_at = now
        if _kept.board is None or seen != _kept.stamp or now - _kept.made_at >= FRESH_FOR:
            _kept.board, _kept.stamp, _kept.made_at = read_board(), seen, now
    return _kept.board


def read_board() -> Board:
    queue = line()
    places = queue.places
    first = sorted(places, key=lambda ticket: places[ticket].place)[: NEXT + CALLS]
    rows = Ticket.objects.filter(pk__in=first, state=State.WAITING).select_related("person")
    coming = sorted((places[row.pk].place, row.pk, sign(row)) for row in rows if row.pk in places)[:NEXT]
    tutors = tuple((shift.tutor.short_name, shift.room.name if shift.room else "") for shift in shifts_now()[:TUTORS])
    host = organisation()
    return Board(
        host=host.unit or host.name,
        now=desk_now(queue),
        calls=tuple(_calls()),
        coming=tuple((place, who) for place, _pk, who in coming),
        more=len(places) - len(coming),
        tutors=tutors,
        notices=tuple(notices_on().values_list("text", flat=True)[:NOTICES]),
    )


def sign(ticket: Ticket) -> str:
    """By which somebody finds themselves on the wall and nobody else does: initials, and the number's last digits."""
    letters = [word[0] for word in ticket.asker.split() if word[0].isalpha()]
    initials = "".join(f"{letter}." for letter in (letters[:1] + letters[1:][-1:])).upper()
    return f"{initials} {number_of(ticket.pk)}".strip()


def number_of(ticket: int) -> str:
    return f"{ticket % 1000:03}" if ticket > 999 else str(ticket)


def _calls() -> list[Call]:
    """Whoever was called within the desk's grace, and whoever is looked for; online a link calls, not the wall."""
    lately = clock.now() - timedelta(minutes=desk().grace)
    helps = Help.objects.filter(ended_at=None, ticket__mode=Ticket.Mode.CAMPUS)
    called = helps.filter(ticket__state=State.CALLED) | helps.filter(
        ticket__state=State.HELPED, ticket__claimed_at__gt=lately
    )
    rows = called.select_related("ticket__person", "ticket__room", "tutor").order_by("-began_at", "-pk")
    by: dict[int, Help] = {}
    for help_ in rows[: 3 * CALLS]:
        by.setdefault(help_.ticket_id, help_)
    rooms = _rooms([help_.tutor_id for help_ in by.values()])
    return [_call(help_, rooms) for help_ in by.values()][:CALLS]


def _call(help_: Help, rooms: dict[Any, str]) -> Call:
    ticket, tutor = help_.ticket, help_.tutor
    room = rooms.get(help_.tutor_id) or (ticket.room.name if ticket.room else "")
    name = tutor.short_name if isinstance(tutor, Person) else help_.tutor_name
    return Call(sign(ticket), name, room, ticket.state == State.CALLED)


def _rooms(tutors: list[Any]) -> dict[Any, str]:
    shifts = Shift.objects.filter(ended_at=None, tutor__in=tutors, room__isnull=False).select_related("room")
    return {shift.tutor_id: shift.room.name for shift in shifts if shift.room}
