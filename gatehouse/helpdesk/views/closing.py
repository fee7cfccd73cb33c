"""The end of a help: how it went, undone, opened again, its minutes put right."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.helpdesk import actions, policies, queries
from gatehouse.helpdesk.forms.helping import CloseForm, MinutesForm
from gatehouse.helpdesk.models import Help, Ticket
from gatehouse.helpdesk.refusals import ChangedMeanwhile, Refused
from gatehouse.helpdesk.views.deeds import deed, ticket_or_404
from gatehouse.helpdesk.views.queue import queue_page
from gatehouse.helpdesk.views.shared import actor_of, seen_now
from gatehouse.people.models import Person


@deed
def close(request: HttpRequest, ticket: Ticket, tutor: Person) -> HttpResponse:
    form = CloseForm(request.POST, auto_id="close-%s")
    if not form.is_valid():
        return queue_page(request, ticket, status=422, close_form=form)
    try:
        closed = actions.close_ticket(ticket=ticket, actor=tutor, **form.words())
    except ChangedMeanwhile as meanwhile:
        again = CloseForm(seen_now(request, meanwhile.ticket), auto_id="close-%s")
        theirs = ticket_or_404(ticket.pk)
        return queue_page(request, theirs, status=409, close_form=again, theirs=theirs)
    except Refused as refusal:
        form.refuse(refusal)
        return queue_page(request, ticket, status=422, close_form=form)
    undo = reverse("helpdesk:undo_close", args=[ticket.pk])
    done(request, _("Closed: %(how)s.") % {"how": closed.get_outcome_display()}, undo=undo)
    return redirect("helpdesk:queue")


@deed
def undo_close(request: HttpRequest, ticket: Ticket, tutor: Person) -> str:
    actions.undo_close(ticket=ticket, actor=tutor)
    return _("Not closed: you go on.")


@deed
def reopen(request: HttpRequest, ticket: Ticket, tutor: Person) -> str:
    actions.reopen_ticket(ticket=ticket, actor=tutor)
    return _("It is in the queue again.")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.HELP)
def correct_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    help_ = get_object_or_404(Help.objects.select_related("ticket__course", "ticket__person", "tutor"), pk=pk)
    given: Any = next((each for each in queries.given(help_.ticket) if each.help_id == pk), None)
    form = (
        MinutesForm(request.POST) if request.method == "POST" else MinutesForm.of(help_, given.minutes if given else 0)
    )
    if form.is_bound and form.is_valid():
        try:
            actions.correct_minutes(help_=help_, actor=actor_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Saved."))
            return redirect("helpdesk:session", help_.ticket_id)
    context = {"form": form, "help": help_, "ticket": help_.ticket}
    return render(request, "helpdesk/minutes.html", context, status=422 if form.errors else 200)
