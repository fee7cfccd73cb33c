"""Where the provider answers. The issuer is the portal's own address, letter by letter as clients were told it."""

from typing import Final
from uuid import UUID

from django.conf import settings

DISCOVERY: Final = "/.well-known/openid-configuration"  # OpenID Connect Discovery 1.0, section 4
SERVER: Final = "/.well-known/oauth-authorization-server"  # RFC 8414, section 3
JWKS: Final = "/oauth/jwks"
TOKEN: Final = "/oauth/token"  # noqa: S105  an address
PUSH: Final = "/oauth/par"
REVOKE: Final = "/oauth/revoke"
INTROSPECT: Final = "/oauth/introspect"
USERINFO: Final = "/oauth/userinfo"
FOBS: Final = "/api/v1/fobs/sign-in"
AUTHORIZE: Final = "/oauth/authorize"
LOGOUT: Final = "/oauth/logout"


def issuer() -> str:
    return str(settings.BASE_URL)


def whole(path: str) -> str:
    return f"{settings.BASE_URL}{path}"


def trial(client: UUID) -> str:
    """Where a trial sign-in of staff comes back to: a page of ours, and so registered for each service."""
    return whole(f"/manage/identity/services/{client}/try/back")
