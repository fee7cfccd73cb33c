"""An access token as a request bears it: `Bearer` (RFC 6750), or `DPoP` beside a proof of its key (RFC 9449, section 7).

In the header and nowhere else (RFC 9700, section 4.3.2).
"""

from django.http import HttpRequest

from gatehouse.identity.oidc import actions, dpop, tokens
from gatehouse.identity.oidc.possession import proof_in
from gatehouse.identity.oidc.refusals import ProofRefused
from gatehouse.identity.oidc.tokens import Access

REALM = 'realm="Gatehouse"'
ALGORITHMS = f'algs="{" ".join(dpop.ALGORITHMS)}"'


class TokenMissing(ValueError):
    """No access token came along."""


def access_in(request: HttpRequest, *, audience: str = "") -> Access:
    """The token, good now (`tokens.read_access`), and where it is bound, proved by whoever sends it.

    Raises `TokenMissing`, `TokenRefused` and `ProofRefused`. A bearer's token costs no question more than before.
    """
    scheme, text = _said(request)
    if scheme == "bearer":
        return tokens.read_access(text, audience=audience)
    if scheme != "dpop":
        raise TokenMissing
    proof = proof_in(request, token=text)
    if proof is None:
        raise ProofRefused("a proof of the key is needed")
    access = tokens.read_access(text, audience=audience, key=proof.thumbprint)
    actions.spend_proof(proof)
    return access


def challenge(request: HttpRequest, error: str = "", *more: str) -> str:
    """`WWW-Authenticate` (RFC 6750, section 3; RFC 9449, section 7.1): no error for who showed nothing."""
    said = ", ".join([REALM, *([f'error="{error}"'] if error else []), *more])
    if _said(request)[0] == "dpop":
        return f"DPoP {said}, {ALGORITHMS}"
    return f"Bearer {said}, DPoP {REALM}, {ALGORITHMS}"


def _said(request: HttpRequest) -> tuple[str, str]:
    scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return scheme.lower(), text.strip()
