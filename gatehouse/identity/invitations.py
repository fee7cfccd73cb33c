"""The link in an invitation: it fills in the address, and opens nothing."""

from datetime import timedelta
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from gatehouse.core import links

LASTS = timedelta(days=180)
PURPOSE = "invitation"


def link_for(email: str) -> str:
    return f"{settings.BASE_URL}{reverse('identity:sign_in')}?{urlencode({'to': links.sign(PURPOSE, email)})}"


def address_in(token: str) -> str:
    """The invited address, or nothing for what we did not sign."""
    try:
        return str(links.read(PURPOSE, token, within=LASTS))
    except links.LinkUnusable:
        return ""
