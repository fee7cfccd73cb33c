"""Who may sign in where, and who may say so."""

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q

from gatehouse.identity.oidc import addresses, uris
from gatehouse.identity.oidc.models import Client
from gatehouse.people import policies as people
from gatehouse.people.models import Membership, Person

SERVICES = "services.edit"
TILES = "tiles.edit"
LIMITS = "limits.lift"
MEMBERS_WRITE = "members:write"
MEMBERS_READ = "members:read"
GIVES = {MEMBERS_READ: people.VIEW, MEMBERS_WRITE: people.EDIT}  # a service may do no more than who let it


def may_sign_in(person: Person, client: Client) -> bool:
    """Somebody who is here and holds one of the roles that the client names; where it names none, everybody.

    Members hold the role `member` by their membership, without a grant. Archived roles open nothing.
    """
    if not person.is_active or client.disabled_at is not None:
        return False
    named = list(client.roles.filter(archived_at=None).values_list("pk", "slug"))
    if not named:
        return not client.roles.exists()
    if person.grants.filter(role__in=[pk for pk, _slug in named]).exists():
        return True
    return any(slug == "member" for _pk, slug in named) and _is_member(person)


def not_welcome() -> Q:
    """The same of many grants at once: those of people who hold none of the roles that the service names."""
    named = Client.roles.through.objects.filter(client=OuterRef("client"))
    open_ones = named.filter(role__archived_at=None)
    held = open_ones.filter(role__grants__person=OuterRef("person"))
    active = Membership.objects.filter(person=OuterRef("person"), status=Membership.Status.ACTIVE)
    is_member = Q(Exists(open_ones.filter(role__slug="member"))) & Q(Exists(active))
    return Q(Exists(named)) & ~Q(Exists(held)) & ~is_member


def may_return_to(client: Client, redirect_uri: str) -> bool:
    """An address registered for this service, letter by letter; or our own page of a trial."""
    listed = [*client.redirect_uris, addresses.trial(client.pk)]
    return uris.is_registered(redirect_uri, listed, is_native=client.kind == Client.Kind.NATIVE)


def _is_member(person: Person) -> bool:
    return person.memberships.filter(status=Membership.Status.ACTIVE).exists()


def can_edit_services(actor: Person | None) -> bool:
    """No actor is whoever sits at the server's command line."""
    return actor is None or actor.may(SERVICES)


def can_give_scopes(actor: Person | None, scopes: Iterable[str]) -> bool:
    """Nobody gives a service what they lack themselves."""
    return actor is None or all(actor.may(GIVES[scope]) for scope in scopes if scope in GIVES)


def can_act_as(actor: Person | None, client: Client) -> bool:
    """Whoever makes its secret can do all that the service may."""
    return can_edit_services(actor) and can_give_scopes(actor, client.scopes)


def can_edit_tiles(actor: Person) -> bool:
    return actor.may(TILES)


def can_lift_limits(actor: Person) -> bool:
    return actor.may(LIMITS)
