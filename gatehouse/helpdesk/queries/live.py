"""Where each open ticket stands, reckoned once for all who ask.

A page that waits asks every two seconds. The whole desk is read once for each version of the queue and process; the
version itself is read at most twice a second. So an answer costs a signature and a look into a dictionary.
"""

import time
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count

from gatehouse.core import clock
from gatehouse.helpdesk.estimate import Wait
from gatehouse.helpdesk.models import Help, Message, Shift, Ticket
from gatehouse.helpdesk.queries.queue import line, news_now, not_over, stamp

LOOK_EVERY = 0.5  # seconds between two looks at the version
FRESH_FOR = 20.0  # seconds; estimates move though nobody in the queue does


@dataclass(frozen=True)
class Standing:
    """What its asker sees of a ticket. `until` ends an absence or a call; `helpers` are names; `messages` a count."""

    state: str
    place: int = 0
    wait: Wait | None = None
    until: datetime | None = None
    helpers: tuple[str, ...] = ()
    room: str = ""
    video: str = ""
    messages: int = 0
    revision: int = 1
    news: str = ""

    @property
    def before(self) -> int:
        return self.place - 1


@dataclass
class _Kept:
    stamp: tuple[int, Any] | None = None
    looked_at: float = 0.0
    made_at: float = 0.0
    standings: Mapping[int, Standing] = field(default_factory=dict)


_kept = _Kept()


def standing_of(ticket: int, *, at_once: bool = False) -> Standing | None:
    """Of an open ticket, None for every other; half a second old at most, or with `at_once` not at all.

    A ticket that is not there is looked for once more, for it may have come a moment ago by way of another process.
    """
    now = time.monotonic()
    is_due = _kept.stamp is None or at_once or now - _kept.looked_at >= LOOK_EVERY
    if is_due or ticket not in _kept.standings:
        _look(now)
    return _kept.standings.get(ticket)


def _look(now: float) -> None:
    seen = stamp()
    _kept.looked_at = now
    if seen != _kept.stamp or now - _kept.made_at > FRESH_FOR:
        _kept.standings, _kept.stamp, _kept.made_at = read_standings(), seen, now


def read_standings() -> dict[int, Standing]:
    """All open tickets, in as many statements however many they are."""
    places = line().places
    rows = list(not_over().filter(state__in=Ticket.OPEN).select_related("room"))
    helpers, shifts = _helpers(), _shifts()
    said, news = _messages(), news_now()
    return {
        row.pk: replace(_standing(row, places.get(row.pk), helpers[row.pk], shifts, said.get(row.pk, 0)), news=news)
        for row in rows
    }


def _standing(
    row: Ticket, place: Any, helpers: list[tuple[Any, str]], shifts: dict[Any, Shift], messages: int
) -> Standing:
    shift = next((shifts[tutor] for tutor, _name in helpers if tutor in shifts), None)
    room = row.room or (shift.room if shift else None)
    is_called = row.state in {Ticket.State.HELPED, Ticket.State.CALLED}
    return Standing(
        state=row.state,
        place=place.place if place else 0,
        wait=place.wait.said() if place and place.wait else None,
        until=row.away_until if row.state == Ticket.State.AWAY else row.called_until,
        helpers=tuple(name for _tutor, name in helpers),
        room=str(room) if room and row.mode == Ticket.Mode.CAMPUS else "",
        video=shift.video_link if shift and is_called and (row.mode == Ticket.Mode.ONLINE or not room) else "",
        messages=messages,
        revision=row.revision,
    )


def _helpers() -> defaultdict[int, list[tuple[Any, str]]]:
    found: defaultdict[int, list[tuple[Any, str]]] = defaultdict(list)
    going_on = Help.objects.filter(ended_at=None, began_at__gt=clock.now() - timedelta(days=1))
    for help_ in going_on.select_related("tutor").order_by("began_at", "pk"):
        found[help_.ticket_id].append((help_.tutor_id, help_.tutor.name if help_.tutor else help_.tutor_name))
    return found


def _shifts() -> dict[Any, Shift]:
    return {shift.tutor_id: shift for shift in Shift.objects.filter(ended_at=None).select_related("room")}


def _messages() -> dict[int, int]:
    public = Message.objects.filter(ticket__closed_at=None, is_private=False)
    return dict(public.order_by().values_list("ticket").annotate(Count("pk")))
