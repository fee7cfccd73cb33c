"""The check-in screen: one person after another, a question a page, and nothing left for the next to see."""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gatehouse.core import barcodes, limits
from gatehouse.core.limits import Limit
from gatehouse.helpdesk import actions, kiosk as screen, links, ports, queries
from gatehouse.helpdesk.actions import Guest, counting
from gatehouse.helpdesk.forms.kiosk import AboutForm, CodeForm, CourseForm, NameForm, OpenForm, PinForm
from gatehouse.helpdesk.kiosk import Kiosk, Visit
from gatehouse.helpdesk.models import Appointment, Ticket
from gatehouse.helpdesk.refusals import Refused, TooMany
from gatehouse.helpdesk.views.shared import person_of
from gatehouse.helpdesk.words import desk_sentence, told
from gatehouse.people.models import Person

KEYS = 18  # so many courses fit on one page of keys; more are asked for by department first
STAYS, MORE = 20, 60  # seconds until the last page makes room for the next person, and by how much "More time" does
PICTURES = Limit("kiosk.pictures", 200, timedelta(minutes=1))
View = Callable[..., HttpResponse]


def at_kiosk(view: View) -> View:
    """`view(request, here, visit)` on a screen that is open. Whoever is signed in at this browser is no longer."""

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponse:
        here = screen.kiosk_of(request)
        if here is None:
            return redirect("helpdesk:kiosk")
        if request.user.is_authenticated:
            logout(request)
        return view(request, here, screen.visit_of(request), **kwargs)

    return guarded


def of_visit(view: View) -> View:
    """For the pages after the first: nobody comes here by the way back, nor by sending again what another sent."""

    @at_kiosk
    @wraps(view)
    def guarded(request: HttpRequest, here: Kiosk, visit: Visit, **kwargs: Any) -> HttpResponse:
        is_anothers = request.method == "POST" and request.POST.get("visit") != visit.id
        if is_anothers or not visit.has_begun:
            return redirect("helpdesk:kiosk")
        return view(request, here, visit, **kwargs)

    return guarded


@never_cache
@require_safe
def kiosk(request: HttpRequest) -> HttpResponse:
    """The first page; coming to it ends whatever somebody began before."""
    here = screen.kiosk_of(request)
    if here is None:
        return _closed(request, OpenForm(initial={"shows": request.GET.get("shows", "kiosk")}))
    if request.user.is_authenticated:
        logout(request)
    return _start(request, here)


def _start(request: HttpRequest, here: Kiosk, *, why: str = "", status: int = 200) -> HttpResponse:
    now, visit = queries.desk_now(), Visit()
    context = {
        "kiosk": here,
        "visit": visit,
        "desk": now,
        "sentence": desk_sentence(now),
        "why": why,
        "may_name": queries.desk().takes_guests,
    }
    response = render(request, "helpdesk/kiosk/start.html", context, status=status)
    if screen.visit_of(request).has_begun:
        response.delete_cookie(settings.LANGUAGE_COOKIE_NAME)  # the next one reads what the desk speaks
    screen.keep_visit(response, visit)
    return response


# --- opening and leaving -------------------------------------------------------------------------


def _closed(request: HttpRequest, form: OpenForm, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "has_pin": queries.has_pin(), "person": person_of(request)}
    return render(request, "helpdesk/kiosk/closed.html", context, status=status)


@never_cache
@require_POST
def open_kiosk(request: HttpRequest) -> HttpResponse:
    """With the desk's PIN; the account that was signed in at this browser is signed out."""
    form = OpenForm(request.POST)
    if not form.is_valid():
        return _closed(request, form, status=422)
    room = form.cleaned_data.get("room")
    try:
        in_round = actions.open_kiosk(pin=form.cleaned_data["pin"], room=room, actor=person_of(request))
    except Refused as refusal:
        form.refuse(refusal)
        return _closed(request, form, status=_status(refusal))
    logout(request)
    response = redirect("helpdesk:board" if form.cleaned_data["shows"] == "board" else "helpdesk:kiosk")
    screen.become(response, room=room, in_round=in_round)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@at_kiosk
def leave_kiosk(request: HttpRequest, here: Kiosk, visit: Visit) -> HttpResponse:
    form = PinForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            actions.close_kiosk(pin=form.cleaned_data["pin"], room=here.room)
        except Refused as refusal:
            form.refuse(refusal)
            status = _status(refusal)
        else:
            response = redirect("helpdesk:desk")
            screen.cease(response)
            return response
    elif form.is_bound:
        status = 422
    return render(request, "helpdesk/kiosk/leave.html", {"form": form, "kiosk": here}, status=status)


def _status(refusal: Refused) -> int:
    return 429 if isinstance(refusal, TooMany) else 422


# --- who it is -----------------------------------------------------------------------------------


@require_POST
@at_kiosk
def kiosk_code(request: HttpRequest, here: Kiosk, visit: Visit) -> HttpResponse:
    """A card, a number or a ticket's code: whatever is no good is told in the same words, whyever it is not."""
    form = CodeForm(request.POST)
    if not form.is_valid():
        return _start(request, here, why=_("Hold your card before the reader, or type your number."), status=422)
    try:
        counting.count_check_in(_room(here))
    except TooMany as refusal:
        return _start(request, here, why=str(refusal), status=429)
    code = form.cleaned_data["code"]
    if person := ports.holder_of(code):
        return _known(here, Visit(person=str(person.pk)), person)
    if ticket := _ticket_of(code):
        arrived = actions.arrive(ticket=ticket, room=here.room)
        return _on(Visit(ticket=arrived.pk), "helpdesk:kiosk_done")
    why = _("We can't check you in with this. Try your number once more, use your name instead, or ask at the desk.")
    return _start(request, here, why=why, status=422)


def _ticket_of(code: str) -> Ticket | None:
    number = links.of_code(code)
    return Ticket.objects.filter(pk=number, state__in=[Ticket.State.ASKED, *Ticket.OPEN]).first() if number else None


@require_http_methods(["GET", "HEAD", "POST"])
@at_kiosk
def kiosk_name(request: HttpRequest, here: Kiosk, visit: Visit) -> HttpResponse:
    """The same pages follow whether we know the name or not."""
    if not queries.desk().takes_guests or (request.method == "POST" and request.POST.get("visit") != visit.id):
        return redirect("helpdesk:kiosk")
    form = NameForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        try:
            counting.count_check_in(_room(here))
        except TooMany as refusal:
            form.add_error(None, str(refusal))
            status = 429
        else:
            asker, typed = form.asker(), form.cleaned_data
            key = str(asker.pk) if isinstance(asker, Person) else ""
            return _known(here, Visit(person=key, name=typed["name"], email=typed["email"]), asker)
    elif form.is_bound:
        status = 422
    response = render(request, "helpdesk/kiosk/name.html", {"form": form, "kiosk": here, "visit": visit}, status=status)
    screen.keep_visit(response, visit)
    return response


def _known(here: Kiosk, visit: Visit, person: Person | Guest) -> HttpResponse:
    """To the place of what they have open, to today's appointment, or on to the questions."""
    found = actions.check_in(person=person, room=here.room)
    if isinstance(found, Ticket):
        return _on(visit, "helpdesk:kiosk_done", ticket=found.pk)
    if isinstance(found, Appointment):
        return _on(visit, "helpdesk:kiosk_done", appointment=found.pk)
    return _on(visit, "helpdesk:kiosk_course")


def _on(visit: Visit, name: str, **changed: Any) -> HttpResponse:
    response = redirect(name)
    screen.keep_visit(response, visit, **changed)
    return response


def _room(here: Kiosk) -> object:
    return here.room.pk if here.room else ""


@require_POST
@at_kiosk
def kiosk_picture(request: HttpRequest, here: Kiosk, visit: Visit) -> HttpResponse:
    """A picture of the camera, where the browser itself reads no codes: what its barcode says."""
    if not limits.allow(PICTURES, f"room {_room(here)}"):
        return JsonResponse({"codes": []}, status=429)
    picture = request.FILES.get("picture")
    if picture is None or picture.size is None or picture.size > barcodes.BYTES:
        return JsonResponse({"codes": []}, status=422)
    try:
        return JsonResponse({"codes": barcodes.read(picture.read())[:1]})
    except barcodes.NotReadable:
        return JsonResponse({"codes": []}, status=422)


# --- what it is about ----------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@of_visit
def kiosk_course(request: HttpRequest, here: Kiosk, visit: Visit) -> HttpResponse:
    if not visit.is_asking:
        return redirect("helpdesk:kiosk")
    form = CourseForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        return _on(visit, "helpdesk:kiosk_about", course=form.cleaned_data["course"].pk)
    courses = queries.courses()
    departments = queries.departments() if courses.count() > KEYS else []
    department = request.GET.get("department", "")
    if department in departments:
        courses = courses.filter(department=department)
    is_by_department = len(departments) > 1 and department not in departments
    context = {
        "kiosk": here,
        "visit": visit,
        "departments": departments if is_by_department else [],
        "courses": [] if is_by_department else courses[:200],
        "department": department if department in departments else "",
    }
    return render(request, "helpdesk/kiosk/course.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@of_visit
def kiosk_about(request: HttpRequest, here: Kiosk, visit: Visit) -> HttpResponse:
    """A double tap is one ticket: the visit's own number is the form's."""
    course = queries.courses().filter(pk=visit.course).first()
    if course is None or not visit.is_asking:
        return redirect("helpdesk:kiosk_course")
    form = AboutForm(request.POST if request.method == "POST" else None)
    status = 200
    if form.is_bound and form.is_valid():
        person = visit.known() or Guest(visit.name, visit.email)
        about = {**form.cleaned_data, "course": course, "room": here.room}
        try:
            ticket = actions.ask_at_kiosk(person=person, sent_once=visit.number, **about)
        except Refused as refusal:
            form.add_error(None, str(refusal))
            status = _status(refusal)
        else:
            return _on(visit, "helpdesk:kiosk_done", ticket=ticket.pk, is_own=ticket.sent_once == visit.number)
    elif form.is_bound:
        status = 422
    context = {"form": form, "kiosk": here, "visit": visit, "course": course}
    return render(request, "helpdesk/kiosk/about.html", context, status=status)


# --- done ----------------------------------------------------------------------------------------


@require_safe
@of_visit
def kiosk_done(request: HttpRequest, here: Kiosk, visit: Visit) -> HttpResponse:
    """The place, and for twenty seconds the code that takes it along. Only who made the ticket here sees its link."""
    context: dict[str, Any] = {"kiosk": here, "visit": visit}
    if visit.ticket:
        ticket = Ticket.objects.filter(pk=visit.ticket).first()
        standing = queries.standing_of(visit.ticket, at_once=True)
        context |= {"standing": standing, "told": told(standing) if standing else None}
        context |= {"number": queries.number_of(visit.ticket)}
        if ticket and visit.is_own:
            context["drawing"] = barcodes.draw("qr", links.address_of(ticket))
    elif visit.appointment:
        context["appointment"] = Appointment.objects.select_related("room").filter(pk=visit.appointment).first()
    else:
        return redirect("helpdesk:kiosk")
    stays = STAYS + MORE if request.GET.get("more") else STAYS
    return render(request, "helpdesk/kiosk/done.html", context | {"stays": stays, "more": MORE})
