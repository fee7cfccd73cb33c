"""Keyfobs: one's own and another's, and coming in by what a reader's service was given."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gatehouse.identity import actions, tokens
from gatehouse.identity.forms import FobForm
from gatehouse.identity.models import SignInFlow
from gatehouse.identity.policies import can_manage_fobs_of
from gatehouse.identity.refusals import FlowOver, FobTaken, FobUnreadable
from gatehouse.identity.views.requests import PAGE, fresh, fresh_act, person_of
from gatehouse.identity.views.sign_in import enter
from gatehouse.people.models import Person


@never_cache
@fresh
@PAGE
def add(request: HttpRequest, person_id: UUID | None = None) -> HttpResponse:
    person = _whose(request, person_id)
    form = FobForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_fob(person=person, actor=person_of(request), **form.cleaned_data)
        except (FobUnreadable, FobTaken) as refusal:
            form.add_error("number", str(refusal))
        else:
            messages.success(request, _("The fob opens from now on."))
            return redirect(_back(person_id))
    return render(
        request,
        "identity/fob_add.html",
        {"form": form, "person": person, "is_own": person_id is None, "back": _back(person_id)},
    )


@fresh_act
@require_POST
def remove(request: HttpRequest, fob_id: UUID, person_id: UUID | None = None) -> HttpResponse:
    fob = get_object_or_404(_whose(request, person_id).fobs, pk=fob_id)
    actions.remove_fob(fob=fob, actor=person_of(request))
    messages.success(request, _("The fob opens nothing any more."))
    return redirect(_back(person_id))


@never_cache
@PAGE
def come_in(request: HttpRequest, text: str) -> HttpResponse:
    """Within a minute of the fob, once; what opens is weak, and over after twenty minutes."""
    token = tokens.parse(text)
    if token is None:
        raise Http404
    flow = SignInFlow.objects.select_related("person").filter(pk=token.id, purpose=SignInFlow.Purpose.FOB).first()
    if flow is None or not flow.is_open or not token.fits(flow.link_hash):
        return render(request, "identity/fob_over.html", status=410)
    if request.method != "POST":
        return render(request, "identity/fob.html", {"person": flow.person})
    try:
        person = actions.use_link(flow=flow, link=token)
    except FlowOver:
        return render(request, "identity/fob_over.html", status=410)
    return enter(request, person, "fob", "")


def _whose(request: HttpRequest, person_id: UUID | None) -> Person:
    person = get_object_or_404(Person, pk=person_id) if person_id else person_of(request)
    if not can_manage_fobs_of(person_of(request), person):
        raise PermissionDenied
    return person


def _back(person_id: UUID | None) -> str:
    return reverse("people:person", args=[person_id]) if person_id else reverse("identity:security")
