"""Whoever an automatic design is for gets a pass of it without asking."""

import logging
from typing import Any

from django.db import transaction
from django.utils.translation import ngettext

from gatehouse.journal import actions as journal
from gatehouse.passes.actions.issuing import empty_pass, number
from gatehouse.passes.models import Design, Pass
from gatehouse.passes.queries import content_of
from gatehouse.passes.queries.due import automatic_designs, memberships_due, people_due
from gatehouse.people.models import Organisation
from gatehouse.people.queries import organisation

log = logging.getLogger(__name__)

AT_ONCE = 500


@transaction.atomic
def issue_due(*, at_most: int = AT_ONCE) -> int:
    """Issue so many passes that are due; return how many. Two who do it at once give nobody two."""
    issued = 0
    for design in automatic_designs():
        if issued < at_most:
            issued += _issue(design, at_most - issued)
    return issued


def _issue(design: Design, at_most: int) -> int:
    """The tag comes last, for while it is held nobody else can write a version."""
    host = organisation()
    if design.subject == Design.Subject.MEMBERSHIP:
        cards = [_new(design, host, membership=one) for one in memberships_due(design)[:at_most]]
    else:
        cards = [_new(design, host, person=one) for one in people_due(design)[:at_most]]
    if not cards:
        return 0
    Pass.objects.bulk_create(cards, ignore_conflicts=True)
    if count := number(cards):
        _note(design, count)
    return count


def _new(design: Design, host: Organisation, **holder: Any) -> Pass:
    """One whose content can't be made is issued empty, with the reason in `fault`, and tried again with the next change."""
    card = empty_pass(design, **holder)
    try:
        card.content = content_of(card, card.design_version, host=host).as_json()
    except Exception as error:  # noqa: BLE001  whatever one pass has, its neighbours are issued
        log.warning("a pass could not be filled", extra={"fields": {"serial": card.serial}})
        card.fault = f"{type(error).__name__}: {error}"[:300]
    return card


def _note(design: Design, count: int) -> None:
    words = ngettext("%(count)d pass of %(design)s", "%(count)d passes of %(design)s", count)
    journal.record(
        actor=None,
        verb="passes.issued",
        subject=words % {"count": count, "design": design},
        subject_id=f"design {design.pk}",
    )
