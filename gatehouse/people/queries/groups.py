"""Questions about groups and who is in them."""

from django.db.models import Count, QuerySet

from gatehouse.people.models import Group, GroupPlace, Person
from gatehouse.people.tidying import one_line


def groups(*, q: str = "", kind: str = "") -> QuerySet[Group]:
    """Groups with the number of people in each, A to Z."""
    rows = Group.objects.annotate(size=Count("places")).order_by("name", "pk")
    if words := one_line(q):
        rows = rows.filter(name__icontains=words)
    return rows.filter(kind=kind) if kind else rows


def places_in(group: Group) -> QuerySet[GroupPlace]:
    """Who is in the group, A to Z."""
    return group.places.select_related("person").order_by("person__family_name", "person__given_name", "pk")


def groups_of(person: Person) -> QuerySet[Group]:
    return Group.objects.filter(places__person=person).order_by("name", "pk")
