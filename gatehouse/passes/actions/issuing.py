"""Passes come into being."""

from collections.abc import Collection
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock, sealing
from gatehouse.journal import actions as journal
from gatehouse.passes import codes, policies
from gatehouse.passes.blueprint import Content
from gatehouse.passes.models import Design, LastTag, Pass
from gatehouse.passes.queries import content_of
from gatehouse.passes.refusals import Refused
from gatehouse.people.models import Membership, Person


@transaction.atomic
def issue_pass(
    *,
    design: Design,
    actor: Person | None,
    membership: Membership | None = None,
    person: Person | None = None,
    own: dict[str, Any] | None = None,
    about: str | None = None,
    code: str | None = None,
) -> Pass:
    """A new pass in the design's published version; the live one, if this membership or person has one already.

    Raises `Refused` when the design was never published.
    """
    if not policies.can_send(actor):
        raise PermissionDenied
    live = Pass.objects.filter(design=design, voided_at=None)
    holder = {"membership": membership} if membership else {"person": person} if person else None
    if holder and (found := live.filter(**holder).first()):
        return found
    card = new_pass(design, membership=membership, person=person, own=own or {}, about=about, code=code)
    if not _saved(card):
        return live.get(**(holder or {}))
    number([card])
    journal.record(actor=actor, verb="pass.issued", subject=f"pass {card.serial}", subject_id=f"pass {card.serial}")
    return card


def new_pass(design: Design, **fields: Any) -> Pass:
    """Not saved yet: with its serial, its sealed token and its first content."""
    card = empty_pass(design, **fields)
    card.content = content_of(card, card.design_version).as_json()
    return card


def empty_pass(design: Design, **fields: Any) -> Pass:
    """Not saved yet, and nothing on it.

    Marked from birth: a fact or design that changes while it is made finds no row yet to mark.
    """
    if design.published is None:
        raise Refused(_("“%(design)s” was not published yet, so no pass can be issued from it.") % {"design": design})
    card = Pass(design=design, design_version=design.published, serial=codes.new_serial(), **fields)
    card.sealed_token = sealing.seal(codes.new_token().encode(), purpose=Pass.PURPOSE)
    card.content = Content().as_json()
    card.stale_since = clock.now()
    card.modified_at = card.stale_since.replace(microsecond=0)
    return card


def _saved(card: Pass) -> bool:
    """False when somebody else gave one to the same holder a moment ago."""
    try:
        with transaction.atomic():
            card.save(force_insert=True)
    except IntegrityError:
        if card.holder is None:
            raise
        return False
    return True


def number(cards: Collection[Pass]) -> int:
    """Give new passes one tag; return how many are there. Written before, for the tag's lock is to be held shortly."""
    tag = next_tag()
    for card in cards:
        card.tag = tag
    return Pass.objects.filter(serial__in=[card.serial for card in cards]).update(tag=tag)


def next_tag() -> int:
    """One higher than every tag before; within a transaction, whose end lets the next one in."""
    last, _is_new = LastTag.objects.select_for_update().get_or_create(pk=1)
    last.value += 1
    last.save(update_fields=["value"])
    return last.value
