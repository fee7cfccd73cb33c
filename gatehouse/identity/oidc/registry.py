"""The client registration endpoint and each service's own place there (RFC 7591 and 7592), off unless switched on."""

import json
from collections.abc import Mapping
from typing import Any, Final

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import InvalidRequestError
from django.conf import settings
from django.http import HttpRequest
from django.http.request import UnreadablePostError

from gatehouse.identity.oidc import actions, addresses, hashes, queries, registering
from gatehouse.identity.oidc.actions.registering import Registered
from gatehouse.identity.oidc.asked import LARGEST, TooLarge
from gatehouse.identity.oidc.models import Client, Registration
from gatehouse.identity.oidc.refusals import MetadataUnfit, NotRegistered
from gatehouse.identity.oidc.registering import Unfit, Wanted

JSON: Final = "application/json"
NOT_SAID: Final = (
    "registration_access_token", "registration_client_uri", "client_secret_expires_at", "client_id_issued_at",
)  # fmt: skip
Said = dict[str, Any]


class InvalidMetadata(OAuth2Error):  # type: ignore[misc]  # Authlib has no types
    """RFC 7591, section 3.2.2."""

    error = "invalid_client_metadata"


class InvalidRedirectUri(OAuth2Error):  # type: ignore[misc]  # the same
    """The same."""

    error = "invalid_redirect_uri"


class NotLet(OAuth2Error):  # type: ignore[misc]  # the same
    """No token, or none that is good here (RFC 6750, section 3.1)."""

    error = "invalid_token"
    status_code = 401


class Nowhere(OAuth2Error):  # type: ignore[misc]  # the same
    """Registration is off."""

    error = "not_found"
    status_code = 404


def registered(request: HttpRequest) -> Said:
    """RFC 7591, section 3: the new service, its secret and its registration access token, each shown this once."""
    _check_on()
    ticket = queries.ticket_by_token(_bearer(request))
    if ticket is None:
        raise NotLet
    wanted = _wanted(_json_of(request))
    try:
        made = actions.register_client(ticket=ticket, wanted=wanted)
    except NotRegistered as error:
        raise NotLet from error
    except MetadataUnfit as error:
        raise InvalidMetadata("This cannot be kept as it is.") from error
    return _said(made, made.token)


def read(request: HttpRequest) -> Said:
    """RFC 7592, section 2.1."""
    registration = _own(request)
    return _said(Registered(registration.client, registration), _bearer(request))


def changed(request: HttpRequest) -> Said:
    """RFC 7592, section 2.2: what is left out goes back to its default."""
    registration = _own(request)
    said = _json_of(request)
    _check_names_itself(said, registration.client)
    try:
        done = actions.change_registered(registration=registration, wanted=_wanted(said))
    except NotRegistered as error:
        raise NotLet from error
    except MetadataUnfit as error:
        raise InvalidMetadata("This cannot be kept as it is; application_type stays what it was.") from error
    return _said(done, _bearer(request))


def removed(request: HttpRequest) -> None:
    """RFC 7592, section 2.3."""
    try:
        actions.unregister(registration=_own(request))
    except NotRegistered as error:
        raise NotLet from error


def _check_on() -> None:
    if not settings.CLIENT_REGISTRATION:
        raise Nowhere


def _own(request: HttpRequest) -> Registration:
    """The same answer for who is unknown, gone, switched off or shows another's token (RFC 7592, section 2.1)."""
    _check_on()
    client_id = request.path.removeprefix(f"{addresses.REGISTER}/")
    found = queries.registration_by_token(_bearer(request), client_id=client_id) if "\0" not in client_id else None
    if found is None:
        raise NotLet
    return found


def _bearer(request: HttpRequest) -> str:
    if request.META.get("QUERY_STRING"):
        raise InvalidRequestError("Nothing belongs into the address.")
    scheme, _, text = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
    return text.strip() if scheme.lower() == "bearer" else ""


def _json_of(request: HttpRequest) -> Said:
    """One JSON object, each member once."""
    meta = request.META
    if meta.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != JSON:
        raise InvalidRequestError(f"The body must be {JSON}.")
    length = meta.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > 18 or int(length) > LARGEST:
        raise TooLarge("The body is too large.")
    try:
        said = json.loads(request.body.decode(), object_pairs_hook=_once, parse_constant=_no_constant)
    except (ValueError, RecursionError, UnreadablePostError) as error:
        raise InvalidMetadata("The body is no JSON object, or says something twice.") from error
    if not isinstance(said, dict):
        raise InvalidMetadata("The body is no JSON object.")
    return said


def _once(pairs: list[tuple[str, Any]]) -> Said:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("said twice")
    return found


def _no_constant(name: str) -> None:
    raise ValueError(name)


def _wanted(said: Mapping[str, Any]) -> Wanted:
    try:
        return registering.read(said, private_places=settings.PRIVATE_SERVICES)
    except Unfit as error:
        kind = InvalidRedirectUri if error.code == "invalid_redirect_uri" else InvalidMetadata
        raise kind(str(error)) from error


def _check_names_itself(said: Mapping[str, Any], client: Client) -> None:
    """Its id, and if it says a secret, one that is good; none of what is ours to say."""
    if said.get("client_id") != client.client_id:
        raise InvalidMetadata("client_id must be the service's own.")
    if set(NOT_SAID) & set(said):
        raise InvalidMetadata("Tokens, addresses and times of the registration are not said back.")
    if "client_secret" not in said:
        return
    secret = said["client_secret"]
    fitting = [kept for kept in client.secrets.all() if kept.is_open and hashes.fits(str(secret), kept.hash)]
    if not (isinstance(secret, str) and fitting):
        raise InvalidMetadata("client_secret is not the service's.")


def _said(what: Registered, token: str) -> Said:
    """RFC 7591, section 3.2.1, and RFC 7592, section 3: all that is registered, and nothing that is not."""
    client = what.client
    secret = {"client_secret": what.secret, "client_secret_expires_at": 0} if what.secret else {}
    return {
        "client_id": client.client_id,
        "client_id_issued_at": int(what.registration.made_at.timestamp()),
        **secret,
        "registration_access_token": token,
        "registration_client_uri": addresses.whole(f"{addresses.REGISTER}/{client.client_id}"),
        **registering.metadata(_kept(client)),
    }


def _kept(client: Client) -> Wanted:
    return Wanted(
        name=client.name,
        kind=client.kind,
        proof=client.proof,
        grants=tuple(client.grants),
        scopes=tuple(client.scopes),
        redirect_uris=tuple(client.redirect_uris),
        post_logout_uris=tuple(client.post_logout_uris),
        backchannel_logout_uri=client.backchannel_logout_uri,
        jwks=client.jwks,
        signs_with=client.signs_with,
        subjects=client.subjects,
    )
