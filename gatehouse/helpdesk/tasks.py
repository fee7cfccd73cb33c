"""Sweeps of the help desk."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.tasks import sweep
from gatehouse.helpdesk.actions import imports


@sweep(_("Forget old previews of the desk's files"))
def forget_imports() -> int:
    return imports.forget_imports()
