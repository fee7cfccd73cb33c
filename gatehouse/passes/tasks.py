"""Sweeps of the passes app."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.tasks import sweep
from gatehouse.passes import actions


@sweep(_("Warn that certificates expire"))
def warn_of_expiry() -> int:
    return actions.warn_of_expiry()
