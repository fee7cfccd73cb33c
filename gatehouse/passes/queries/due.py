"""Whoever an automatic design is for and never had a pass of it. A pass stopped by hand was one: no other follows by itself."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from gatehouse.core import clock
from gatehouse.passes.models import Design, Pass
from gatehouse.people.models import Membership, Person


def automatic_designs() -> QuerySet[Design]:
    given = Design.objects.filter(is_automatic=True, published__isnull=False, archived_at=None)
    return given.exclude(subject=Design.Subject.NOBODY).select_related("published", "group").order_by("pk")


def memberships_due(design: Design) -> QuerySet[Membership]:
    """Active ones of people who are here."""
    had = Pass.objects.filter(design=design, membership=OuterRef("pk"))
    due = Membership.objects.filter(_here("person__"), ~Exists(had), status=Membership.Status.ACTIVE)
    if design.source:
        due = due.filter(source=design.source)
    if design.levels:
        due = due.filter(level__in=design.levels)
    return due.select_related("person")


def people_due(design: Design) -> QuerySet[Person]:
    had = Pass.objects.filter(design=design, person=OuterRef("pk"))
    due = Person.objects.filter(_here(""), ~Exists(had))
    return due.filter(places__group=design.group) if design.group else due


def _here(prefix: str) -> Q:
    return Q(**{f"{prefix}left_at": None}) | Q(**{f"{prefix}left_at__gt": clock.now()})
