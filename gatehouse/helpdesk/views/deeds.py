"""What a press of a button on a ticket's page has in common."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.models import Ticket
from gatehouse.helpdesk.refusals import Refused
from gatehouse.helpdesk.views.queue import queue_page
from gatehouse.helpdesk.views.shared import actor_of
from gatehouse.people.models import Person

Deed = Callable[[HttpRequest, Ticket, Person], HttpResponse | str]


def ticket_or_404(pk: int) -> Ticket:
    whole = Ticket.objects.select_related("person", "course", "section__instructor", "problem_type", "room", "group")
    return get_object_or_404(whole, pk=pk)


def deed(act: Deed) -> Callable[..., HttpResponseBase]:
    """`act` says what was done, or gives the whole answer; what it refuses is said on the page, with what was typed."""

    @require_POST
    @requires(policies.HELP)
    @wraps(act)
    def pressed(request: HttpRequest, pk: int) -> HttpResponse:
        ticket = ticket_or_404(pk)
        try:
            answer = act(request, ticket, actor_of(request))
        except Refused as refusal:
            return queue_page(request, ticket_or_404(pk), status=409, refusal=refusal)
        if isinstance(answer, HttpResponse):
            return answer
        if answer:
            done(request, answer)
        return redirect("helpdesk:session", pk)

    return pressed
