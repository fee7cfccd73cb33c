"""What the home page shows of other services."""

from django.db.models import Exists, Q, QuerySet

from gatehouse.identity.oidc.models import AppTile, Client
from gatehouse.people.models import Membership, Person, Role


def services_for(person: Person) -> QuerySet[Client]:
    """Those that have a page and let this person in, by name; see `policies.may_sign_in`."""
    return _welcoming(person).exclude(home_url="").order_by("name", "pk")


def tiles_for(person: Person) -> QuerySet[AppTile]:
    """What this person finds on the home page, in the order staff gave it."""
    may_come_in = Q(client=None) | Q(client__in=_welcoming(person).values("pk"))
    is_seen = Q(roles=None) | Q(roles__in=_held_by(person).values("pk"))
    return AppTile.objects.filter(may_come_in, is_seen).distinct().order_by("order", "name", "pk")


def _welcoming(person: Person) -> QuerySet[Client]:
    is_welcome = Q(roles=None) | Q(roles__in=_held_by(person).values("pk"))
    return Client.objects.open().filter(is_welcome).distinct()


def _held_by(person: Person) -> QuerySet[Role]:
    active = Membership.objects.filter(person=person, status=Membership.Status.ACTIVE)
    return Role.objects.filter(Q(archived_at=None) & (Q(grants__person=person) | (Q(slug="member") & Exists(active))))
