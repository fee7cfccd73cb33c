"""The ticket in hand: taken, shared, given on, called for, grouped."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.helpdesk import actions, policies, queries
from gatehouse.helpdesk.forms.helping import HandOverForm
from gatehouse.helpdesk.models import Ticket
from gatehouse.helpdesk.refusals import Refused
from gatehouse.helpdesk.views.deeds import deed, ticket_or_404
from gatehouse.helpdesk.views.queue import queue_page
from gatehouse.people.models import Person


@require_safe
@never_cache
@requires(policies.HELP)
def session(request: HttpRequest, pk: int) -> HttpResponse:
    return queue_page(request, ticket_or_404(pk))


@deed
def claim(request: HttpRequest, ticket: Ticket, tutor: Person) -> str:
    actions.claim_ticket(ticket=ticket, tutor=tutor)
    return ""


@deed
def join_help(request: HttpRequest, ticket: Ticket, tutor: Person) -> str:
    """Oneself, or a tutor who is here now."""
    asked = request.POST.get("tutor", "")
    other = next((shift.tutor for shift in queries.shifts_now() if str(shift.tutor_id) == asked), None)
    if asked and other is None:
        raise Refused(_("This tutor is not here any more."))
    actions.join_help(ticket=ticket, tutor=other or tutor, actor=tutor)
    return _("%(name)s helps too.") % {"name": other.name} if other else ""


@deed
def leave_help(request: HttpRequest, ticket: Ticket, tutor: Person) -> HttpResponse:
    actions.leave_help(ticket=ticket, tutor=tutor)
    done(request, _("You left it to the others."))
    return redirect("helpdesk:queue")


@deed
def hand_over(request: HttpRequest, ticket: Ticket, tutor: Person) -> HttpResponse:
    here = [shift.tutor_id for shift in queries.shifts_now()]
    form = HandOverForm(request.POST, tutors=here)
    if not form.is_valid():
        raise Refused(_("This tutor is not here any more."))
    to = form.cleaned_data["to"]
    actions.hand_over(ticket=ticket, actor=tutor, to=to)
    done(
        request,
        _("%(name)s helps now.") % {"name": to.name} if to else _("It is in the queue again, at its old place."),
    )
    return redirect("helpdesk:queue")


@deed
def not_found(request: HttpRequest, ticket: Ticket, tutor: Person) -> str:
    actions.not_found(ticket=ticket, actor=tutor)
    return ""


@deed
def found(request: HttpRequest, ticket: Ticket, tutor: Person) -> str:
    actions.found(ticket=ticket, actor=tutor)
    return ""


@deed
def group(request: HttpRequest, ticket: Ticket, tutor: Person) -> str:
    chosen = [int(number) for number in request.POST.getlist("ticket")[:50] if number.isdecimal() and len(number) < 19]
    others = list(Ticket.objects.filter(pk__in=chosen))
    if not others:
        raise Refused(_("Choose first who asks the same."))
    actions.group_tickets(tickets=[ticket, *others], topic=request.POST.get("topic", "")[:120], actor=tutor)
    return ngettext("%(n)d joined.", "%(n)d joined.", len(others)) % {"n": len(others)}


@deed
def ungroup(request: HttpRequest, ticket: Ticket, tutor: Person) -> str:
    actions.ungroup_ticket(ticket=ticket, actor=tutor)
    return _("It stands alone again.")
