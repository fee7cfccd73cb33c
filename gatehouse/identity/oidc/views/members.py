"""The members API: a trusted service reads and writes people by its own ids. JSON whatever happens (RFC 9457)."""

import logging
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt

from gatehouse.core import origin
from gatehouse.identity.oidc import actions, addresses, bearing, membering, policies, queries
from gatehouse.identity.oidc.bearing import TokenMissing
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.refusals import MemberOutOfReach, ProofRefused, TokenRefused, UsernameTaken
from gatehouse.people.refusals import EmailTaken, EmailUnfit, LastOwner, Nameless, PersonGone

log = logging.getLogger("gatehouse.oidc")
LONGEST_ID = 200


class Problem(Exception):
    """An answer that is an error: `code` is stable, for programs; `headers` go along."""

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail = status, code, detail
        self.headers: dict[str, str] = more.pop("headers", {})
        self.more = more


@csrf_exempt  # no cookie is looked at, only the token in the header
def member(request: HttpRequest, external_id: str) -> HttpResponse:
    try:
        answer = _answered(request, external_id)
    except Problem as problem:
        answer = _problem(problem)
    except Exception:
        log.exception("the members API failed")
        detail = f"It was noted as request {origin.current().request_id}."
        answer = _problem(Problem(500, "server_error", detail))
    answer["Cache-Control"] = "no-store"
    return answer


def _answered(request: HttpRequest, external_id: str) -> HttpResponse:
    if request.method not in ("GET", "HEAD", "PUT"):
        raise Problem(405, "method_not_allowed", "Use GET or PUT.", headers={"Allow": "GET, HEAD, PUT"})
    is_write = request.method == "PUT"
    client = _client(request, policies.MEMBERS_WRITE if is_write else policies.MEMBERS_READ)
    if len(external_id) > LONGEST_ID or not external_id.isprintable():
        raise Problem(404, "not_found", "There is no such member.")
    if is_write:
        return _written(request, client, external_id)
    found = queries.member(client, external_id)
    if found is None:
        raise Problem(404, "not_found", "There is no such member.")
    return JsonResponse(found)


def _client(request: HttpRequest, scope: str) -> Client:
    """The service whose token this is; it speaks for itself, never for a person."""
    try:
        access = bearing.access_in(request, audience=addresses.issuer())
    except TokenMissing as error:
        raise _unproved(request, 401, "token_missing", "Send an access token in the header.") from error
    except TokenRefused as error:
        said = (401, "token_refused", "The access token is not good, or not any more.", "invalid_token")
        raise _unproved(request, *said) from error
    except ProofRefused as error:
        said = (401, "proof_refused", f"The DPoP proof is not good: {error}.", "invalid_dpop_proof")
        raise _unproved(request, *said) from error
    client = queries.client_by_id(access.client_id)
    if client is None or access.told is not None or not access.allows(scope) or scope not in client.scopes:
        more = ("insufficient_scope", f'scope="{scope}"')
        raise _unproved(request, 403, "scope_missing", f"This needs the scope {scope}.", *more)
    return client


def _unproved(request: HttpRequest, status: int, code: str, detail: str, *challenge: str) -> Problem:
    return Problem(status, code, detail, headers={"WWW-Authenticate": bearing.challenge(request, *challenge)})


def _written(request: HttpRequest, client: Client, external_id: str) -> HttpResponse:
    said = _body(request)
    try:
        try:
            person, is_new = actions.write_member(client=client, external_id=external_id, said=said)
        except IntegrityError:  # another request brought the same id a moment ago: now it is there
            person, is_new = actions.write_member(client=client, external_id=external_id, said=said)
    except EmailTaken as error:
        raise Problem(409, "email_taken", "Somebody else has this address.", errors=_at("email")) from error
    except UsernameTaken as error:
        raise Problem(409, "username_taken", "Somebody else has this name.", errors=_at("username")) from error
    except (MemberOutOfReach, LastOwner) as error:
        raise Problem(403, "out_of_reach", "This person holds rights here that no service may touch.") from error
    except PersonGone as error:
        raise Problem(409, "gone", "The record was merged or erased a moment ago. Try again.") from error
    except (EmailUnfit, Nameless, ValidationError) as error:
        field = getattr(error, "field", "") or "display_name"
        raise Problem(422, "unfit", "A value cannot be kept.", errors=_at(field)) from error
    return JsonResponse(queries.as_said(person, external_id), status=201 if is_new else 200)


def _body(request: HttpRequest) -> dict[str, Any]:
    if request.META.get("CONTENT_TYPE", "").partition(";")[0].strip().lower() != "application/json":
        raise Problem(415, "media_type", "The body must be application/json.")
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > 18 or int(length) > membering.LONGEST:
        raise Problem(413, "too_large", f"The body may have {membering.LONGEST} bytes.")
    try:
        return membering.read(request.body)
    except membering.Unreadable as error:
        raise Problem(400, "unreadable", "The body must be one JSON object, with no name twice.") from error
    except membering.Unfit as error:
        errors = [{"pointer": at, "message": why} for at, why in sorted(error.errors.items())]
        raise Problem(422, "unfit", "Some values cannot be kept.", errors=errors) from error


def _at(field: str) -> list[dict[str, str]]:
    return [{"pointer": f"/{field}", "message": "cannot be kept"}]


def _problem(problem: Problem) -> HttpResponse:
    said = {"type": "about:blank", "title": problem.code.replace("_", " "), "status": problem.status}
    body = {**said, "detail": problem.detail, "code": problem.code, **problem.more}
    return JsonResponse(body, status=problem.status, headers=problem.headers, content_type="application/problem+json")
