"""What the provider says of itself: built from what is registered, so that it says only what is true."""

import functools
import json
from typing import Any

from django.urls import Resolver404, resolve

from gatehouse.identity import acr
from gatehouse.identity.oidc import addresses, checking, claims, dpop, keys, pkce, scopes
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.server import SERVER

PROOFS = [proof.value for proof in Client.Proof]
CONFIDENTIAL = [proof for proof in PROOFS if proof != Client.Proof.NONE]


@functools.cache
def document() -> bytes:
    """OpenID Connect Discovery 1.0, section 3, and RFC 8414, section 2; one text for both."""
    return json.dumps({**_server(), **_pages(), **_tokens()}, separators=(",", ":")).encode()


def _server() -> dict[str, Any]:
    whole = addresses.whole
    return {
        "issuer": addresses.issuer(),
        "token_endpoint": whole(addresses.TOKEN),
        "userinfo_endpoint": whole(addresses.USERINFO),
        "jwks_uri": whole(addresses.JWKS),
        "pushed_authorization_request_endpoint": whole(addresses.PUSH),
        "require_pushed_authorization_requests": False,
        "dpop_signing_alg_values_supported": list(dpop.ALGORITHMS),
        "revocation_endpoint": whole(addresses.REVOKE),
        "introspection_endpoint": whole(addresses.INTROSPECT),
        "grant_types_supported": SERVER.grant_types,
        "token_endpoint_auth_methods_supported": PROOFS,
        "token_endpoint_auth_signing_alg_values_supported": list(keys.ALGORITHMS),
        "revocation_endpoint_auth_methods_supported": PROOFS,
        "revocation_endpoint_auth_signing_alg_values_supported": list(keys.ALGORITHMS),
        "introspection_endpoint_auth_methods_supported": CONFIDENTIAL,
        "introspection_endpoint_auth_signing_alg_values_supported": list(keys.ALGORITHMS),
    }


def _pages() -> dict[str, Any]:
    """Those that a browser opens; the addresses are asked whether anybody answers there."""
    said: dict[str, Any] = {}
    if _answers(addresses.AUTHORIZE):
        said |= {
            "authorization_endpoint": addresses.whole(addresses.AUTHORIZE),
            "response_types_supported": ["code"],
            "response_modes_supported": ["query"],
            "code_challenge_methods_supported": [pkce.METHOD],
            "authorization_response_iss_parameter_supported": True,
            "prompt_values_supported": sorted(checking.PROMPTS),
            "claims_parameter_supported": True,
            "request_parameter_supported": False,
            "request_uri_parameter_supported": False,
        }
    if _answers(addresses.LOGOUT):
        said |= {
            "end_session_endpoint": addresses.whole(addresses.LOGOUT),
            "backchannel_logout_supported": True,
            "backchannel_logout_session_supported": True,
        }
    return said


def _tokens() -> dict[str, Any]:
    return {
        "scopes_supported": list(scopes.ALL),
        "claims_supported": ["sub", "iss", "auth_time", "acr", "amr", "sid", "nonce", *claims.STANDARD],
        "claim_types_supported": ["normal"],
        "subject_types_supported": list(Client.Subjects.values),
        "id_token_signing_alg_values_supported": list(keys.ALGORITHMS),
        "acr_values_supported": [level for level in acr.LEVELS if level],
    }


def _answers(path: str) -> bool:
    try:
        resolve(path)
    except Resolver404:
        return False
    return True
