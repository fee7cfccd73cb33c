"""Whether a grant still stands, asked by whoever holds a code or token of it: one question each, compiled once.

A grant stands while it was not ended, its time is not over, its service is open, its person has not left, and the
session it came of is still that person's. The last ones are asked here and not left to the facts that end grants, so
that nothing that was forgotten, or is a moment late, lets anybody in.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, DateTimeField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet, UUIDField

from gatehouse.core import clock
from gatehouse.core.ready import Place, Ready
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc.models import Client, Code, DeviceRequest, Grant, RefreshToken, RevokedToken
from gatehouse.people.models import Person

NOW = Place("now", DateTimeField())
GRANT = [
    field.attname
    for field in Grant._meta.concrete_fields  # noqa: SLF001  Django's documented name
    if field.attname not in {"made_at", "ended_at", "ended_why"}
]
PERSON = [
    field.attname
    for field in Person._meta.concrete_fields  # noqa: SLF001  the same
    if field.attname not in {"password", "last_login", "created_at", "left_by_import", "told_left_at"}
]


@dataclass(frozen=True)
class Told:
    """Whom a token speaks of, and what its service may know of them."""

    person: Person
    scopes: list[str]
    own_claims: dict[str, str]
    wanted: dict[str, Any]


@dataclass(frozen=True)
class Redeemable:
    """A code or refresh token, found by what was sent, with its grant."""

    hash: str
    expires_at: datetime
    used_at: datetime | None
    stands: bool
    grant: Grant
    redirect_uri: str = ""
    challenge: str = ""

    @property
    def is_over(self) -> bool:
        return self.expires_at <= clock.now()


@dataclass(frozen=True)
class Device:
    """A device that waits, found by what it sent; with its grant, once somebody let it in."""

    hash: str
    client_id: UUID
    expires_at: datetime
    answered_at: datetime | None
    used_at: datetime | None
    stands: bool
    grant: Grant | None

    @property
    def is_over(self) -> bool:
        return self.expires_at <= clock.now()


def stands(prefix: str = "") -> Any:
    """The rule above as an expression, for queries that reach a grant by this prefix."""
    theirs = BrowserSession.objects.filter(
        pk=OuterRef(f"{prefix}session"), person=OuterRef(f"{prefix}person"), ends_at__gt=NOW
    )
    rules = (
        Q(**{f"{prefix}ended_at": None, f"{prefix}ends_at__gt": NOW, f"{prefix}client__disabled_at": None})
        & (Q(**{f"{prefix}person__left_at": None}) | Q(**{f"{prefix}person__left_at__gt": NOW}))
        & (Q(**{f"{prefix}session": None}) | Q(Exists(theirs)))
    )
    return ExpressionWrapper(rules, output_field=BooleanField())


def _under(prefix: str, names: list[str]) -> list[str]:
    return [f"{prefix}{name}" for name in names]


def _codes() -> QuerySet[Any, Any]:
    rows = Code.objects.filter(hash=Place("hash", Code._meta.get_field("hash")))  # noqa: SLF001  the same
    named = ("hash", "expires_at", "used_at", "redirect_uri", "challenge", *_under("grant__", GRANT))
    return rows.annotate(stands=stands("grant__")).values_list(*named, "stands")


def _refresh_tokens() -> QuerySet[Any, Any]:
    rows = RefreshToken.objects.filter(pk=Place("id", UUIDField()))
    named = ("hash", "expires_at", "used_at", *_under("grant__", GRANT))
    return rows.annotate(stands=stands("grant__")).values_list(*named, "stands")


def _devices() -> QuerySet[Any, Any]:
    rows = DeviceRequest.objects.filter(hash=Place("hash", DeviceRequest._meta.get_field("hash")))  # noqa: SLF001  the same
    named = ("hash", "client_id", "expires_at", "answered_at", "used_at", *_under("grant__", GRANT))
    return rows.annotate(stands=stands("grant__")).values_list(*named, "stands")


def _given_back() -> Exists:
    return Exists(RevokedToken.objects.filter(jti=Place("jti", RevokedToken._meta.get_field("jti"))))  # noqa: SLF001


def _grants() -> QuerySet[Any, Any]:
    rows = Grant.objects.annotate(stands=stands()).filter(~_given_back(), pk=Place("id", UUIDField()), stands=True)
    return rows.values_list("client__scopes", "client__claims", "wanted", *_under("person__", PERSON))


def _services() -> QuerySet[Any, Any]:
    client_id = Place("client_id", Client._meta.get_field("client_id"))  # noqa: SLF001  the same
    return Client.objects.filter(~_given_back(), client_id=client_id, disabled_at=None).order_by().values_list("scopes")


_CODE, _REFRESH, _DEVICE = map(Ready, (_codes, _refresh_tokens, _devices))
_OF_PERSON, _OF_SERVICE = map(Ready, (_grants, _services))


def code_by_hash(digest: str) -> Redeemable | None:
    row = _CODE.one(hash=digest, now=clock.now())
    if row is None:
        return None
    kept, expires_at, used_at, redirect_uri, challenge, *grant, is_standing = row
    return Redeemable(kept, expires_at, used_at, is_standing, _grant(grant), redirect_uri, challenge)


def refresh_token_by_id(row_id: UUID) -> Redeemable | None:
    row = _REFRESH.one(id=row_id, now=clock.now())
    if row is None:
        return None
    kept, expires_at, used_at, *grant, is_standing = row
    return Redeemable(kept, expires_at, used_at, is_standing, _grant(grant))


def device_by_hash(digest: str) -> Device | None:
    row = _DEVICE.one(hash=digest, now=clock.now())
    if row is None:
        return None
    kept, client_id, expires_at, answered_at, used_at, *grant, is_standing = row
    has_grant = any(grant)
    return Device(
        kept, client_id, expires_at, answered_at, used_at, bool(is_standing), _grant(grant) if has_grant else None
    )


def told_of(grant_id: UUID, *, jti: str) -> Told | None:
    """For an access token of a person; None when it was given back or its grant stands no more."""
    row = _OF_PERSON.one(id=grant_id, jti=jti, now=clock.now())
    return Told(Person.from_db("default", PERSON, row[3:]), *row[:3]) if row else None


def scopes_of_service(client_id: str, *, jti: str) -> list[str] | None:
    """For an access token without a person: what its service may do now; None when it was given back, or that is off."""
    row = _OF_SERVICE.one(client_id=client_id, jti=jti)
    return row[0] if row else None


def _grant(row: list[Any]) -> Grant:
    return Grant.from_db("default", GRANT, row)
