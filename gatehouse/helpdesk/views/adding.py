"""Pages for people who come without a ticket, and for help that is over already."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.helpdesk import actions, policies
from gatehouse.helpdesk.forms.helping import PastForm, VisitorForm
from gatehouse.helpdesk.refusals import AskedAlready, Refused
from gatehouse.helpdesk.views.shared import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.HELP)
def add_person(request: HttpRequest) -> HttpResponse:
    tutor, there = actor_of(request), None
    form = VisitorForm(request.POST or None, tutor=tutor)
    if form.is_bound and form.is_valid():
        is_now = "now" in request.POST
        try:
            ticket = actions.add_walk_in(actor=tutor, visitor=form.visitor(), help_now=is_now, **form.what())
        except AskedAlready as refusal:
            there = refusal.ticket
            form.refuse(refusal)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            if not is_now:
                done(request, _("%(name)s is in the queue.") % {"name": ticket.asker})
            return redirect("helpdesk:session", ticket.pk) if is_now else redirect("helpdesk:queue")
    context = {"form": form, "there": there}
    return render(request, "helpdesk/add_person.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.HELP)
def add_past(request: HttpRequest) -> HttpResponse:
    tutor = actor_of(request)
    form = PastForm(request.POST or None, tutor=tutor)
    if form.is_bound and form.is_valid():
        try:
            ticket = actions.add_back_dated(actor=tutor, visitor=form.visitor(), **form.what(), **form.when())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Written down."))
            return redirect("helpdesk:session", ticket.pk)
    return render(request, "helpdesk/add_past.html", {"form": form}, status=422 if form.errors else 200)
