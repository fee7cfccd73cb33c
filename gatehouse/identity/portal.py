"""What the identity app adds to the portal."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.access import Permission, declare
from gatehouse.identity import policies

declare(Permission(policies.END_SESSIONS, _("see where people are signed in, and sign them out")))
