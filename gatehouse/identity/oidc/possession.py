"""The proof of a key (DPoP, RFC 9449) that came with a request."""

from urllib.parse import quote

from django.http import HttpRequest

from gatehouse.core import clock
from gatehouse.identity.oidc import addresses, dpop
from gatehouse.identity.oidc.dpop import Call, Proof, ProofUnfit
from gatehouse.identity.oidc.refusals import ProofRefused


def proof_in(request: HttpRequest, *, token: str = "") -> Proof | None:
    """None without a DPoP header; raises `ProofRefused`. Two headers arrive as one with a comma in it, and are no JWT.

    Not used up yet, so that nobody unknown makes us write: that is `actions.spend_proof`, once all else is right.
    """
    text = request.META.get("HTTP_DPOP")
    if text is None:
        return None
    call = Call(str(request.method), addresses.whole(quote(request.path)), token)
    try:
        return dpop.read(text, call=call, now=clock.now().timestamp())
    except ProofUnfit as error:
        raise ProofRefused(str(error)) from error
