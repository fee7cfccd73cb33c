"""Sweeps of the desk."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.tasks import sweep
from gatehouse.helpdesk import actions


@sweep(_("Tell those whose turn comes"))
def tell_the_waiting() -> int:
    """Letters to those near the front and to those whose turn it is; who is away too long waits again.

    Whoever was called in vain waits again too, behind the others.
    """
    return actions.end_absences() + actions.end_calls() + actions.tell_near() + actions.tell_turns()


@sweep(_("Ask how the help was"))
def ask_ratings() -> int:
    return actions.ask_ratings()


@sweep(_("Forget old guests of the help desk"))
def forget_guests() -> int:
    return actions.forget_guests()
