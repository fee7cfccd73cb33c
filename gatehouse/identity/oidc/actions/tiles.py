"""Tiles of the home page are added, edited, moved and removed."""

from collections.abc import Collection
from typing import Final, TypedDict, Unpack

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max

from gatehouse.identity.oidc import policies, uris
from gatehouse.identity.oidc.models import AppTile, Client
from gatehouse.identity.oidc.refusals import AddressUnfit, Refused
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person, Role
from gatehouse.people.tidying import one_line

ICONS: Final = (
    "globe", "book-open", "message-circle", "calendar-days", "mail", "image", "video", "file-text", "database", "code",
    "wallet", "ticket", "map-pin", "door-open", "printer", "graduation-cap", "users-round", "megaphone", "plug", "terminal",
)  # fmt: skip


class TileFields(TypedDict, total=False):
    name: str
    text: str
    icon: str
    address: str
    client: Client | None
    roles: Collection[Role]


@transaction.atomic
def add_tile(*, actor: Person, **fields: Unpack[TileFields]) -> AppTile:
    """At the end of the grid."""
    roles = fields.pop("roles", ())
    last = AppTile.objects.aggregate(last=Max("order"))["last"]
    tile = AppTile(order=0 if last is None else last + 1, **fields)
    _keep(tile, actor, roles)
    journal.record(actor=actor, verb="tile.added", subject=tile.name, subject_id=str(tile.pk))
    return tile


@transaction.atomic
def edit_tile(*, tile: AppTile, actor: Person, **fields: Unpack[TileFields]) -> AppTile:
    roles = fields.pop("roles", ())
    for name, value in fields.items():
        setattr(tile, name, value)
    _keep(tile, actor, roles)
    journal.record(actor=actor, verb="tile.edited", subject=tile.name, subject_id=str(tile.pk))
    return tile


@transaction.atomic
def move_tile(*, tile: AppTile, actor: Person, is_up: bool) -> None:
    """One place earlier or later; all places are counted anew, so that no two are the same."""
    if not policies.can_edit_tiles(actor):
        raise PermissionDenied
    tiles = list(AppTile.objects.select_for_update())
    at = next((n for n, one in enumerate(tiles) if one.pk == tile.pk), None)
    if at is None:
        return
    to = max(at - 1, 0) if is_up else min(at + 1, len(tiles) - 1)
    tiles.insert(to, tiles.pop(at))
    for n, one in enumerate(tiles):
        one.order = n
    AppTile.objects.bulk_update(tiles, ["order"])


@transaction.atomic
def remove_tile(*, tile: AppTile, actor: Person) -> None:
    if not policies.can_edit_tiles(actor):
        raise PermissionDenied
    journal.record(actor=actor, verb="tile.removed", subject=tile.name, subject_id=str(tile.pk))
    tile.delete()


def _keep(tile: AppTile, actor: Person, roles: Collection[Role]) -> None:
    if not policies.can_edit_tiles(actor):
        raise PermissionDenied
    tile.name, tile.text = one_line(tile.name), one_line(tile.text)
    if not tile.name:
        raise Refused("name")
    is_ours = tile.address.startswith("/") and not tile.address.startswith(("//", "/\\")) and "\\" not in tile.address
    if not is_ours and (trouble := uris.trouble_with(tile.address)):
        raise AddressUnfit("address", tile.address, trouble)
    tile.clean_fields()
    tile.save()
    tile.roles.set(roles)
