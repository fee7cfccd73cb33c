"""A service pushes its authorization request to us before it sends anybody (RFC 9126).

So nobody between can read or change it, and what is wrong with it is said to the service instead of to the person.
"""

from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError, UnauthorizedClientError

from gatehouse.core import limits, origin
from gatehouse.core.limits import Limit
from gatehouse.identity.oidc import actions, addresses, checking, policies, proving
from gatehouse.identity.oidc.asked import Asked, TooLarge
from gatehouse.identity.oidc.checking import Refused
from gatehouse.identity.oidc.models import Client, PushedRequest
from gatehouse.identity.oidc.refusals import ProofRefused
from gatehouse.identity.oidc.server import InvalidProofError

OF_PROOF: Final = ("client_secret", "client_assertion", "client_assertion_type")  # they say who asks, not what
FROM_NETWORK: Final = Limit("oidc.push", 60, timedelta(minutes=1))  # for those who prove nothing


class TooOften(OAuth2Error):  # type: ignore[misc]  # Authlib has no types
    """RFC 9126, section 2.3."""

    error = "temporarily_unavailable"
    status_code = 429


def pushed(asked: Asked) -> dict[str, Any]:
    """Where the request lies, and for how many seconds; raises `OAuth2Error` for what authorize would not answer."""
    client = proving.client_of(asked)
    if "authorization_code" not in client.grants:
        raise UnauthorizedClientError("The service may not use this grant.")
    if client.is_public and not limits.allow(FROM_NETWORK, limits.network(origin.current().address)):
        raise TooOften("Too many requests from one network. Try again in a minute.")
    said = {name: value for name, value in asked.form.items() if name not in OF_PROOF}
    said["client_id"] = client.client_id
    _check(client, said)
    query = urlencode(said | _bound(asked))
    if len(query) > checking.LONGEST_QUERY:
        raise TooLarge("The request is too large.")
    request_uri = actions.push_request(client=client, query=query)
    return {"request_uri": request_uri, "expires_in": int(PushedRequest.LIFETIME.total_seconds())}


def _check(client: Client, said: dict[str, str]) -> None:
    """As at authorize, by the same kernel."""
    if "request_uri" in said:
        raise InvalidRequestError("A request is pushed itself, not its address.")
    if not policies.may_return_to(client, said.get("redirect_uri", "")):
        raise InvalidRequestError("redirect_uri is missing, or not registered.")
    try:
        pushed = checking.read(said.items(), allowed=client.scopes)
        checking.check_target(pushed, [addresses.issuer(), *client.resources])
    except Refused as refusal:
        raise OAuth2Error(str(refusal), error=refusal.code) from refusal


def _bound(asked: Asked) -> dict[str, str]:
    """A proof that comes along names the key which alone redeems the code (RFC 9449, section 10.1)."""
    try:
        proof = asked.proof()
        if proof and asked.said("dpop_jkt") in ("", proof.thumbprint):
            actions.spend_proof(proof)
    except ProofRefused as refusal:
        raise InvalidProofError(str(refusal)) from refusal
    if proof and asked.said("dpop_jkt") not in ("", proof.thumbprint):
        raise InvalidProofError("dpop_jkt names another key")
    return {"dpop_jkt": proof.thumbprint} if proof else {}
