"""Members as one trusted service knows them."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from gatehouse.identity.oidc.models import Client
from gatehouse.people.models import ExternalId, Person


def external_ids_of(client: Client) -> QuerySet[ExternalId]:
    """Those that this client brought; of others it knows nothing."""
    return ExternalId.objects.filter(source=client.client_id[:60]).select_related("person")


def member(client: Client, external_id: str) -> dict[str, Any] | None:
    found = external_ids_of(client).filter(value=external_id).first()
    return as_said(found.person, external_id) if found else None


def as_said(person: Person, external_id: str) -> dict[str, Any]:
    """The same fields that may be written, and when they changed (RFC 3339, UTC); null for what is not known."""
    left = timezone.localtime(person.left_at).date().isoformat() if person.left_at else None
    return {
        "id": external_id,
        "display_name": person.name,
        "given_name": person.given_name or None,
        "family_name": person.family_name or None,
        "preferred_name": person.preferred_name or None,
        "username": person.attributes.get("username"),
        "email": person.email or None,
        "phone": person.attributes.get("phone"),
        "join_date": person.joined_on.isoformat() if person.joined_on else None,
        "leave_date": left,
        "updated": person.changed_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
