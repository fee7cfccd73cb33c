"""Every ticket there was, to look one up."""

from typing import cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from gatehouse.core.access import requires
from gatehouse.core.lists import chips, page_of, typed
from gatehouse.helpdesk import policies, queries
from gatehouse.helpdesk.forms.helping import TicketsFilter
from gatehouse.helpdesk.models import Ticket


@require_safe
@requires(policies.HELP)
def all_tickets(request: HttpRequest) -> HttpResponse:
    """Every ticket there was, to look one up."""
    filters, state = TicketsFilter(request.GET), request.GET.get("state", "")
    labels = {"": _("All"), **{str(value): label for value, label in Ticket.State.choices if value != "asked"}}
    rows = queries.every_ticket(filters.wanted(typed(request)), state)
    shown = dict.fromkeys(labels, cast("int", None))
    context = {
        "page": page_of(request, rows),
        "filters": filters,
        "chips": chips(request, "state", labels, shown),
        "is_narrowed": any(request.GET.get(name) for name in ("q", "course", "mode", "state")),
    }
    return render(request, "helpdesk/all_tickets.html", context)
