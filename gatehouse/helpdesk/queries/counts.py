"""What the desk knows of each person over a term, for neighbours that take it as columns."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, DurationField, ExpressionWrapper, F, Max, Q, Sum
from django.utils import timezone

from gatehouse.helpdesk.models import Help, Term, Ticket
from gatehouse.helpdesk.queries.reporting import over
from gatehouse.helpdesk.reports import Period


@dataclass(frozen=True)
class PersonCounts:
    """One person's requests that are over: how many, how many were helped or missed, and minutes of tutors' time."""

    person_id: UUID
    visits: int
    helped: int
    no_shows: int
    minutes: int
    last_on: date


def person_counts(term: Term | Period) -> Iterator[PersonCounts]:
    """Everybody with an account who asked in these days, by id; two queries, however many they are."""
    period = term if isinstance(term, Period) else Period(term.starts_on, term.ends_on)
    zone, minutes = timezone.get_default_timezone(), _minutes(period)
    rows = over(period).filter(person__isnull=False).order_by("person_id").values_list("person_id")
    missed = Q(outcome=Ticket.Outcome.NO_SHOW)
    counted = rows.annotate(
        visits=Count("pk"),
        helped=Count("pk", filter=Q(claimed_at__isnull=False) & ~missed),
        no_shows=Count("pk", filter=missed),
        last=Max("asked_at"),
    )
    for person, number, helped, lost, last in counted.iterator():
        yield PersonCounts(person, number, helped, lost, minutes.get(person, 0), last.astimezone(zone).date())


def _minutes(period: Period) -> dict[UUID, int]:
    """As corrected by tutors, else as reckoned from the times."""
    helps = Help.objects.filter(ticket__in=over(period), ticket__person__isnull=False, ended_at__isnull=False)
    length = ExpressionWrapper(F("ended_at") - F("began_at"), output_field=DurationField())
    rows = helps.order_by().values_list("ticket__person_id")
    summed = rows.annotate(corrected=Sum("minutes"), reckoned=Sum(length, filter=Q(minutes=None)))
    return {
        person: round((corrected or 0) + (reckoned or timedelta()) / timedelta(minutes=1))
        for person, corrected, reckoned in summed
    }
