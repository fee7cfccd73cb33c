"""`gatehouse passes build --member NUMBER --out FILE`: one card as a file."""

import hashlib
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from gatehouse.core.commands import Answer, PortalCommand
from gatehouse.passes import actions, packing, queries
from gatehouse.passes.models import Design
from gatehouse.people.models import Membership


class Command(PortalCommand):
    group = "Passes"
    help = "Write a member's card to a file (.pkpass). It is issued when there is none yet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--member", required=True, metavar="NUMBER", help="of the membership")
        parser.add_argument("--out", required=True, type=Path, metavar="FILE")
        parser.add_argument("--design", metavar="NAME", help="needed where several designs fit the membership")
        parser.add_argument("--source", metavar="NAME", help="needed where several sources have this number")

    def act(self, **options: Any) -> Answer:
        membership = _membership(options["member"], options["source"])
        design = _design(membership, options["design"])
        card = actions.issue_pass(design=design, membership=membership, actor=None)
        packed = packing.pkpass_of(card)
        _write(options["out"], packed)
        return {
            "serial": card.serial,
            "version": card.version,
            "bytes": len(packed),
            "sha256": hashlib.sha256(packed).hexdigest(),
            "path": str(options["out"]),
        }


def _membership(number: str, source: str | None) -> Membership:
    found = Membership.objects.filter(number=number).select_related("person")
    found = found.filter(source=source) if source else found
    if len(found) > 1:
        sources = ", ".join(one.source or "(none)" for one in found)
        raise CommandError(f"Several memberships have the number {number}. Name one of the sources: {sources}.")
    if not found:
        raise CommandError(f"No membership has the number {number}.")
    return found[0]


def _design(membership: Membership, name: str | None) -> Design:
    if name:
        named = Design.objects.filter(name=name).first()
        if named is None:
            raise CommandError(f"There is no design called “{name}”.")
        return named
    fitting = queries.designs_for(membership)
    if len(fitting) > 1:
        names = ", ".join(f"“{one}”" for one in fitting)
        raise CommandError(f"Several designs fit this membership. Name one by --design: {names}.")
    if not fitting:
        raise CommandError("No published design is for this membership.")
    return fitting[0]


def _write(out: Path, packed: bytes) -> None:
    """Written aside and moved into place, so that no half a card is taken for a whole one."""
    aside = out.with_name(f".{out.name}.part")
    try:
        aside.write_bytes(packed)
        aside.replace(out)
    finally:
        aside.unlink(missing_ok=True)
