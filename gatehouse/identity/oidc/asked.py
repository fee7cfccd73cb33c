"""A request to a protocol endpoint, read strictly: one form in the body, nothing in the address, nothing twice."""

from typing import Final
from urllib.parse import parse_qsl

from authlib.oauth2.rfc6749 import InvalidRequestError, OAuth2Request
from authlib.oauth2.rfc6749.requests import BasicOAuth2Payload
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from gatehouse.identity.oidc.dpop import Proof
from gatehouse.identity.oidc.possession import proof_in

FORM: Final = "application/x-www-form-urlencoded"
LARGEST: Final = 65_536  # bytes
MOST: Final = 40  # parameters


class TooLarge(InvalidRequestError):  # type: ignore[misc]  # Authlib has no types
    """More than any honest request needs; not one byte was read."""

    status_code = 413


class Asked(OAuth2Request):  # type: ignore[misc]  # the same
    """What Authlib's classes look at. That the request came by https is checked at the door, not by Authlib."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request.method, f"https://here{request.path}")
        self.payload = BasicOAuth2Payload(form_of(request))
        self.authorization: str = request.META.get("HTTP_AUTHORIZATION", "")
        self.http = request

    @property
    def form(self) -> dict[str, str]:
        return dict(self.payload.data)

    def said(self, name: str) -> str:
        """A parameter, or "" (RFC 6749, section 3.2: one without a value counts as left out)."""
        return str(self.payload.data.get(name, ""))

    def proof(self) -> Proof | None:
        """That the sender holds a key, if they say so; raises `ProofRefused`."""
        return proof_in(self.http)


def form_of(request: HttpRequest) -> dict[str, str]:
    """The body's parameters; raises `InvalidRequestError` for whatever is not exactly that."""
    meta = request.META
    if meta.get("QUERY_STRING"):
        raise InvalidRequestError("Parameters belong into the body, none into the address.")
    if meta.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != FORM:
        raise InvalidRequestError(f"The body must be {FORM}.")
    said = meta.get("CONTENT_LENGTH") or "0"
    if not said.isdecimal() or len(said) > 18 or int(said) > LARGEST:
        raise TooLarge("The body is too large.")
    try:
        pairs = parse_qsl(request.body.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=MOST)
    except (ValueError, UnreadablePostError) as error:
        raise InvalidRequestError("The body is no form.") from error
    form = dict(pairs)
    if len(form) != len(pairs):
        raise InvalidRequestError("A parameter was sent twice.")
    if any("\0" in text for pair in pairs for text in pair):
        raise InvalidRequestError("A parameter holds what no text holds.")
    return {name: value for name, value in form.items() if value}
