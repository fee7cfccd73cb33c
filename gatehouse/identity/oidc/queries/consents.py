"""What people allowed, and to whom."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet

from gatehouse.identity.oidc.models import Client, Consent, Grant
from gatehouse.people.models import Person

OPEN = Q(given__ended_at=None)


@dataclass(frozen=True)
class ConnectedApp:
    """A service that one person lets know something, or is signed in to."""

    client: Client
    scopes: tuple[str, ...]
    since: datetime
    seen: datetime | None
    sign_ins: int
    """Open ones; one browser or phone each."""
    devices: int = 0
    """Let in by a short code (RFC 8628): they stay when the browser's session ends."""


def allows(person: Person, client: Client, scopes: Collection[str]) -> bool:
    """Whether all of this was allowed before, or need not be: one of the organisation's own is not asked about."""
    if client.is_trusted:
        return True
    given = Consent.objects.filter(person=person, client=client).values_list("scopes", flat=True).first()
    return set(scopes) <= set(given or ())


def connected_apps(person: Person) -> list[ConnectedApp]:
    """By name. Two questions, however many there are."""
    consents = {consent.client_id: consent for consent in Consent.objects.filter(person=person)}
    return [_app(client, consents.get(client.pk)) for client in _clients(person)]


def _clients(person: Person) -> QuerySet[Client]:
    theirs = OPEN & Q(given__person=person)
    known = Client.objects.filter(Q(consents__person=person) | theirs).distinct().values("pk")
    return (
        Client.objects.filter(pk__in=known)
        .annotate(
            sign_ins=Count("given__session", filter=theirs, distinct=True),
            devices=Count("given", filter=theirs & Q(given__session=None), distinct=True),
            first_at=Min("given__made_at", filter=Q(given__person=person)),
            last_at=Max("given__made_at", filter=Q(given__person=person)),
        )
        .order_by("name", "pk")
    )


def _app(client: "Client", consent: Consent | None) -> ConnectedApp:
    first: datetime | None = client.first_at  # type: ignore[attr-defined]  # annotated above
    since = consent.given_at if consent else first
    assert since is not None
    scopes = tuple(consent.scopes) if consent else ()
    seen, sign_ins, devices = client.last_at, client.sign_ins, client.devices  # type: ignore[attr-defined]  # the same
    return ConnectedApp(client, scopes, since, seen, sign_ins, devices)


def services_of_session(session: UUID | None) -> list[str]:
    """The names of those that this browser is signed in to."""
    open_ones = Grant.objects.open().filter(session=session)
    return list(open_ones.order_by("client__name").values_list("client__name", flat=True).distinct())
