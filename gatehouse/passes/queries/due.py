"""Whoever an automatic design is for and never had a pass of it. A pass stopped by hand was one: no other follows by itself."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from gatehouse.core import clock
from gatehouse.passes.models import Design, Pass
from gatehouse.people.models import Membership, Person


def automatic_designs() -> QuerySet[Design]:
    given = Design.objects.filter(is_automatic=True, published__isnull=False, archived_at=None)
    return given.exclude(subject=Design.Subject.NOBODY).select_related("published", "group").order_by("pk")


def memberships_for(design: Design) -> QuerySet[Membership]:
    """Active ones of people who are here, whether they have a pass of it or not."""
    rows = Membership.objects.filter(_here("person__"), status=Membership.Status.ACTIVE)
    rows = rows.filter(source=design.source) if design.source else rows
    return rows.filter(level__in=design.levels) if design.levels else rows


def memberships_due(design: Design) -> QuerySet[Membership]:
    had = Pass.objects.filter(design=design, membership=OuterRef("pk"))
    return memberships_for(design).filter(~Exists(had)).select_related("person")


def people_for(design: Design) -> QuerySet[Person]:
    rows = Person.objects.filter(_here(""))
    return rows.filter(places__group=design.group) if design.group else rows


def people_due(design: Design) -> QuerySet[Person]:
    had = Pass.objects.filter(design=design, person=OuterRef("pk"))
    return people_for(design).filter(~Exists(had))


def _here(prefix: str) -> Q:
    return Q(**{f"{prefix}left_at": None}) | Q(**{f"{prefix}left_at__gt": clock.now()})
