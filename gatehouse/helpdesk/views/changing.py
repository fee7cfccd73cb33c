"""What a ticket says is changed by a tutor: its words, or the course it waits for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.helpdesk import actions, policies
from gatehouse.helpdesk.forms.asking import EditForm
from gatehouse.helpdesk.forms.helping import MoveForm
from gatehouse.helpdesk.refusals import ChangedMeanwhile, Refused
from gatehouse.helpdesk.views.deeds import ticket_or_404
from gatehouse.helpdesk.views.shared import actor_of, seen_now


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.HELP)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """When somebody else changed it meanwhile, both stand on the page, and saving again is deliberate."""
    ticket, theirs = ticket_or_404(pk), None
    form = EditForm(request.POST, ticket=ticket) if request.method == "POST" else EditForm.of(ticket)
    if form.is_bound and form.is_valid():
        try:
            actions.edit_ticket(ticket=ticket, actor=actor_of(request), seen=form.cleaned_data["seen"], **form.what())
        except ChangedMeanwhile as meanwhile:
            theirs = meanwhile.ticket
            form = EditForm(seen_now(request, theirs), ticket=theirs)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Saved."))
            return redirect("helpdesk:session", pk)
    context = {"form": form, "ticket": ticket, "theirs": theirs}
    return render(request, "helpdesk/edit_session.html", context, status=409 if theirs else 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.HELP)
def move_course(request: HttpRequest, pk: int) -> HttpResponse:
    """The wrong queue: a page of its own, for a desk has many courses."""
    ticket = ticket_or_404(pk)
    start = {"course": ticket.course_id, "seen": ticket.revision}
    form = MoveForm(request.POST) if request.method == "POST" else MoveForm(initial=start)
    if form.is_bound and form.is_valid():
        course = form.cleaned_data["course"]
        try:
            actions.move_course(ticket=ticket, actor=actor_of(request), **form.cleaned_data)
        except Refused as refusal:
            form = MoveForm(seen_now(request, ticket_or_404(pk)))
            form.refuse(refusal)
        else:
            done(request, _("It waits for %(course)s now, at its old place.") % {"course": course.code})
            return redirect("helpdesk:queue")
    context = {"form": form, "ticket": ticket}
    return render(request, "helpdesk/move.html", context, status=422 if form.errors else 200)
