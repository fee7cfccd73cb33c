"""Sweeps of the help desk."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.tasks import LONG, sweep
from gatehouse.helpdesk.actions import reporting


@sweep(_("Mail the help desk's monthly reports"), queue=LONG)
def send_monthly_reports() -> int:
    return reporting.send_monthly()
