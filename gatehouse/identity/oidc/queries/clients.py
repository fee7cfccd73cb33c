"""Questions about services."""

import functools
import time
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from gatehouse.core.ready import Place, Ready, Row
from gatehouse.identity.oidc.models import Client

_FIELDS = [field.attname for field in Client._meta.concrete_fields]  # noqa: SLF001  Django's documented name
REREAD = 10.0  # seconds that the origins of pages are kept in a process


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
    return Client.from_db("default", _FIELDS, row) if row else None


def client_and_secrets(client_id: str) -> tuple[Client, tuple[Secret, ...]] | None:
    """In one question: for the endpoints where a service says who it is. Nobody may change what it gives."""
    rows = _WITH_SECRETS.raw(client_id=client_id)
    return _made_of(tuple(rows)) if rows else None


@functools.lru_cache(maxsize=256)
def _made_of(raw: tuple[Row, ...]) -> tuple[Client, tuple[Secret, ...]]:
    """Asked each time, made anew only when a row says something else."""
    rows = [_WITH_SECRETS.converted(row) for row in raw]
    client = Client.from_db("default", _FIELDS, rows[0][:-2])
    return client, tuple(Secret(*row[-2:]) for row in rows if row[-2] is not None)


def page_origins() -> frozenset[str]:
    """Origins of single-page applications, whose scripts may call the token endpoint from there (CORS)."""
    return _page_origins(int(time.monotonic() // REREAD))


@functools.lru_cache(maxsize=1)
def _page_origins(turn: int) -> frozenset[str]:
    pages = Client.objects.open().filter(kind=Client.Kind.PAGE).values_list("redirect_uris", flat=True)
    return frozenset(origin_of(address) for addresses in pages for address in addresses)


def origin_of(address: str) -> str:
    """Scheme, host and port, as a browser says them in `Origin`."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc.lower()}"
