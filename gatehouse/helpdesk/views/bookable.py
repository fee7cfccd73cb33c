"""For tutors: what was booked with them, and when they can be booked."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.lists import chips, page_of
from gatehouse.helpdesk import actions, policies, queries
from gatehouse.helpdesk.forms.booking import HoursForm
from gatehouse.helpdesk.models import Appointment, BookingHours
from gatehouse.helpdesk.refusals import HoursUnfit, Refused
from gatehouse.helpdesk.views.queue import queue_page
from gatehouse.helpdesk.views.shared import actor_of, for_people
from gatehouse.people.models import Person

ALL = "all"


@never_cache
@require_safe
@requires(policies.HELP)
def given(request: HttpRequest) -> HttpResponse:
    """Ahead: one's own; for those who run the desk also everybody's."""
    tutor = actor_of(request)
    runs_it = policies.can_manage(tutor)
    is_all = runs_it and request.GET.get("scope") == ALL
    page = page_of(request, queries.given_ahead(None if is_all else tutor))
    labels = {"": _("With me"), ALL: _("All")}
    shown = {"": queries.given_ahead(tutor).count(), ALL: queries.given_ahead(None).count()} if runs_it else {}
    scopes = chips(request, "scope", labels, shown) if runs_it else []
    return render(request, "helpdesk/given.html", {"page": page, "scopes": scopes, "is_all": is_all})


@require_POST
@requires(policies.HELP)
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        ticket = actions.begin_appointment(appointment=get_object_or_404(Appointment, pk=pk), tutor=actor_of(request))
    except Refused as refusal:
        in_hand = next(iter(queries.in_hand_of(actor_of(request))), None)
        return queue_page(request, in_hand, status=409, refusal=refusal)
    return redirect("helpdesk:session", ticket.pk)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.HELP)
def own_hours(request: HttpRequest) -> HttpResponse:
    return _hours_page(request, actor_of(request), actor_of(request))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.MANAGE)
def hours_of(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _hours_page(request, get_object_or_404(Person, pk=pk), actor_of(request))


def _hours_page(request: HttpRequest, tutor: Person, actor: Person) -> HttpResponse:
    form = HoursForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            hours = actions.add_hours(tutor=tutor, actor=actor, **form.block())
        except HoursUnfit as refusal:
            form.refuse(refusal)
        else:
            done(request, _("%(hours)s can be booked.") % {"hours": hours})
            return redirect(_list_of(tutor, actor))
    context = {
        "tutor": tutor,
        "is_own": tutor == actor,
        "hours": queries.hours_of(tutor),
        "form": form,
        "may_help": tutor.may(policies.HELP),
        "ahead": queries.given_ahead(tutor).count(),
        "desk": queries.desk(),
    }
    return render(request, "helpdesk/bookable.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def edit_hours(request: HttpRequest, actor: Person, pk: int) -> HttpResponse:
    hours = _kept_by(actor, pk)
    form = HoursForm(request.POST if request.method == "POST" else None, hours=hours)
    if form.is_bound and form.is_valid():
        try:
            actions.edit_hours(hours=hours, actor=actor, **form.block())
        except HoursUnfit as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Saved. What is booked already stays as it was."))
            return redirect(_list_of(hours.tutor, actor))
    context = {"form": form, "hours": hours, "tutor": hours.tutor, "back": _list_of(hours.tutor, actor)}
    return render(request, "helpdesk/bookable_edit.html", context, status=422 if form.errors else 200)


@require_POST
@for_people
def remove_hours(request: HttpRequest, actor: Person, pk: int) -> HttpResponse:
    hours = _kept_by(actor, pk)
    actions.remove_hours(hours=hours, actor=actor)
    done(request, _("%(hours)s can't be booked any more. What is booked already stays.") % {"hours": hours})
    return redirect(_list_of(hours.tutor, actor))


def _kept_by(actor: Person, pk: int) -> BookingHours:
    hours = get_object_or_404(BookingHours.objects.select_related("tutor"), pk=pk)
    if not policies.can_keep_hours(actor, hours.tutor):
        raise PermissionDenied(_("When a tutor can be booked, the tutor says, and whoever runs the desk."))
    return hours


def _list_of(tutor: Person, actor: Person) -> str:
    return reverse("helpdesk:own_hours") if tutor == actor else reverse("helpdesk:hours_of", args=[tutor.pk])
