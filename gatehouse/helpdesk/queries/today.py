"""Today at the desk, for those who run it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from gatehouse.core import clock
from gatehouse.helpdesk.models import Ticket
from gatehouse.helpdesk.queries.queue import desk, shifts_now, waiting
from gatehouse.helpdesk.reports.figures import percentile


@dataclass(frozen=True)
class Today:
    """Minutes; None while nobody was helped. `in_time` is the share of waits that kept the desk's aim."""

    waiting: int
    tutors: int
    begun: int
    half: int | None
    ninety: int | None
    in_time: float | None
    not_here: int


def today() -> Today:
    """Whoever is waited for today: claims and misses since midnight on the organisation's clock."""
    midnight = _midnight()
    live = Ticket.objects.exclude(origin__in=[Ticket.Origin.BACK_DATED, Ticket.Origin.LEGACY])
    claimed = live.filter(claimed_at__gte=midnight).values_list("asked_at", "reopened_at", "claimed_at")
    waits = sorted((at - (again or asked)) / timedelta(minutes=1) for asked, again, at in claimed if at)
    aim = desk().target_wait
    return Today(
        waiting=waiting().count(),
        tutors=shifts_now().count(),
        begun=len(waits),
        half=round(percentile(waits, 0.5)) if waits else None,
        ninety=round(percentile(waits, 0.9)) if waits else None,
        in_time=sum(wait <= aim for wait in waits) / len(waits) if waits else None,
        not_here=live.filter(closed_at__gte=midnight, outcome=Ticket.Outcome.NO_SHOW).count(),
    )


def _midnight() -> datetime:
    local = timezone.localtime(clock.now(), timezone.get_default_timezone())
    return local.replace(hour=0, minute=0, second=0, microsecond=0)
