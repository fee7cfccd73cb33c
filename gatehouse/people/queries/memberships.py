"""Questions about memberships."""

from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from django.db.models import Count, F, Q, QuerySet

from gatehouse.core import clock
from gatehouse.people.models import Membership, Person
from gatehouse.people.queries.words import holds, words_of

# Windows of the last day: from so many days from now to so many, both included; None is no end.
WINDOWS: Final = {"week": (0, 7), "month": (0, 30), "quarter": (0, 90), "past": (-30, -1)}
NEVER = "never"
ORDERS: Final = {
    "name": ("person__family_name", "person__given_name", "pk"),
    "number": ("number", "pk"),
    "expires": ("expires_on", "number", "pk"),
}


@dataclass(frozen=True)
class WantedMemberships:
    """What the list of memberships is narrowed to; a blank does not narrow."""

    q: str = ""
    status: str = ""
    level: str = ""
    source: str = ""
    expires: str = ""
    sort: str = "name"


def memberships(wanted: WantedMemberships) -> QuerySet[Membership]:
    """Those that match, each with its person, in order; unknown windows and orders are as if nothing were said."""
    rows = _matching(wanted)
    if wanted.status:
        rows = rows.filter(status=wanted.status)
    return rows.select_related("person").order_by(*ORDERS.get(wanted.sort, ORDERS["name"]))


def status_counts(wanted: WantedMemberships) -> dict[str, int]:
    """How many of each status match the rest of what is wanted; "" is all of them."""
    rows = _matching(replace(wanted, status=""))
    counts = {str(status): 0 for status in Membership.Status} | dict(
        rows.order_by().values_list("status").annotate(n=Count("pk"))
    )
    return {"": sum(counts.values()), **counts}


def number_of_active_memberships() -> int:
    """Of those who are here."""
    return Membership.objects.filter(status=Membership.Status.ACTIVE, person__left_at=None).count()


def _matching(wanted: WantedMemberships) -> QuerySet[Membership]:
    rows = Membership.objects.all()
    for word in words_of(wanted.q):
        rows = rows.filter(Q(number__icontains=word) | Q(person__in=Person.objects.filter(holds(word))))
    exact = {name: value for name, value in (("level", wanted.level), ("source", wanted.source)) if value}
    return rows.filter(_window(wanted.expires), **exact)


def _window(name: str) -> Q:
    if name == NEVER:
        return Q(expires_on=None)
    if name not in WINDOWS:
        return Q()
    first, last = (clock.today() + timedelta(days=days) for days in WINDOWS[name])
    return Q(expires_on__gte=first, expires_on__lte=last)


def memberships_of(person: Person) -> list[Membership]:
    """This person's own, those that are over left out; what is valid longest comes first."""
    over = (Membership.Status.ENDED,)
    rows = person.memberships.exclude(status__in=over).order_by(F("expires_on").desc(nulls_first=True), "number")
    return sorted(rows, key=lambda row: row.status != Membership.Status.ACTIVE)
