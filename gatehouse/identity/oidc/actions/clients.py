"""Services are added, changed, switched off and on; their secrets are made, and replaced with time to change over."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypedDict, Unpack
from uuid import UUID

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify

from gatehouse.core import clock, sealing
from gatehouse.identity.oidc import claims, hashes, policies, scopes as known_scopes, uris
from gatehouse.identity.oidc.actions.logouts import sign_out
from gatehouse.identity.oidc.kinds import STARTS
from gatehouse.identity.oidc.models import Client, ClientSecret, Grant
from gatehouse.identity.oidc.refusals import AddressUnfit, ClientIdTaken, Refused, RotatedMeanwhile
from gatehouse.journal import actions as journal
from gatehouse.people.models import ExternalId, Person, Role
from gatehouse.people.tidying import one_line

OVERLAP: Final = timedelta(days=7)
NO_PEOPLE: Final = frozenset(known_scopes.OF_SERVICES)
BY_WHICH_IT_ACTS: Final = frozenset({"proof", "jwks"})  # whoever sets these can act as the service


class ClientFields(TypedDict, total=False):
    name: str
    proof: str
    redirect_uris: list[str]
    post_logout_uris: list[str]
    backchannel_logout_uri: str
    home_url: str
    scopes: list[str]
    grants: list[str]
    claims: dict[str, str]
    claims_in_id_token: bool
    signs_with: str
    subjects: str
    acr_floor: str
    is_trusted: bool
    is_introspector: bool
    needs_par: bool
    needs_dpop: bool
    jwks: dict[str, Any] | None
    access_seconds: int
    refresh_idle_days: int
    refresh_days: int
    roles: Collection[Role]


@dataclass(frozen=True)
class Added:
    """`secret` in clear, here and never again; "" where the service has none."""

    client: Client
    secret: str

    def __repr__(self) -> str:
        return f"<Added {self.client.client_id}>"


@transaction.atomic
def add_client(
    *,
    kind: str,
    actor: Person | None,
    client_id: str = "",
    made_as: UUID | None = None,
    **fields: Unpack[ClientFields],
) -> Added:
    """A new service, with what its kind begins with where nothing else is said.

    `made_as` names the row, so that a form sent twice makes one service: the second time is `ClientIdTaken`.
    """
    start = STARTS[kind]
    roles = fields.pop("roles", ())
    said: dict[str, Any] = {
        "proof": start.proof,
        "grants": list(start.grants),
        "scopes": list(start.scopes),
        "refresh_idle_days": start.refresh_idle_days,
        "refresh_days": start.refresh_days,
        **fields,
    }
    client = Client(kind=kind, client_id=client_id or _free_id(said.get("name", "")), **said)
    if made_as:
        client.pk = made_as
    _check(client, actor, given=client.scopes)
    try:
        with transaction.atomic():
            client.save(force_insert=True)
    except IntegrityError as error:
        raise ClientIdTaken(client.client_id) from error
    client.roles.set(roles)
    secret = "" if client.is_public or client.proof == Client.Proof.KEY else _new_secret(client)
    _tell(client, actor, "service.added", {"kind": kind, "scopes": client.scopes})
    return Added(client, secret)


@transaction.atomic
def edit_client(*, client: Client, actor: Person | None, **fields: Unpack[ClientFields]) -> Client:
    """Change the fields given. Whoever may sign in there no more is signed out there.

    How it proves who it is changes nobody who could not give it all that it may do.
    """
    held = _hold(client)
    roles = fields.pop("roles", None)
    before = set(held.scopes)
    changed = sorted(name for name, value in fields.items() if getattr(held, name) != value)
    for name in changed:
        setattr(held, name, fields[name])  # type: ignore[literal-required]
    is_proof_changed = not BY_WHICH_IT_ACTS.isdisjoint(changed)
    _check(held, actor, given=before | set(held.scopes) if is_proof_changed else before ^ set(held.scopes))
    held.save()
    if roles is not None and set(roles) != set(held.roles.all()):
        held.roles.set(roles)
        changed = [*changed, "roles"]
        _sign_out_unwelcome(held)
    if changed:
        _tell(held, actor, "service.edited", {"fields": changed})
    return held


@transaction.atomic
def rotate_secret(
    *, client: Client, actor: Person | None, overlap: timedelta = OVERLAP, instead_of: int | None = None
) -> str:
    """A new secret, in clear, here and never again; the one before is good for `overlap` more.

    `instead_of` is the newest the asker saw; `RotatedMeanwhile` when it is not the newest any more.
    """
    held = _hold(client)
    if not policies.can_act_as(actor, held):
        raise PermissionDenied
    newest = held.secrets.order_by("-pk").first()
    if instead_of is not None and (newest is None or newest.pk != instead_of):
        raise RotatedMeanwhile
    now = clock.now()
    if newest:
        held.secrets.exclude(pk=newest.pk).delete()
        until = min(newest.ends_at or now + overlap, now + overlap)
        held.secrets.filter(pk=newest.pk).update(ends_at=max(until, newest.made_at))
    secret = _new_secret(held)
    _tell(held, actor, "service.secret_made", {"overlap_hours": int(overlap.total_seconds() // 3600)})
    return secret


@transaction.atomic
def end_secret(*, secret: ClientSecret, actor: Person | None) -> None:
    """This one is no good any more, from now."""
    client = _hold(secret.client)
    if not policies.can_edit_services(actor):
        raise PermissionDenied
    if client.secrets.filter(pk=secret.pk).delete()[0]:
        _tell(client, actor, "service.secret_ended", {"ends_with": secret.hint})


@transaction.atomic
def disable_client(*, client: Client, actor: Person | None) -> Client:
    """Nobody signs in there any more, all its tokens end, and it is told of the sign-outs while it still listens."""
    held = _hold(client)
    if not policies.can_edit_services(actor):
        raise PermissionDenied
    if held.disabled_at is None:
        ended = sign_out(where=Q(client=held), why=Grant.Ended.DISABLED)
        held.disabled_at = clock.now()
        held.save(update_fields=["disabled_at"])
        _tell(held, actor, "service.disabled", {"sign-ins": ended})
    return held


@transaction.atomic
def enable_client(*, client: Client, actor: Person | None) -> Client:
    """Undo `disable_client`; people sign in there anew."""
    held = _hold(client)
    if not policies.can_act_as(actor, held):
        raise PermissionDenied
    if held.disabled_at is not None:
        held.disabled_at = None
        held.save(update_fields=["disabled_at"])
        _tell(held, actor, "service.enabled", {})
    return held


def shared_secrets(client: Client) -> list[str]:
    """Those a forum signs with, in clear, the newest first."""
    rows = [secret for secret in client.secrets.order_by("-pk") if secret.sealed and secret.is_open]
    return [sealing.unseal(bytes(row.sealed or b""), purpose=ClientSecret.SEALED_FOR).decode() for row in rows]


def _check(client: Client, actor: Person | None, *, given: Iterable[str]) -> None:
    if not (policies.can_edit_services(actor) and policies.can_give_scopes(actor, given)):
        raise PermissionDenied
    if client.is_self_made and (client.is_trusted or client.is_introspector or set(client.scopes) & NO_PEOPLE):
        raise Refused("is_trusted")
    client.name = one_line(client.name)
    if not client.name:
        raise Refused("name")
    _check_addresses(client)
    if set(client.claims) & claims.RESERVED or not all(map(_is_source, client.claims.values())):
        raise Refused("claims")
    client.clean_fields()


def _check_addresses(client: Client) -> None:
    """Of a sign-in there is at least one; each is one that a browser and we read alike (`uris`)."""
    needs_address = STARTS[client.kind].has_people and not (
        client.uses_device and "authorization_code" not in client.grants
    )
    if needs_address and not client.redirect_uris:
        raise AddressUnfit("redirect_uris", "", None)
    is_native = client.kind == Client.Kind.NATIVE
    for name, addresses in (("redirect_uris", client.redirect_uris), ("post_logout_uris", client.post_logout_uris)):
        for address in addresses:
            if trouble := uris.trouble_with(address, is_native=is_native):
                raise AddressUnfit(name, address, trouble)
    for name in ("backchannel_logout_uri", "home_url"):
        address = getattr(client, name)
        if address and (trouble := uris.trouble_with(address)):
            raise AddressUnfit(name, address, trouble)


def _is_source(source: str) -> bool:
    return source in claims.SOURCES or (source.startswith(claims.ATTRIBUTE) and len(source) > len(claims.ATTRIBUTE))


def _sign_out_unwelcome(client: Client) -> None:
    sign_out(where=Q(client=client) & policies.not_welcome(), why=Grant.Ended.WITHDRAWN)


def _new_secret(client: Client) -> str:
    secret = hashes.new_secret()
    is_shared = client.kind == Client.Kind.FORUM
    sealed = sealing.seal(secret.encode(), purpose=ClientSecret.SEALED_FOR) if is_shared else None
    ClientSecret.objects.create(client=client, hash=hashes.digest(secret), hint=secret[-4:], sealed=sealed)
    return secret


def _free_id(name: str) -> str:
    """One that names nobody's ids yet: people are found by it (members API), and by that of an upstream they sign in."""
    start = slugify(name)[:40] or "service"
    taken = set(Client.objects.filter(client_id__startswith=start).values_list("client_id", flat=True))
    sources = ExternalId.objects.filter(source__istartswith=start).values_list("source", flat=True).distinct()
    taken |= {source.lower() for source in [*sources, settings.UPSTREAM_SOURCE]}
    return next(slug for n in range(1, len(taken) + 2) if (slug := f"{start}-{n}" if n > 1 else start) not in taken)


def _hold(client: Client) -> Client:
    return Client.objects.select_for_update(no_key=True).get(pk=client.pk)


def _tell(client: Client, actor: Person | None, verb: str, details: dict[str, Any]) -> None:
    about = {"client_id": client.client_id, **details}
    journal.record(actor=actor, verb=verb, subject=client.name, subject_id=client.pk, details=about)
