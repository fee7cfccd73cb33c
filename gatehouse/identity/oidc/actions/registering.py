"""Services register themselves, by a token that staff made; change what they said, and take themselves away."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import uuid4

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import F, Q

from gatehouse.core import clock
from gatehouse.identity import tokens as secrets
from gatehouse.identity.oidc import hashes, policies
from gatehouse.identity.oidc.actions.clients import ClientFields, add_client, edit_client
from gatehouse.identity.oidc.actions.logouts import sign_out
from gatehouse.identity.oidc.models import Client, ClientSecret, Grant, Registration, RegistrationTicket
from gatehouse.identity.oidc.refusals import MetadataUnfit, NotRegistered, Refused
from gatehouse.identity.oidc.registering import Wanted
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line

MOST_USES: Final = 1_000
LONGEST: Final = timedelta(days=366)
SHARED: Final = {Client.Proof.BASIC, Client.Proof.POST}


@dataclass(frozen=True)
class Registered:
    """`secret` and `token` in clear, here and never again; "" where there is none, or it stays as it was."""

    client: Client
    registration: Registration
    secret: str = field(default="", repr=False)
    token: str = field(default="", repr=False)


@transaction.atomic
def make_ticket(
    *, name: str, most: int, ends_at: datetime, actor: Person | None
) -> tuple[RegistrationTicket, secrets.Token]:
    """An initial access token (RFC 7591, section 3), in clear, here and never again.

    Raises `Refused` for a name, a number or a day that is none.
    """
    if not policies.can_edit_services(actor):
        raise PermissionDenied
    now, name = clock.now(), one_line(name)
    for field_name, is_fit in (
        ("name", 0 < len(name) <= 80),
        ("most", 0 < most <= MOST_USES),
        ("ends_at", now < ends_at <= now + LONGEST),
    ):
        if not is_fit:
            raise Refused(field_name)
    token = secrets.new(uuid4())
    ticket = RegistrationTicket.objects.create(
        id=token.id, hash=token.digest, name=name, made_by=actor, made_at=now, ends_at=ends_at, most=most
    )
    details = {"services": most, "until": ends_at.isoformat()}
    journal.record(actor=actor, verb="registration.made", subject=ticket.name, subject_id=ticket.pk, details=details)
    return ticket, token


@transaction.atomic
def revoke_ticket(*, ticket: RegistrationTicket, actor: Person | None) -> bool:
    """Nobody registers by it from now; whoever did, stays. False when it was revoked before."""
    if not policies.can_edit_services(actor):
        raise PermissionDenied
    if not RegistrationTicket.objects.filter(pk=ticket.pk, revoked_at=None).update(revoked_at=clock.now()):
        return False
    journal.record(actor=actor, verb="registration.revoked", subject=ticket.name, subject_id=ticket.pk)
    return True


@transaction.atomic
def register_client(*, ticket: RegistrationTicket, wanted: Wanted) -> Registered:
    """A new service by its own words; of many who use a token at once no more get in than may.

    Raises `NotRegistered` when the token is used up, and `MetadataUnfit`. It is never trusted, asks each person for
    consent, and has no scope but those that speak of who signs in.
    """
    if not RegistrationTicket.objects.open().filter(pk=ticket.pk).update(used=F("used") + 1):
        raise NotRegistered
    try:
        added = add_client(kind=wanted.kind, actor=None, client_id=uuid4().hex, **_fields(wanted))
    except (Refused, ValidationError) as error:
        raise MetadataUnfit from error
    token = secrets.new(uuid4())
    registration = Registration.objects.create(
        id=token.id, client=added.client, ticket=ticket, hash=token.digest, made_at=added.client.made_at
    )
    _tell(added.client, "service.registered", {"token": ticket.name})
    return Registered(added.client, registration, added.secret, str(token))


@transaction.atomic
def change_registered(*, registration: Registration, wanted: Wanted) -> Registered:
    """All that it said before is replaced (RFC 7592, section 2.2); what staff set stays, and so does its secret.

    A secret comes with the first method that needs one, and goes with the last. Raises `NotRegistered` when it is gone,
    `MetadataUnfit` also for another `application_type`.
    """
    held = _hold(registration)
    client = held.client
    if wanted.kind != client.kind:
        raise MetadataUnfit
    try:
        changed = edit_client(client=client, actor=None, **_fields(wanted))
    except (Refused, ValidationError) as error:
        raise MetadataUnfit from error
    held.changed_at = clock.now()
    held.save(update_fields=["changed_at"])
    return Registered(changed, held, _secret_for(changed))


@transaction.atomic
def unregister(*, registration: Registration) -> None:
    """The service takes itself away, with its secrets and all that people granted it (RFC 7592, section 2.3)."""
    client = _hold(registration).client
    ended = sign_out(where=Q(client=client), why=Grant.Ended.REVOKED)
    _tell(client, "service.unregistered", {"sign-ins": ended})
    client.delete()


def _fields(wanted: Wanted) -> ClientFields:
    return {
        "name": wanted.name,
        "proof": wanted.proof,
        "grants": list(wanted.grants),
        "scopes": list(wanted.scopes),
        "redirect_uris": list(wanted.redirect_uris),
        "post_logout_uris": list(wanted.post_logout_uris),
        "backchannel_logout_uri": wanted.backchannel_logout_uri,
        "jwks": wanted.jwks,
        "signs_with": wanted.signs_with,
        "subjects": wanted.subjects,
    }


def _hold(registration: Registration) -> Registration:
    """So that of a change and a deletion at once the second finds what the first left."""
    held = Registration.objects.select_for_update().filter(pk=registration.pk, client__disabled_at=None).first()
    if held is None:
        raise NotRegistered
    return held


def _secret_for(client: Client) -> str:
    if client.proof not in SHARED:
        client.secrets.all().delete()
        return ""
    if any(secret.is_open for secret in client.secrets.all()):
        return ""
    secret = hashes.new_secret()
    ClientSecret.objects.create(client=client, hash=hashes.digest(secret), hint=secret[-4:])
    return secret


def _tell(client: Client, verb: str, details: dict[str, Any]) -> None:
    about = {"client_id": client.client_id, **details}
    journal.record(actor=None, verb=verb, subject=client.name, subject_id=client.pk, details=about)
