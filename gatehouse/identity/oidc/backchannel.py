"""Kernel: the token that tells a service of a sign-out (OpenID Connect Back-Channel Logout 1.0, section 2.4)."""

from typing import Any, Final

EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
TYPE: Final = "logout+jwt"
SECONDS: Final = 120  # it lives; made anew for each try


def claims(*, issuer: str, audience: str, subject: str, session: str, jti: str, now: int) -> dict[str, Any]:
    """`now` in seconds since 1970. Never with a nonce, so that it cannot be taken for an id_token."""
    return {
        "iss": issuer,
        "aud": audience,
        "iat": now,
        "exp": now + SECONDS,
        "jti": jti,
        "sub": subject,
        "sid": session,
        "events": {EVENT: {}},
    }


def is_done(status: int) -> bool:
    """200 is what the standard says; some frameworks answer 204 to an empty page (section 2.8)."""
    return status in {200, 204}


def is_hopeless(status: int) -> bool:
    """The service read it and will not have it; saying it again changes nothing. 408, 425 and 429 ask for patience."""
    return 400 <= status < 500 and status not in {408, 425, 429}
