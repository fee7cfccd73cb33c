"""Passes are stopped by hand, for good, and replaced."""

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.journal import actions as journal
from gatehouse.passes import codes, policies
from gatehouse.passes.actions.issuing import new_pass, number
from gatehouse.passes.events import PassesStale
from gatehouse.passes.models import Pass
from gatehouse.passes.refusals import Refused
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line

LONGEST_REASON = 200


@transaction.atomic
def void_pass(*, card: Pass, reason: str, actor: Person | None) -> Pass:
    """Stop the pass: it opens nothing any more, and phones that hold it show so. Saying it twice changes nothing."""
    held = _hold(card, actor)
    if held.voided_at is None:
        _stop(held, reason)
        _tell(held, actor, "pass.voided", {"reason": held.void_reason})
    return held


@transaction.atomic
def replace_pass(*, card: Pass, actor: Person | None, reason: str = "") -> Pass:
    """Stop the pass, and issue another for the same holder: with a serial, a token and, where it had one, a code of its own.

    Raises `Refused` when it was stopped before, or its holder is no more.
    """
    held = _hold(card, actor)
    if held.voided_at is not None:
        raise Refused(_("This pass was stopped already."))
    if held.holder is None and held.design.subject != held.design.Subject.NOBODY:
        raise Refused(_("Nobody holds this pass any more."))
    _stop(held, reason or _("It was replaced."))
    code = codes.new_code() if held.code else None
    new = new_pass(
        held.design, membership=held.membership, person=held.person, own=held.own, about=held.about, code=code
    )
    new.save(force_insert=True)
    number([new])
    _tell(held, actor, "pass.replaced", {"reason": held.void_reason, "successor": new.serial})
    return new


def _hold(card: Pass, actor: Person | None) -> Pass:
    if not policies.can_send(actor):
        raise PermissionDenied
    held = Pass.objects.select_for_update(of=("self",), no_key=True)
    return held.select_related("design__published", "membership__person", "person").get(pk=card.pk)


def _stop(card: Pass, reason: str) -> None:
    card.voided_at = card.stale_since = clock.now()
    card.void_reason = one_line(reason)[:LONGEST_REASON]
    card.save(update_fields=["voided_at", "stale_since", "void_reason"])
    publish(PassesStale(1))


def _tell(card: Pass, actor: Person | None, verb: str, about: dict[str, str]) -> None:
    name = f"pass {card.serial}"
    journal.record(actor=actor, verb=verb, subject=name, subject_id=name, details=about)
