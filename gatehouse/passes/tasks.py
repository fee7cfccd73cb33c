"""Sweeps of passes."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core import claims
from gatehouse.core.tasks import LONG, sweep
from gatehouse.passes import actions
from gatehouse.passes.models import Mailing
from gatehouse.passes.queries import sending

TRIES = 3


@sweep(_("Make the letters for cards that were sent"), queue=LONG)
def post_mailings() -> int:
    """One mailing after another, each in one transaction. After three tries one is given up, and its page says so."""
    posted = 0
    for mailing in claims.take(sending.asked(), lease=actions.MAILING_LEASE, at_most=20):
        if mailing.attempts > TRIES:
            actions.give_up_mailing(mailing=mailing)
        else:
            posted += actions.post_mailing(mailing=mailing)
    return posted
