"""The device authorization endpoint: a screen without a keyboard wants somebody signed in (RFC 8628, section 3.1)."""

from math import ceil
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2.rfc6749 import InvalidScopeError, UnauthorizedClientError
from authlib.oauth2.rfc8628 import SlowDownError

from gatehouse.identity.oidc import actions, addresses, checking, proving, rates, scopes, user_codes
from gatehouse.identity.oidc.asked import Asked
from gatehouse.identity.oidc.refusals import TargetUnknown
from gatehouse.identity.oidc.server import InvalidTargetError


class TooMany(SlowDownError):  # type: ignore[misc]  # Authlib has no types
    """From one network, more devices began to wait than anybody has."""

    status_code = 429

    def __init__(self, seconds: float) -> None:
        super().__init__("Too many devices began from here.")
        self.seconds = str(max(ceil(seconds), 1))


def begun(asked: Asked) -> dict[str, Any]:
    """What section 3.2 has a device told; raises Authlib's errors, as they are at the token endpoint."""
    client = proving.client_of(asked)
    if not client.uses_device:
        raise UnauthorizedClientError("The service may not use this grant.")
    try:
        scope = scopes.line(checking.scopes_of(asked.said("scope"), client.scopes))
        actions.audience_for(client, scope, asked.said("resource"))
    except checking.Refused as error:
        raise InvalidScopeError(str(error)) from error
    except TargetUnknown as error:
        raise InvalidTargetError("Not an audience of this service.") from error
    if wait := rates.spend_begun(client_id=client.client_id):
        raise TooMany(wait.total_seconds())
    made = actions.begin_device(client=client, scope=scope, resource=asked.said("resource"))
    code, page = user_codes.shown(made.user_code), addresses.whole(addresses.DEVICE)
    return {
        "device_code": made.device_code,
        "user_code": code,
        "verification_uri": page,
        "verification_uri_complete": f"{page}?{urlencode({'user_code': code})}",
        "expires_in": made.seconds,
        "interval": made.interval,
    }
