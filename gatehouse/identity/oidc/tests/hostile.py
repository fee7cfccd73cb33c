"""What no honest program sends, and what every answer to it must be."""

import base64
import hmac
import json
from typing import Any
from urllib.parse import urlencode, urlsplit

from hypothesis import HealthCheck, settings, strategies as st

from gatehouse.identity.oidc.queries import keys as ring

quietly = settings(
    max_examples=12, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

ODD = [
    "",
    "\0",
    "a\0b",
    "x" * 70_000,
    "é" * 700,
    "🕯",
    "[" * 3_000,
    "%00",
    "..",
    "a.b.c",
    "ey..",
    "eyJhbGciOiJub25lIn0.e30.",
    "0" * 32 + ":" + "A" * 43,
    "//evil.example.org",
    "https://evil.example.org/",
    "javascript:alert(1)",
    "\r\nSet-Cookie: a=b",
    "{{7*7}}",
    "'; DROP TABLE oidc_grant; --",
    "-1",
    "9" * 400,
    "NaN",
    "==!!==",
    '{"id_token": {"a\\u0000": null}}',
    '{"userinfo": {"email": {"value": NaN}}}',
    '{"id_token": {"\\ud800": null}}',
    '{"id_token": {"a": {"values": ' + "[" * 400 + "]" * 400 + "}}}",
]
words = st.sampled_from(ODD) | st.text(max_size=40)
headers = st.text(st.characters(max_codepoint=255), max_size=60)

# RFC 6749 5.2, 7009 2.2.1, 8707 2, 8628 3.5, 9449 5 and 8
ERRORS_OF_TOKENS = {
    "invalid_request", "invalid_client", "invalid_grant", "unauthorized_client", "unsupported_grant_type", "invalid_scope",
    "unsupported_token_type", "invalid_target", "authorization_pending", "slow_down", "access_denied", "expired_token",
    "invalid_dpop_proof", "use_dpop_nonce",
}  # fmt: skip
# RFC 6749 4.1.2.1, OpenID Connect Core 3.1.2.6, RFC 9470 5, RFC 8707 2
ERRORS_OF_SIGN_INS = {
    "invalid_request", "unauthorized_client", "access_denied", "unsupported_response_type", "invalid_scope",
    "login_required", "consent_required", "interaction_required", "account_selection_required",
    "unmet_authentication_requirements", "request_not_supported", "request_uri_not_supported",
    "registration_not_supported", "invalid_target", "invalid_request_uri", "invalid_request_object",
}  # fmt: skip


@st.composite
def forms(draw: st.DrawFn, names: list[str], most: int = 8) -> list[tuple[str, str]]:
    """Pairs with odd values; names come twice at times."""
    name = st.sampled_from(names) | st.text(max_size=10)
    return draw(st.lists(st.tuples(name, words), max_size=most))


def coded(pairs: list[tuple[str, str]]) -> str:
    return urlencode([(name.encode(errors="replace"), value.encode(errors="replace")) for name, value in pairs])


def b64(what: bytes) -> str:
    return base64.urlsafe_b64encode(what).rstrip(b"=").decode()


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=4), inner, max_size=2),
    max_leaves=4,
)


@st.composite
def forged(draw: st.DrawFn) -> str:
    """A JWT of nobody: foreign or confused algorithms, odd headers, signed by our public key as if it were a secret."""
    kid = draw(st.sampled_from(["ES256", "RS256"]))
    key = ring.signing_key(kid)
    algorithm = draw(
        st.sampled_from(["none", "HS256", "HS512", "ES256", "RS256", "PS256", "ES256K", "EdDSA", "", "\0"])
    )
    header: dict[str, Any] = {
        "alg": algorithm,
        "kid": key.kid,
        "typ": draw(st.sampled_from(["at+jwt", "JWT", "logout+jwt"])),
    }
    header |= draw(
        st.dictionaries(
            st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jku", "jwk", "x5u", "x5c", "zip", "cty"]),
            json_values,
            max_size=2,
        )
    )
    claims = {"iss": "http://127.0.0.1:8000", "sub": "x", "aud": "x", "exp": 2**31, "jti": "x", "client_id": "x"}
    claims |= draw(st.dictionaries(st.sampled_from([*claims, "grant", "scope"]), json_values, max_size=2))
    said = f"{b64(json.dumps(header).encode())}.{b64(json.dumps(claims).encode())}"
    secret = draw(st.sampled_from([key.as_pem(private=False), json.dumps(key.as_dict(private=False)).encode(), b""]))
    mac = hmac.digest(secret, said.encode(), "sha256")
    end = draw(st.sampled_from([b64(mac), "", "!!", "A" * 86, b64(mac) + "=", "A" * 20_000]))
    return f"{said}.{end}"


def is_quiet(content: bytes) -> bool:
    """Nothing of our insides."""
    return b"Traceback" not in content and b'File "' not in content


def is_local(location: str) -> bool:
    """A page of ours: no other host, however a browser reads it."""
    parts = urlsplit(location)
    plain = not set(location) & set("\\\r\n\t\0")
    return (
        plain and not parts.scheme and not parts.netloc and location.startswith("/") and not location.startswith("//")
    )
