"""The link in a notice of a sign-in: it names the session, ends it without signing in, and opens nothing."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.urls import reverse

from gatehouse.core import links

LASTS = timedelta(days=30)
PURPOSE = "not-me"


def link_for(*, session_id: UUID, person_id: UUID) -> str:
    token = links.sign(PURPOSE, [session_id.hex, person_id.hex])
    return f"{settings.BASE_URL}{reverse('identity:not_me', args=[token])}"


def read(token: str) -> tuple[UUID, UUID] | None:
    """Session and person, or nothing for what we did not sign or is too old."""
    try:
        session_id, person_id = links.read(PURPOSE, token, within=LASTS)
    except links.LinkUnusable:
        return None
    return UUID(hex=session_id), UUID(hex=person_id)
