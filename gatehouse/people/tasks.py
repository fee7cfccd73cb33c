"""What the people app does by itself."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.tasks import sweep
from gatehouse.people import actions


@sweep(_("Lapse memberships that ran out"))
def lapse_memberships() -> int:
    return actions.lapse_memberships()
