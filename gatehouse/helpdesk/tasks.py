"""Sweeps of the help desk."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.tasks import LONG, sweep
from gatehouse.helpdesk import actions
from gatehouse.helpdesk.actions import imports, reporting


@sweep(_("Tell those whose turn comes"))
def tell_the_waiting() -> int:
    """Receipts, letters to those near the front and to those whose turn it is.

    Who is away too long, or was called in vain, waits again.
    """
    back = actions.end_absences() + actions.end_calls()
    return back + actions.tell_turns() + actions.tell_near() + actions.send_receipts()


@sweep(_("Put appointments whose time has come into the queue"))
def open_appointments() -> int:
    return actions.open_due_appointments()


@sweep(_("Remind people of their appointments"))
def remind_of_appointments() -> int:
    return actions.remind_of_appointments()


@sweep(_("Ask how the help was"))
def ask_ratings() -> int:
    return actions.ask_ratings()


@sweep(_("Forget old guests of the help desk"))
def forget_guests() -> int:
    return actions.forget_guests()


@sweep(_("Forget old previews of the desk's files"))
def forget_imports() -> int:
    return imports.forget_imports()


@sweep(_("Mail the help desk's monthly reports"), queue=LONG)
def send_monthly_reports() -> int:
    return reporting.send_monthly()
