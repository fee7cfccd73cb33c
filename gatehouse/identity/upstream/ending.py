"""Signing out there too (OpenID Connect RP-Initiated Logout 1.0): what is kept for it, and where to send the browser."""

import base64
import logging
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlencode, urlsplit

from django.conf import settings

from gatehouse.core import sealing
from gatehouse.identity.upstream import documents, providers
from gatehouse.identity.upstream.documents import NoAnswer
from gatehouse.identity.upstream.id_tokens import Known
from gatehouse.identity.upstream.providers import Upstream

log = logging.getLogger("gatehouse.identity")

SEALED_FOR: Final = "upstream.id-token"
LONGEST: Final = 4_096  # letters; a longer id_token would make an address that some servers refuse
PATH: Final = "/sign-out/done"


def kept(upstream: Upstream, known: Known) -> dict[str, str]:
    """For the session; the id_token sealed, or "" where it is too long."""
    hint = ""
    if upstream.signs_out and len(known.text) <= LONGEST:
        hint = base64.b64encode(sealing.seal(known.text.encode(), purpose=SEALED_FOR)).decode()
    return {"issuer": upstream.issuer, "hint": hint}


def address(said: Mapping[str, str]) -> str:
    """Of what was kept; "" where this upstream is gone, does not offer it, is silent, or the settings say no."""
    upstream = providers.by_issuer(said.get("issuer", ""))
    if upstream is None or not upstream.signs_out:
        return ""
    try:
        end_session = documents.of(upstream.issuer).end_session
    except NoAnswer as error:
        log.warning("upstream %s does not answer: %s", upstream.slug, error)
        return ""
    asked = {"client_id": upstream.credential.client_id, "post_logout_redirect_uri": f"{settings.BASE_URL}{PATH}"}
    hint = _opened(said.get("hint", ""))
    joint = "&" if urlsplit(end_session).query else "?"
    return f"{end_session}{joint}{urlencode(asked | ({'id_token_hint': hint} if hint else {}))}" if end_session else ""


def _opened(hint: str) -> str:
    try:
        return sealing.unseal(base64.b64decode(hint), purpose=SEALED_FOR).decode()
    except (sealing.SealBroken, ValueError):
        return ""
