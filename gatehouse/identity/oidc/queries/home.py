"""What the home page shows of other services."""

from django.db.models import Exists, Q, QuerySet

from gatehouse.identity.oidc.models import Client
from gatehouse.people.models import Membership, Person, Role


def services_for(person: Person) -> QuerySet[Client]:
    """Those that have a page and let this person in, by name; see `policies.may_sign_in`."""
    active = Membership.objects.filter(person=person, status=Membership.Status.ACTIVE)
    held = Q(archived_at=None) & (Q(grants__person=person) | (Q(slug="member") & Exists(active)))
    is_welcome = Q(roles=None) | Q(roles__in=Role.objects.filter(held).values("pk"))
    return Client.objects.open().exclude(home_url="").filter(is_welcome).distinct().order_by("name", "pk")
