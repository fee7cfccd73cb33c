"""Tokens by which services register themselves: made, listed, revoked by staff."""

from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.lists import page_of
from gatehouse.identity.oidc import actions, addresses, policies, queries
from gatehouse.identity.oidc.forms.registration import TicketForm
from gatehouse.identity.oidc.models import RegistrationTicket
from gatehouse.identity.oidc.refusals import Refused
from gatehouse.identity.views.requests import fresh, person_of


@never_cache
@require_GET
@requires(policies.SERVICES)
def tickets(request: HttpRequest) -> HttpResponse:
    context = {"page": page_of(request, queries.tickets()), "is_on": settings.CLIENT_REGISTRATION}
    return render(request, "oidc/manage/tickets.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.SERVICES)
@fresh
def add_ticket(request: HttpRequest) -> HttpResponse:
    """The token stands in the answer itself and nowhere else: it never lies in a session or an address."""
    form = TicketForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            ticket, token = actions.make_ticket(actor=person_of(request), **form.values())
        except Refused as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
        else:
            context = {"ticket": ticket, "token": str(token), "address": addresses.whole(addresses.REGISTER)}
            response = render(request, "oidc/manage/ticket.html", context)
            response["Cache-Control"] = "no-store"
            return response
    return render(request, "oidc/manage/add_ticket.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@requires(policies.SERVICES)
def revoke_ticket(request: HttpRequest, pk: UUID) -> HttpResponse:
    ticket = get_object_or_404(RegistrationTicket, pk=pk)
    if actions.revoke_ticket(ticket=ticket, actor=person_of(request)):
        done(request, _("Nobody registers by “%(token)s” any more.") % {"token": ticket})
    return redirect("oidc:tickets")
