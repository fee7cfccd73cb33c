"""What staff see of services: which there are, how they are used, what is near its end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from gatehouse.core import clock
from gatehouse.identity.oidc.models import Client, ClientSecret, Grant, LogoutNotice
from gatehouse.people.models import Role

OLD_SECRET: Final = timedelta(days=365)
LATELY: Final = timedelta(days=30)


@dataclass(frozen=True)
class Use:
    """Figures of one service; `untold` sign-outs could not be said to it within a month."""

    people: int
    sign_ins: int
    untold: int


def services(*, q: str = "", kind: str = "", is_disabled: bool = False) -> QuerySet[Client]:
    """By name, with `sign_ins`: how many stand open."""
    rows = Client.objects.filter(disabled_at__isnull=not is_disabled)
    if q:
        rows = rows.filter(Q(name__icontains=q) | Q(client_id__icontains=q) | Q(home_url__icontains=q))
    if kind:
        rows = rows.filter(kind=kind)
    waits = LogoutNotice.objects.filter(client=OuterRef("pk"), told_at=None, given_up_at__gte=clock.now() - LATELY)
    ring = Count("given", filter=Q(given__ended_at=None, given__ends_at__gt=clock.now()))
    return rows.annotate(sign_ins=ring, is_deaf=Exists(waits)).order_by("name", "pk")


def number_of_services() -> int:
    return Client.objects.open().count()


def use_of(client: Client) -> Use:
    here = Grant.objects.open().filter(client=client, ends_at__gt=clock.now())
    seen = here.aggregate(people=Count("person", distinct=True), sign_ins=Count("pk"))
    untold = LogoutNotice.objects.filter(client=client, told_at=None, given_up_at__gte=clock.now() - LATELY)
    return Use(**seen, untold=untold.count())


def latest_sign_ins(client: Client, *, most: int = 10) -> QuerySet[Grant]:
    return Grant.objects.filter(client=client).select_related("person").order_by("-made_at")[:most]


def secrets_of(client: Client) -> list[ClientSecret]:
    """Those that are good, the newest first."""
    return [secret for secret in client.secrets.order_by("-pk") if secret.is_open]


def old_since(secret: ClientSecret) -> datetime | None:
    """The day it was made, when that is more than a year ago: time for another one."""
    return secret.made_at if secret.made_at < clock.now() - OLD_SECRET else None


def services_of_sessions(ids: list[Any]) -> dict[Any, list[str]]:
    """Names of the services that these browsers are signed in to."""
    rows = Grant.objects.open().filter(session__in=ids).order_by("client__name")
    found: dict[Any, list[str]] = {}
    for session, name in rows.values_list("session", "client__name").distinct():
        found.setdefault(session, []).append(name)
    return found


def roles_map() -> list[tuple[Role, int, list[str]]]:
    """(role, how many hold it, services whose doors it opens), by name; what a role says to services is its short name."""
    rows = Role.objects.filter(archived_at=None).annotate(holders=Count("grants", distinct=True)).order_by("name")
    opened: dict[Any, list[str]] = {}
    through = Client.roles.through.objects.filter(client__disabled_at=None).order_by("client__name")
    for role, name in through.values_list("role", "client__name"):
        opened.setdefault(role, []).append(name)
    return [(role, role.holders, opened.get(role.pk, [])) for role in rows]
