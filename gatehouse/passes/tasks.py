"""Sweeps of the passes app."""

import time
from collections.abc import Callable

from django.utils.translation import gettext_lazy as _

from gatehouse.core import claims
from gatehouse.core.tasks import LONG, Sweep, enqueue, sweep
from gatehouse.passes import actions, queries
from gatehouse.passes.queries import sending

TRIES = 3  # to make the letters of a mailing
TURN = 2.0  # seconds; then the other sweeps of the queue get their turn, and the rest goes on
A_BATCH = 100  # cards told to Google in one run


def _for_a_turn(work: Callable[[], int], then: Sweep) -> int:
    done, deadline = 0, time.monotonic() + TURN
    while some := work():
        done += some
        if time.monotonic() > deadline:
            enqueue(then)
            break
    return done


@sweep(_("Renew passes"))
def renew_stale() -> int:
    """Look at passes whose facts may have changed, and renew those that say something else now."""
    return _for_a_turn(actions.renew_stale, renew_stale)


@sweep(_("Tell phones of new versions"), queue=LONG)
def push_waiting() -> int:
    """Push what is due. On the queue for long work: where Apple is silent, no sign-in code waits for it."""
    accepted = actions.push_waiting()
    if accepted and queries.due_to_be_pushed().exists():
        enqueue(push_waiting)
    return accepted


@sweep(_("Issue passes that are due"))
def issue_due() -> int:
    return _for_a_turn(actions.issue_due, issue_due)


@sweep(_("Look after passes of people who left"))
def mark_just_left() -> int:
    return actions.mark_just_left()


@sweep(_("Forget old lines from phones"))
def forget_reports() -> int:
    return actions.forget_reports()


@sweep(_("Make passes in numbers"), queue=LONG)
def fill_batches() -> int:
    return actions.fill_waiting()


@sweep(_("Forget lists of passes that nobody made"))
def forget_drafts() -> int:
    return actions.forget_drafts()


@sweep(_("Make the letters for cards that were sent"), queue=LONG)
def post_mailings() -> int:
    """One mailing after another. One whose worker died goes on where it stood; after three tries it is given up."""
    posted = 0
    for mailing in claims.take(sending.asked(), lease=actions.MAILING_LEASE, at_most=20):
        if mailing.attempts > TRIES:
            actions.give_up_mailing(mailing=mailing)
            continue
        while some := actions.post_some(mailing=mailing):
            posted += some
    return posted


@sweep(_("Warn that certificates expire"))
def warn_of_expiry() -> int:
    return actions.warn_of_expiry()


@sweep(_("Tell Google Wallet"), queue=LONG)
def tell_google() -> int:
    """Tell Google what changed in designs and passes it has; on the queue for long work, as pushes are."""
    told = actions.tell_waiting(at_most=A_BATCH)
    if told >= A_BATCH:
        enqueue(tell_google)
    return told


@sweep(_("Forget Google's old calls"))
def forget_callbacks() -> int:
    return actions.forget_callbacks()


@sweep(_("Forget pictures no design names"))
def forget_images() -> int:
    return actions.forget_unused_images()
