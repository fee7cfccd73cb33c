"""The stop list: where no letter goes, why, and how an address gets off it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.lists import chips, page_of, typed
from gatehouse.mail import actions, policies, queries
from gatehouse.mail.forms import StopForm
from gatehouse.mail.models import Suppression
from gatehouse.mail.views.outbox import actor_of

REASONS = {"": gettext_lazy("All"), **dict(Suppression.Reason.choices)}


@require_http_methods(["GET", "HEAD"])
@requires(policies.VIEW)
def stops(request: HttpRequest) -> HttpResponse:
    return stops_page(request, StopForm(initial={"address": request.GET.get("address", "")}))


def stops_page(request: HttpRequest, form: StopForm) -> HttpResponse:
    q, reason = typed(request), request.GET.get("reason", "")
    reason = reason if reason in REASONS else ""
    counts = queries.stop_counts(q)
    context = {
        "page": page_of(request, queries.stops(q, reason), total=counts[reason]),
        "chips": chips(request, "reason", REASONS, counts),
        "reason": reason,
        "is_narrowed": bool(q or reason),
        "form": form,
        "may_edit": actor_of(request).may(policies.EDIT),
    }
    return render(request, "mail/stops.html", context, status=422 if form.errors else 200)


@require_POST
@requires(policies.EDIT)
def add(request: HttpRequest) -> HttpResponse:
    form = StopForm(request.POST)
    if not form.is_valid():
        return stops_page(request, form)
    stop = actions.suppress(actor=actor_of(request), **form.stop())
    done(request, _("No letter goes to %(address)s any more, as far as you said.") % {"address": stop.address})
    return redirect("mail:stops")


@require_POST
@requires(policies.EDIT)
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    stop = get_object_or_404(Suppression, pk=pk)
    actions.lift_suppression(stop=stop, actor=actor_of(request))
    done(request, _("Letters go to %(address)s again.") % {"address": stop.address})
    return redirect("mail:stops")
