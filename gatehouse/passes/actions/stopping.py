"""A holder stops their own card."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.core import limits
from gatehouse.journal import actions as journal
from gatehouse.passes.actions.voiding import replace_pass
from gatehouse.passes.models import Pass
from gatehouse.passes.refusals import Refused
from gatehouse.people.models import Person

STOPS_A_DAY = limits.Limit("passes.stops", 3, timedelta(days=1))


@transaction.atomic
def stop_own_card(*, card: Pass, actor: Person) -> Pass:
    """The new card in the place of one whose phone was lost; for its holder alone. Raises `Refused`, three a day at most."""
    if card.holder != actor:
        raise PermissionDenied
    if not limits.allow(STOPS_A_DAY, str(actor.pk)):
        raise Refused(_("You stopped three cards today. Write to us, or come back tomorrow."))
    new = replace_pass(card=card, actor=None, reason=_("Stopped by its holder"))
    name = f"pass {card.serial}"
    journal.record(actor=actor, verb="pass.stopped", subject=name, subject_id=name, details={"successor": new.serial})
    return new
