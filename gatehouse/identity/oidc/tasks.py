"""Sweeps of the OpenID provider."""

from django.utils.translation import gettext_lazy as _

from gatehouse.core.tasks import sweep
from gatehouse.identity.oidc import actions


@sweep(_("Make the next signing keys"))
def rotate_keys() -> int:
    return actions.rotate_keys()
