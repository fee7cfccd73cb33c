"""Questions about services."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from gatehouse.core.ready import Place, Ready
from gatehouse.identity.oidc.models import Client

_FIELDS = [field.attname for field in Client._meta.concrete_fields]  # noqa: SLF001  Django's documented name


def _place() -> Place:
    return Place("client_id", Client._meta.get_field("client_id"))  # noqa: SLF001  the same


_BY_ID = Ready(lambda: Client.objects.filter(client_id=_place()).order_by().values_list(*_FIELDS))
_WITH_SECRETS = Ready(
    lambda: (
        Client.objects.filter(client_id=_place()).order_by().values_list(*_FIELDS, "secrets__hash", "secrets__ends_at")
    )
)


@dataclass(frozen=True)
class Secret:
    hash: str
    ends_at: datetime | None


def client_by_id(client_id: str) -> Client | None:
    """By the `client_id` it presents, disabled ones too."""
    row = _BY_ID.one(client_id=client_id)
    return _client(row) if row else None


def client_and_secrets(client_id: str) -> tuple[Client, list[Secret]] | None:
    """In one question: for the endpoints where a service says who it is."""
    rows = _WITH_SECRETS.all(client_id=client_id)
    if not rows:
        return None
    return _client(rows[0][:-2]), [Secret(*row[-2:]) for row in rows if row[-2] is not None]


def _client(row: tuple[Any, ...]) -> Client:
    return Client.from_db("default", _FIELDS, row)
