"""One appointment: its page, giving it back, and calendars that are told of it."""

from hashlib import blake2s

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gatehouse.core import clock
from gatehouse.core.echo import done
from gatehouse.core.links import LinkUnusable
from gatehouse.helpdesk import actions, events_of_calendars as calendars, links, policies, ports, queries
from gatehouse.helpdesk.forms.booking import CancelForm
from gatehouse.helpdesk.models import Appointment
from gatehouse.helpdesk.refusals import Refused
from gatehouse.helpdesk.views.shared import for_people
from gatehouse.helpdesk.words import on_day, place_of_meeting
from gatehouse.people.models import Person

KEPT_SECONDS = 3600


@never_cache
@require_safe
@for_people
def appointment(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    return _page(request, person, _seen_by(person, pk))


def _page(request: HttpRequest, person: Person, held: Appointment) -> HttpResponse:
    is_own = held.person_id == person.pk
    is_ahead = held.cancelled_at is None and held.ticket is None and held.starts_at > clock.now()
    context = {
        "appointment": held,
        "when": on_day(held.starts_at),
        "place": place_of_meeting(held.mode, held.room),
        "is_own": is_own,
        "is_ahead": is_ahead,
        "is_given": held.tutor_id == person.pk,
        "ticket": links.path_of(held.ticket) if held.ticket and is_own else "",
        "file": links.appointment_file(held),
        "card": (ports.card_of(held.pk) or "") if is_own and is_ahead else "",
    }
    return render(request, "helpdesk/appointment.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_people
def cancel(request: HttpRequest, person: Person, pk: int) -> HttpResponse:
    """A page of its own, for it can't be undone: somebody else may have the time a moment later."""
    held = _seen_by(person, pk)
    form = CancelForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.cancel_appointment(appointment=held, actor=person, because=form.cleaned_data["because"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Cancelled. We wrote to those it concerns."))
            return redirect("helpdesk:appointment", pk)
    is_own = held.person_id == person.pk
    other = held.tutor if is_own else held.person
    context = {"appointment": held, "form": form, "when": on_day(held.starts_at), "other": other, "is_own": is_own}
    return render(request, "helpdesk/appointment_cancel.html", context, status=409 if form.errors else 200)


@never_cache
@require_safe
def appointment_file(request: HttpRequest, token: str) -> HttpResponse:
    """By its own link, so that a calendar on any phone can take it; in the language of who booked."""
    try:
        number = links.appointment_in(token)
    except LinkUnusable as error:
        raise Http404 from error
    held = get_object_or_404(queries.whole(), pk=number)
    with translation.override(held.person.language or settings.LANGUAGE_CODE):
        return _calendar(calendars.file_of(held), f"appointment-{held.pk}.ics")


@never_cache
@require_safe
@for_people
def calendar(request: HttpRequest, person: Person) -> HttpResponse:
    link = actions.calendar_link_of(person)
    return render(request, "helpdesk/calendar.html", {"address": links.calendar_address(link)})


@require_POST
@for_people
def renew_calendar(request: HttpRequest, person: Person) -> HttpResponse:
    actions.renew_calendar(person=person)
    done(request, _("The calendar has another address now. The old one tells nothing any more."))
    return redirect("helpdesk:calendar")


@require_safe
def calendar_file(request: HttpRequest, token: str) -> HttpResponse:
    """What calendars fetch each hour: two questions and a 304 while nothing changed."""
    link = links.calendar_of(token)
    if link is None or not link.person.is_active:
        raise Http404
    stamp = (queries.calendar_stamp(link.person), link.pk, str(link.nonce), link.person.language, clock.today())
    tag = f'"{blake2s(repr(stamp).encode(), digest_size=12).hexdigest()}"'
    if request.headers.get("If-None-Match") == tag:
        return _told(HttpResponse(status=304), tag)
    key = f"helpdesk.calendar.{tag[1:-1]}"
    body = cache.get(key)
    if body is None:
        with translation.override(link.person.language or settings.LANGUAGE_CODE):
            body = calendars.feed_of(link.person)
        cache.set(key, body, KEPT_SECONDS)
    return _told(_calendar(body, "appointments.ics"), tag)


def _calendar(body: bytes, name: str) -> HttpResponse:
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _told(response: HttpResponse, tag: str) -> HttpResponse:
    response["ETag"], response["Cache-Control"] = tag, "private, max-age=300"
    return response


def _seen_by(person: Person, pk: int) -> Appointment:
    held = get_object_or_404(queries.whole(), pk=pk)
    if not policies.can_see_appointment(person, held):
        raise PermissionDenied(_("This appointment is somebody else's."))
    return held
