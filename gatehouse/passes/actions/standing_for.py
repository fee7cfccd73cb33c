"""Cards that stand for something else of the portal, named by `Pass.about`: made, rewritten and stopped with it.

Whoever owns that thing says in `own` what the card is to say; `starts` and `ends` among it, as ISO 8601, are when the
card comes up and when it is over. Passes know no more of it.
"""

from collections.abc import Collection, Mapping

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.passes import queries
from gatehouse.passes.actions.issuing import issue_pass
from gatehouse.passes.actions.voiding import void_pass
from gatehouse.passes.events import PassesStale
from gatehouse.passes.models import Pass


@transaction.atomic
def keep_card(*, about: str, design: int | None, own: Mapping[str, str]) -> Pass | None:
    """The live card about this says these values: a sweep makes its new version. Without one, it is issued.

    None, and nothing done, where the design can't give cards: it is no more, not published, or for somebody.
    """
    if card := queries.card_about(about):
        Pass.objects.filter(pk=card.pk).update(own=dict(own), stale_since=clock.now())
        publish(PassesStale(1))
        return card
    found = queries.ticket_designs().filter(pk=design).first() if design else None
    if found is None:
        return None
    try:
        with transaction.atomic():
            return issue_pass(design=found, about=about, own=dict(own), actor=None)
    except IntegrityError:  # somebody else issued it a moment ago
        return queries.card_about(about)


def stop_card(*, about: str, reason: str) -> None:
    """Twice is once; no card, nothing to stop."""
    if card := queries.card_about(about):
        void_pass(card=card, reason=reason, actor=None)


def forget_cards(*, about: Collection[str]) -> int:
    """Stopped and emptied: whoever they told of is erased. Phones are told, as of any change."""
    cards = Pass.objects.filter(about__in=about)
    cards.filter(voided_at=None).update(voided_at=clock.now(), void_reason=_("Its holder was erased."))
    count = cards.update(own={}, stale_since=clock.now())
    if count:
        publish(PassesStale(count))
    return count
