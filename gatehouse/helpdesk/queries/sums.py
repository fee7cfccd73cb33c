"""The figures above the queue."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.core.cache import cache
from django.utils import timezone

from gatehouse.core import clock
from gatehouse.helpdesk.models import Help, Shift, Ticket
from gatehouse.helpdesk.queries.queue import waiting

State = Ticket.State
USUAL_WAIT_KEPT_AS, USUAL_WAIT_SECONDS = "helpdesk.usual_wait", 30


@dataclass(frozen=True)
class Sums:
    """The figures above the queue. Minutes; `back_by` is when the last who stepped away has to be back."""

    waiting: int
    in_mine: int
    usual_wait: int | None
    tutors: int
    free: int
    away: int
    back_by: datetime | None


def sums(own: frozenset[int]) -> Sums:
    rows = list(waiting().values_list("course_id", "state", "away_until"))
    shifts = set(Shift.objects.filter(ended_at=None).values_list("tutor_id", flat=True))
    busy = set(Help.objects.filter(tutor__in=shifts, ended_at=None).values_list("tutor_id", flat=True))
    until = [at for _course, state, at in rows if state == State.AWAY and at]
    return Sums(
        waiting=len(rows),
        in_mine=sum(not own or course in own for course, _state, _at in rows),
        usual_wait=usual_wait(),
        tutors=len(shifts),
        free=len(shifts - busy),
        away=sum(state == State.AWAY for _course, state, _at in rows),
        back_by=max(until, default=None),
    )


def usual_wait() -> int | None:
    """The median wait of today's claims, in minutes; None while there was none. Reckoned twice a minute."""
    kept = cache.get(USUAL_WAIT_KEPT_AS, ())
    if kept == ():
        kept = _median_today()
        cache.set(USUAL_WAIT_KEPT_AS, kept, USUAL_WAIT_SECONDS)
    return kept if isinstance(kept, int) else None


def _median_today() -> int | None:
    zone = timezone.get_default_timezone()
    midnight = timezone.localtime(clock.now(), zone).replace(hour=0, minute=0, second=0, microsecond=0)
    today = Ticket.objects.filter(asked_at__gte=midnight - timedelta(hours=12), claimed_at__gte=midnight)
    live = today.exclude(origin__in=[Ticket.Origin.BACK_DATED, Ticket.Origin.LEGACY])
    times = live.values_list("asked_at", "reopened_at", "claimed_at")
    waits = [(claimed - (reopened or asked)) / timedelta(minutes=1) for asked, reopened, claimed in times if claimed]
    return round(median(waits)) if waits else None
