"""What the OpenID provider adds to the portal: the app grid, pages of staff, permissions, words for the journal."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.core.menu import Entry, HomePart, Page, add, add_home
from gatehouse.identity.oidc import policies, queries
from gatehouse.identity.policies import END_SESSIONS
from gatehouse.journal import words
from gatehouse.people.models import Person


def apps(person: Person) -> dict[str, Any] | None:
    """Tiles as staff laid them out, and services with a page that no tile leads to."""
    tiles = list(queries.tiles_for(person))
    laid_out = {tile.client_id for tile in tiles if tile.client_id}
    services = [service for service in queries.services_for(person) if service.pk not in laid_out]
    return {"tiles": tiles, "services": services} if tiles or services else None


declare(
    Permission(policies.SERVICES, _("add and change services that sign people in here")),
    Permission(policies.TILES, _("lay out the tiles of the home page")),
    Permission(policies.LIMITS, _("see which limits hold at the gate, and lift them")),
)
add(
    Entry(
        "portal",
        _("Sign-in and services"),
        "oidc:services",
        "key-round",
        policies.SERVICES,
        order=20,
        total=queries.number_of_services,
        total_of=_("services"),
        pages=(
            Page(_("Services"), "oidc:services", policies.SERVICES),
            Page(_("App grid"), "oidc:tiles", policies.TILES),
            Page(_("Registration"), "oidc:tickets", policies.SERVICES),
            Page(_("Roles as claims"), "oidc:claims", policies.SERVICES),
            Page(_("Signed in now"), "oidc:sessions", END_SESSIONS),
            Page(_("At the gate"), "oidc:sign_ins", END_SESSIONS),
            Page(_("Limits"), "oidc:limits", policies.LIMITS),
            Page(_("Signing keys"), "oidc:keys", policies.SERVICES),
        ),
    )
)
add_home(HomePart("oidc/_home.html", apps, order=15))
words.name(
    {
        "service.added": _("Service added"),
        "service.edited": _("Service changed"),
        "service.secret_made": _("New secret of a service"),
        "service.secret_ended": _("Secret of a service ended"),
        "service.disabled": _("Service switched off"),
        "service.enabled": _("Service switched on"),
        "signing-key.made": _("Signing keys made"),
        "signing-key.withdrawn": _("Signing key withdrawn"),
        "sign-in.refused": _("Turned away at the gate"),
        "sign-in.code-reused": _("A code was used twice"),
        "sign-in.token-reused": _("A token was used twice"),
        "limit.lifted": _("Limit lifted"),
        "tile.added": _("Tile added"),
        "tile.edited": _("Tile changed"),
        "tile.removed": _("Tile removed"),
        "member.written": _("Written by a service"),
        "forum.entered": _("Signed in to a forum"),
        "device.allowed": _("Let a device in"),
        "device.refused": _("Turned a device away"),
        "registration.made": _("Registration token made"),
        "registration.revoked": _("Registration token revoked"),
        "service.registered": _("Service registered itself"),
        "service.unregistered": _("Service took itself away"),
        "consent.given": _("Let a service know"),
        "consent.withdrawn": _("Took it back from a service"),
    }
)
