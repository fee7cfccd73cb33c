"""What a pass says of its own is written anew: a balance by booking, a seat by hand."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.journal import actions as journal
from gatehouse.passes import policies
from gatehouse.passes.actions.renewing import renew
from gatehouse.passes.models import Pass
from gatehouse.passes.refusals import Refused
from gatehouse.passes.values import BALANCE
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line

MOST = Decimal(10**9)


@transaction.atomic
def book(*, card: Pass, amount: Decimal, actor: Person | None, note: str = "") -> Decimal:
    """Add to the balance, or take from it with a negative amount; return what is left.

    The row is held meanwhile, so two who charge one card at once never take more than is on it. Raises `Refused` when it
    would go below zero, and for a card that was stopped. Phones hear of it as of any change.
    """
    held = _hold(card, actor)
    before = balance_of(held)
    after = (before + amount).quantize(Decimal("0.01"))
    if after < 0:
        raise Refused(_("There is only %(left)s left on this card.") % {"left": before})
    if after > MOST:
        raise Refused(_("That is more than a card can hold."))
    details = {BALANCE: [str(before), str(after)], "note": one_line(note)[:200]}
    _write(held, {**held.own, BALANCE: str(after)}, actor, "pass.booked", details)
    return after


@transaction.atomic
def write_own(*, card: Pass, own: Mapping[str, str], actor: Person | None) -> Pass:
    """Change some of a pass's own values; an empty one is taken away. The balance is not written but booked."""
    held = _hold(card, actor)
    changed = {name: value for name, value in own.items() if name != BALANCE and str(held.own.get(name, "")) != value}
    if changed:
        details = {name: [str(held.own.get(name, "")), value] for name, value in changed.items()}
        kept = {name: value for name, value in {**held.own, **changed}.items() if value != ""}
        _write(held, kept, actor, "pass.edited", details)
    return held


def balance_of(card: Pass) -> Decimal:
    """What is left on it; nothing where none was ever written."""
    try:
        return Decimal(str(card.own.get(BALANCE) or "0")).quantize(Decimal("0.01"))
    except InvalidOperation:
        return Decimal("0.00")


def _hold(card: Pass, actor: Person | None) -> Pass:
    if not policies.can_send(actor):
        raise PermissionDenied
    held = Pass.objects.select_for_update(no_key=True).get(pk=card.pk)
    if held.voided_at is not None:
        raise Refused(_("This card was stopped; it holds no values any more."))
    return held


def _write(held: Pass, own: dict[str, str], actor: Person | None, verb: str, details: Mapping[str, object]) -> None:
    held.own = own
    held.save(update_fields=["own"])
    renew([held.pk])
    name = f"pass {held.serial}"
    kept = {key: value for key, value in details.items() if value}
    journal.record(actor=actor, verb=verb, subject=name, subject_id=name, details=kept)
