"""The token endpoint and its neighbours: Authlib's server and grant classes, with our storage and policy behind them."""

import json
from collections.abc import Iterable
from typing import Any, Final

from authlib.oauth2 import OAuth2Error
from authlib.oauth2.rfc6749 import (
    AuthorizationServer,
    InvalidGrantError,
    InvalidRequestError,
    InvalidScopeError,
    UnauthorizedClientError,
)
from authlib.oauth2.rfc6749.grants import BaseGrant, TokenEndpointMixin
from django.http import HttpResponse

from gatehouse.identity.oidc import actions, proving
from gatehouse.identity.oidc.actions import Issued
from gatehouse.identity.oidc.asked import Asked
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.refusals import GrantUnusable, ProofRefused, ScopeTooWide, TargetUnknown

Headers = list[tuple[str, str]]
Answer = tuple[int, dict[str, Any], Headers]
NO_STORE: Final[Headers] = [("Cache-Control", "no-store"), ("Pragma", "no-cache")]  # RFC 6749, section 5.1

BESIDE: Final = {  # what goes along with these answers, in the header
    401: {"WWW-Authenticate": 'Basic realm="Gatehouse", charset="UTF-8"'},
    429: {"Retry-After": "60"},
}


class InvalidTargetError(OAuth2Error):  # type: ignore[misc]  # Authlib has no types
    """RFC 8707, section 2."""

    error = "invalid_target"


class InvalidProofError(OAuth2Error):  # type: ignore[misc]  # the same
    """RFC 9449, section 5."""

    error = "invalid_dpop_proof"


class Server(AuthorizationServer):  # type: ignore[misc]  # the same
    """What Authlib leaves to us: reading requests, knowing services, writing answers."""

    def create_oauth2_request(self, request: Asked) -> Asked:
        return request

    def authenticate_client(self, request: Asked, methods: object, endpoint: str = "token") -> Client:
        return proving.client_of(request)

    def send_signal(self, name: str, *args: object, **kwargs: object) -> None:
        """Facts are published by actions."""

    def handle_response(self, status: int, body: Any, headers: Iterable[tuple[str, str]]) -> HttpResponse:
        return answer(status, dict(body), dict(headers))

    def handle_error_response(self, request: object, error: OAuth2Error) -> HttpResponse:
        return refusal(error)

    @property
    def grant_types(self) -> list[str]:
        return [kind.GRANT_TYPE for kind, _extensions in self._token_grants]


def answer(status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> HttpResponse:
    content = json.dumps(body, separators=(",", ":"), ensure_ascii=False)
    said = dict(NO_STORE) | {name: value for name, value in (headers or {}).items() if name != "Content-Type"}
    return HttpResponse(content, status=status, content_type="application/json", headers=said)


def refusal(error: OAuth2Error) -> HttpResponse:
    """The RFC's word for it, and a sentence of ours that repeats nothing of what was sent."""
    body = {"error": error.error}
    if error.description:
        body["error_description"] = error.description
    return answer(error.status_code or 400, body, BESIDE.get(error.status_code))


class OurGrant(BaseGrant, TokenEndpointMixin):  # type: ignore[misc]  # the same
    """Proves the service and its right to this grant; what is issued, and whether, is said by `actions`."""

    TOKEN_ENDPOINT_AUTH_METHODS = list(Client.Proof.values)

    def validate_token_request(self) -> None:
        client = self.authenticate_token_endpoint_client()
        if self.GRANT_TYPE not in client.grants:
            raise UnauthorizedClientError("The service may not use this grant.")
        self.request.client = client

    def create_token_response(self) -> Answer:
        try:
            issued = self.issued(self.request.client, self.request)
        except GrantUnusable as error:
            raise InvalidGrantError("It is unknown, used, run out, or was given to another service.") from error
        except ScopeTooWide as error:
            raise InvalidScopeError("More than was granted.") from error
        except TargetUnknown as error:
            raise InvalidTargetError("Not an audience of this service.") from error
        except ProofRefused as error:
            raise InvalidProofError(str(error)) from error
        return 200, issued.as_dict(), NO_STORE

    def issued(self, client: Client, asked: Asked) -> Issued:
        raise NotImplementedError


class CodeGrant(OurGrant):
    GRANT_TYPE = "authorization_code"

    def issued(self, client: Client, asked: Asked) -> Issued:
        if not asked.said("code"):
            raise InvalidRequestError("The code is missing.")
        return actions.redeem_code(
            client=client,
            code=asked.said("code"),
            redirect_uri=asked.said("redirect_uri"),
            verifier=asked.said("code_verifier"),
            resource=asked.said("resource"),
            proof=asked.proof(),
        )


class RefreshGrant(OurGrant):
    GRANT_TYPE = "refresh_token"

    def issued(self, client: Client, asked: Asked) -> Issued:
        if not asked.said("refresh_token"):
            raise InvalidRequestError("The refresh token is missing.")
        return actions.refresh(
            client=client,
            token=asked.said("refresh_token"),
            scope=asked.said("scope"),
            resource=asked.said("resource"),
            proof=asked.proof(),
        )


class ServiceGrant(OurGrant):
    GRANT_TYPE = "client_credentials"

    def validate_token_request(self) -> None:
        super().validate_token_request()
        if self.request.client.is_public:
            raise UnauthorizedClientError("Only a service that can keep a secret has tokens of its own.")

    def issued(self, client: Client, asked: Asked) -> Issued:
        return actions.issue_to_service(
            client=client, scope=asked.said("scope"), resource=asked.said("resource"), proof=asked.proof()
        )


def _server(*grants: type[OurGrant]) -> Server:
    server = Server()
    for grant in grants:
        server.register_grant(grant)
    return server


SERVER: Final = _server(CodeGrant, RefreshGrant, ServiceGrant)
