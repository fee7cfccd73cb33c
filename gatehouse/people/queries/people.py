"""Questions about people: who matches, who is in which state, what is known of one."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet

from gatehouse.core import clock
from gatehouse.people.models import UNTOLD, GroupPlace, Membership, Person, RoleGrant
from gatehouse.people.queries.words import holds, words_of

HERE, ACTIVE, LAPSED, NONE, LEFT = "", "active", "lapsed", "none", "left"
STATES: Final = (HERE, ACTIVE, LAPSED, NONE, LEFT)
ORDERS: Final = {
    "name": ("family_name", "given_name", "pk"),
    "joined": ("-joined_on", "family_name", "given_name", "pk"),
    "changed": ("-changed_at", "pk"),
}


@dataclass(frozen=True)
class Wanted:
    """What a list of people is narrowed to; a blank does not narrow, save that those who left come only by their state."""

    q: str = ""
    state: str = HERE
    level: str = ""
    role: str = ""
    group: str = ""
    source: str = ""
    sort: str = "name"
    is_unusable: bool = False
    """Something was asked that can't be understood: then nobody matches, rather than everybody."""


def people(wanted: Wanted) -> QuerySet[Person]:
    """Who matches, in order; unknown states and orders are as if nothing were said."""
    rows = _matching(wanted).filter(in_state(wanted.state if wanted.state in STATES else HERE))
    return rows.order_by(*ORDERS.get(wanted.sort, ORDERS["name"]))


def state_counts(wanted: Wanted) -> dict[str, int]:
    """How many people of each state match the rest of what is wanted."""
    rows = _matching(replace(wanted, state=HERE))
    people = rows.aggregate(here=Count("pk", filter=in_state(HERE)), left=Count("pk", filter=in_state(LEFT)))
    theirs = Membership.objects.filter(person__left_at=None)
    if wanted != Wanted(state=wanted.state, sort=wanted.sort):
        theirs = theirs.filter(person__in=rows)
    held = theirs.aggregate(
        active=Count("person", distinct=True, filter=Q(status=ACTIVE)),
        lapsed=Count("person", distinct=True, filter=Q(status=LAPSED)),
        any=Count("person", distinct=True),
    )
    return {
        HERE: people["here"],
        ACTIVE: held["active"],
        LAPSED: held["lapsed"],
        NONE: people["here"] - held["any"],
        LEFT: people["left"],
    }


def in_state(state: str) -> Q:
    """Somebody with two memberships is active and lapsed at once; a state of those who are here excludes who left."""
    if state == LEFT:
        return Q(left_at__isnull=False)
    here, theirs = Q(left_at=None), Membership.objects.filter(person=OuterRef("pk"))
    if state == NONE:
        return Q(here, ~Exists(theirs))
    return Q(here, Exists(theirs.filter(status=state))) if state else here


def number_here() -> int:
    return Person.objects.filter(in_state(HERE)).count()


def left_lately(*, days: int = 2) -> QuerySet[Person]:
    """Whose last day ended within the last days; a roster may have named that day long before."""
    now = clock.now()
    return Person.objects.filter(left_at__gt=now - timedelta(days=days), left_at__lte=now)


def found(text: str, *, but: Iterable[Person] = (), at_most: int = 10) -> list[Person]:
    """The first few who are here and match what was typed; nobody while nothing is."""
    if not text.strip():
        return []
    rows = people(Wanted(q=text)).exclude(pk__in=[person.pk for person in but])
    return list(rows.prefetch_related("memberships")[:at_most])


def leavers_untold() -> QuerySet[Person]:
    """Who left, of which nobody was told: their day came by itself."""
    return Person.objects.filter(UNTOLD, left_at__lte=clock.now())


def listed(rows: QuerySet[Person]) -> QuerySet[Person]:
    """With what a line of the list shows: memberships, the active first, and roles, in two more queries."""
    return rows.prefetch_related(_memberships(), "roles")


def with_all(rows: QuerySet[Person]) -> QuerySet[Person]:
    """With everything that the page of one person shows."""
    return rows.prefetch_related(_memberships(), "external_ids", "places__group", "grants__role")


def _memberships() -> Prefetch[Any]:
    """Active ones first, as it happens by their letters."""
    return Prefetch("memberships", Membership.objects.order_by("status", "number"))


def sources() -> list[str]:
    """Where memberships come from, A to Z."""
    return list(Membership.objects.order_by("source").values_list("source", flat=True).distinct())


def levels(source: str = "") -> list[str]:
    """Of all memberships, or of those from this source."""
    named = Membership.objects.exclude(level="").filter(**{"source": source} if source else {})
    return list(named.order_by("level").values_list("level", flat=True).distinct())


def _matching(wanted: Wanted) -> QuerySet[Person]:
    if wanted.is_unusable:
        return Person.objects.none()
    rows = Person.objects.all()
    for word in words_of(wanted.q):
        rows = rows.filter(holds(word))
    theirs = {name: value for name, value in (("level", wanted.level), ("source", wanted.source)) if value}
    if theirs:
        rows = rows.filter(Exists(Membership.objects.filter(person=OuterRef("pk"), **theirs)))
    if wanted.role:
        rows = rows.filter(Exists(RoleGrant.objects.filter(person=OuterRef("pk"), role__slug=wanted.role)))
    if wanted.group.isdecimal() and len(wanted.group) < 19:
        rows = rows.filter(Exists(GroupPlace.objects.filter(person=OuterRef("pk"), group=int(wanted.group))))
    return rows
