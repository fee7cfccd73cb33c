"""What Apple's web service asks: whose token this is, and what changed for a wallet."""

import functools
import hmac
import re
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from gatehouse.core import sealing
from gatehouse.passes import codes
from gatehouse.passes.models import LastTag, Pass, Registration

SERIAL = re.compile(rf"[A-Z2-7]{{{codes.SERIAL}}}")
TAG = re.compile(r"[0-9]{1,18}")


@dataclass(frozen=True)
class Updates:
    """Serials that changed, and the tag with which to ask for what changes after."""

    serials: list[str]
    tag: str


def opened_by(*, pass_type_id: str, serial: str, token: str) -> Pass | None:
    """The pass, when this is its token. A serial nobody has costs as much as a wrong token."""
    known = Pass.objects.filter(serial=serial if SERIAL.fullmatch(serial) else "")
    pk, sealed, pass_type = known.values_list("pk", "sealed_token", "design__pass_type_id").first() or (
        None,
        _nobodys(),
        "",
    )
    is_right = hmac.compare_digest(_token(bytes(sealed)), token.encode("utf-8", "replace"))
    if not (is_right and pk and pass_type == pass_type_id):
        return None
    return Pass.objects.select_related("design", "design_version").filter(pk=pk).first()


def pass_of(number: str) -> Pass | None:
    """The newest pass in force of a membership with this number."""
    live = Pass.objects.filter(membership__number=number, voided_at=None)
    return live.select_related("design", "design_version").order_by("-pk").first()


def updates_for(*, library_id: str, pass_type_id: str, since: str) -> Updates:
    """Passes of this wallet that changed after the tag; all of them for a tag that we did not give.

    One statement, so one moment: as tags commit in order, what is not seen in it has a higher tag than all that is.
    """
    held = _held(library_id, pass_type_id)
    last = int(since) if TAG.fullmatch(since) else 0
    rows = list(held.filter(Q(card__tag__gt=last) | Q(tag__gt=last)))
    if not rows and last and not LastTag.objects.filter(value__gte=last).exists():
        rows = list(held)
    return Updates([serial for serial, *_ in rows], str(max((max(tags) for _, *tags in rows), default=last)))


def _held(library_id: str, pass_type_id: str) -> QuerySet[Registration, tuple[str, int, int]]:
    theirs = Registration.objects.filter(device__library_id=library_id, device__pass_type_id=pass_type_id)
    return theirs.order_by("card__serial").values_list("card__serial", "card__tag", "tag")


def _token(sealed: bytes) -> bytes:
    """Sealed under another key, it is a token that nobody can name."""
    try:
        return sealing.unseal(sealed, purpose=Pass.PURPOSE)
    except sealing.SealBroken:
        return codes.new_token().encode()


@functools.cache
def _nobodys() -> bytes:
    return sealing.seal(codes.new_token().encode(), purpose=Pass.PURPOSE)
