"""Sending somebody back to the service they came from, and the page for when that cannot be."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from gatehouse.identity.oidc import uris
from gatehouse.identity.oidc.addresses import issuer
from gatehouse.identity.oidc.checking import Refused, Unanswerable
from gatehouse.identity.oidc.views.asking import Request, use_up, with_parameters


def answer(asking: Request, **parameters: str) -> HttpResponse:
    """To the client, with `iss` in every answer (RFC 9207), so that it cannot take us for another provider."""
    said = {**parameters, "state": asking.state, "iss": issuer()}
    return away(with_parameters(asking.redirect_uri, said))


def refuse(asking: Request, refusal: Refused) -> HttpResponse:
    """Raises `Unanswerable` when a pushed request had its answer before."""
    use_up(asking)
    return answer(asking, error=refusal.code, error_description=str(refusal))


def away(address: str) -> HttpResponse:
    """Django's own redirect knows no schemes of apps; this address was registered."""
    return quiet(HttpResponse(status=302, headers={"Location": address}))


def redirected(path: str) -> HttpResponse:
    """Within the portal, always by GET (RFC 9700, 4.12)."""
    return quiet(HttpResponse(status=303, headers={"Location": path}))


def unanswerable(request: HttpRequest, what: Unanswerable) -> HttpResponse:
    return quiet(render(request, "oidc/unanswerable.html", {"what": str(what)}, status=400))


def quiet(response: HttpResponse, *, has_form: bool = False) -> HttpResponse:
    """Neither kept nor named to others: codes and requests stand in addresses (RFC 9700, 4.2).

    A form's page is named to ourselves: under no-referrer browsers send it with "Origin: null", which our own protection
    against foreign forms refuses.
    """
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "same-origin" if has_form else "no-referrer"
    return response


def may_post_on_to(response: HttpResponse, *addresses: str) -> HttpResponse:
    """The form of this one page may lead there: to the exact origin, and nowhere else."""
    sources = [uris.source_of(address) for address in addresses if address]
    response._csp_update = {"form-action": sources}  # type: ignore[attr-defined]  # noqa: SLF001  what csp_update sets
    return response
