"""The organisation: its page for those who run the portal, its mark and the colour of its door for everybody."""

from http import HTTPStatus
from pathlib import PurePath
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.templatetags.static import static
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_safe

from gatehouse.core import access, clock
from gatehouse.core.echo import done
from gatehouse.people import actions, policies, queries
from gatehouse.people.models import Organisation
from gatehouse.people.refusals import Refused
from gatehouse.web import colour
from gatehouse.web.doors import Look, look_of
from gatehouse.web.organisation_form import HOUSE_GREEN, OrganisationForm
from gatehouse.web.views.looks import A_YEAR

MARKS = {".png": "image/png", ".jpeg": "image/jpeg", ".webp": "image/webp"}


@require_http_methods(["GET", "HEAD", "POST"])
@access.requires(policies.PORTAL)
def organisation(request: HttpRequest) -> HttpResponse:
    """The form; the button "look" shows a colour and saves nothing."""
    host = Organisation.objects.first() or queries.organisation()
    form = OrganisationForm(request.POST or None, request.FILES or None, initial=OrganisationForm.of(host))
    if form.is_bound and "look" not in request.POST and form.is_valid():
        try:
            actions.save_organisation(**form.deed(), actor=request.user)  # type: ignore[arg-type]  # guarded above
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Saved. Everybody sees it within seconds."))
            return redirect("web:organisation")
    return _draw(request, form, host)


def _draw(request: HttpRequest, form: OrganisationForm, host: Organisation) -> HttpResponse:
    is_look = "look" in request.POST
    values: dict[str, Any] = {"form": form, "host": host, "zone": settings.TIME_ZONE, "now": clock.now()}
    values["look"] = look_of(str(form["door_colour"].value() or HOUSE_GREEN))
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and not is_look and form.errors else HTTPStatus.OK
    return render(request, "manage/organisation.html", values, status=status)


@require_safe
@access.requires(policies.PORTAL)
def door_look(request: HttpRequest) -> HttpResponse:
    """The part that shows a colour before it is saved."""
    look: Look = look_of(request.GET.get("door_colour", ""))
    return render(request, "manage/_door.html", {"look": look})


@require_safe
@cache_control(public=True, max_age=int(A_YEAR.total_seconds()), immutable=True)
def door(request: HttpRequest, digits: str) -> HttpResponse:
    """The style sheet of a door of this colour; the address carries the colour, so it never changes."""
    try:
        return HttpResponse(colour.stylesheet(f"#{digits}"), content_type="text/css; charset=utf-8")
    except colour.ColourUnreadable as refused:
        raise Http404 from refused


@require_safe
@cache_control(public=True, max_age=int(A_YEAR.total_seconds()))
def mark(request: HttpRequest) -> FileResponse:
    """The host's picture, as what it was measured to be; pages ask for it with its name, so it may be kept."""
    picture: File[bytes] = queries.organisation().mark
    kind = MARKS.get(PurePath(str(picture.name or "")).suffix)
    if not picture or not kind:
        raise Http404
    try:
        answer = FileResponse(picture.open("rb"), content_type=kind)
    except FileNotFoundError as lost:
        raise Http404 from lost
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


@require_safe
@cache_control(public=True, max_age=3600)
def favicon(request: HttpRequest) -> HttpResponse:
    """For browsers that ask for it whatever the page says."""
    return redirect(static("gatehouse/icon-32.png"))
