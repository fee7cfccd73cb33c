"""Questions about roles and who holds them."""

from django.db.models import Count, Q, QuerySet

from gatehouse.core import access, clock
from gatehouse.people.models import Person, Role, RoleGrant
from gatehouse.people.policies import can_give


def roles() -> QuerySet[Role]:
    """All roles, built-in ones first, with the number of people who were given each."""
    return Role.objects.annotate(holders=Count("grants")).order_by("archived_at", "-is_built_in", "pk")


def grants_of(role: Role) -> QuerySet[RoleGrant]:
    """Who was given this role, A to Z."""
    return role.grants.select_related("person").order_by("person__family_name", "person__given_name", "pk")


def givable(actor: Person, *, to: Person) -> list[Role]:
    """The roles this actor may give to this person, who does not hold them yet."""
    free = Role.objects.filter(archived_at=None).exclude(grants__person=to).order_by("-is_built_in", "pk")
    return [role for role in free if can_give(actor, role.holds)]


def holders_of(permission: str) -> QuerySet[Person]:
    """Those who are here, can be written to, and were given a role that holds this permission."""
    held = [role for role in Role.objects.all() if not role.holds.isdisjoint({permission, access.EVERYTHING})]
    gone = Q(left_at__lte=clock.now())
    return Person.objects.filter(grants__role__in=held, email__isnull=False).exclude(gone).distinct().order_by("pk")


def allows(role: Role) -> list[access.Permission]:
    """The permissions a role holds, in the order they were declared; an owner's are all there are."""
    held = role.holds
    return [one for one in access.permissions.values() if access.EVERYTHING in held or one.name in held]
