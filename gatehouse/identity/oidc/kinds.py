"""Kernel: what a new service of each kind begins with, so that whoever adds one decides what only they can know."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

SIGN_IN: Final = ("authorization_code", "refresh_token")
DEVICE: Final = "urn:ietf:params:oauth:grant-type:device_code"  # RFC 8628, section 3.4


@dataclass(frozen=True)
class Start:
    """`proof` is a token_endpoint_auth_method; `scopes` those that are ticked at first."""

    icon: str
    proof: str
    grants: tuple[str, ...]
    scopes: tuple[str, ...]
    refresh_idle_days: int = 30
    refresh_days: int = 90

    @property
    def has_secret(self) -> bool:
        return self.proof != "none"

    @property
    def has_people(self) -> bool:
        """Whether people sign in there; else it speaks for itself alone."""
        return "client_credentials" not in self.grants


def grants_of(redirect_uris: Collection[str], *, uses_device: bool) -> list[str]:
    """Of a native application: by a browser where it has an address to come back to, by a short code where it may."""
    ways = [*(SIGN_IN[:1] if redirect_uris or not uses_device else ()), *SIGN_IN[1:]]
    return [*ways, DEVICE] if uses_device else ways


STARTS: Final[Mapping[str, Start]] = {
    "web": Start("server", "client_secret_basic", SIGN_IN, ("openid", "profile", "email")),
    # in a page's scripts nothing is safe for long (draft-ietf-oauth-browser-based-apps, 6.3)
    "page": Start("globe", "none", SIGN_IN, ("openid", "profile", "email"), refresh_idle_days=1, refresh_days=7),
    "native": Start("smartphone", "none", SIGN_IN, ("openid", "profile", "email", "offline_access")),
    "service": Start("settings", "client_secret_basic", ("client_credentials",), ()),
    "forum": Start("message-circle", "client_secret_basic", (), ("openid", "profile", "email", "groups")),
}
