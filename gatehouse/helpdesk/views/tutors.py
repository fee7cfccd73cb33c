"""Who helps with which courses: for those who run the desk, and for each course's leads."""

import functools
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gatehouse.core.access import View, requires
from gatehouse.core.echo import done
from gatehouse.core.lists import page_of, typed
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.actions import desk as desk_actions, tutors as actions
from gatehouse.helpdesk.catalogue.forms import DeskForm, TutoringForm
from gatehouse.helpdesk.catalogue.listed import STAFF
from gatehouse.helpdesk.catalogue.refusals import EntryRefused, TutorRefused
from gatehouse.helpdesk.models import Course, Desk, Tutoring
from gatehouse.helpdesk.queries import catalogue as queries
from gatehouse.helpdesk.queries.catalogue import Wanted
from gatehouse.helpdesk.views.entries import removed
from gatehouse.helpdesk.views.shared import actor_of
from gatehouse.people.models import Person
from gatehouse.people.queries import found


@require_safe
@requires(policies.MANAGE)
def staff(request: HttpRequest) -> HttpResponse:
    """Whoever helps. With `find` in the address people are offered; htmx asks for that part alone."""
    sought = typed(request, "find")
    context = {"kind": STAFF, "sought": sought, "found": found(sought)}
    if request.headers.get("HX-Request"):
        return render(request, "helpdesk/catalogue/_found.html", context)
    wanted = Wanted(typed(request))
    page = page_of(request, queries.entries(STAFF, wanted).prefetch_related("roles"))
    courses = queries.courses_of(page.object_list)
    rows = [(person, courses.get(person.pk, [])) for person in page]
    return render(request, "helpdesk/catalogue/staff.html", {**context, "page": page, "wanted": wanted, "rows": rows})


@require_safe
@requires(policies.MANAGE)
def tutor(request: HttpRequest, pk: UUID) -> HttpResponse:
    return _tutor_page(request, get_object_or_404(Person, pk=pk), TutoringForm())


def _tutor_page(request: HttpRequest, person: Person, form: TutoringForm, refusal: str = "") -> HttpResponse:
    context = {
        "person": person,
        "form": form,
        "refusal": refusal,
        "tutorings": queries.courses_of([person]).get(person.pk, []),
        "may_help": person.may(policies.HELP),
        "is_staff": STAFF.rows().filter(pk=person.pk).exists(),
    }
    return render(request, "helpdesk/catalogue/tutor.html", context, status=422 if refusal or form.errors else 200)


@require_POST
@requires(policies.MANAGE)
def add_course(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    form = TutoringForm(request.POST)
    if not form.is_valid():
        return _tutor_page(request, person, form)
    try:
        actions.set_tutoring(person=person, actor=actor_of(request), **form.cleaned_data)
    except TutorRefused as refusal:
        return _tutor_page(request, person, form, str(refusal))
    _said_added(request, person, form.cleaned_data["course"])
    return redirect("helpdesk:tutor", pk)


@require_POST
@requires(policies.MANAGE)
def end_course(request: HttpRequest, pk: UUID, course: int) -> HttpResponse:
    person, ended = get_object_or_404(Person, pk=pk), get_object_or_404(Course, pk=course)
    _end(request, person, ended)
    return redirect("helpdesk:tutor", pk)


@require_POST
@requires(policies.MANAGE)
def stop_helping(request: HttpRequest, pk: UUID) -> HttpResponse:
    """No role of the desk and no courses any more; the person and all they did stay."""
    removed(request, STAFF, get_object_or_404(STAFF.rows(), pk=pk))
    return redirect("helpdesk:staff")


# --- the same from the side of a course, also for its leads --------------------------------------


def for_leads(view: View) -> View:
    """For those who help, or run the desk; of which course somebody is a lead is asked by what the view does."""

    @functools.wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        runs_it = request.user.is_authenticated and policies.can_manage(request.user)
        return requires(policies.MANAGE if runs_it else policies.HELP)(view)(request, *args, **kwargs)

    return guarded


@require_safe
@for_leads
def course_tutors(request: HttpRequest, pk: int) -> HttpResponse:
    return _course_page(request, pk)


def _course_page(request: HttpRequest, pk: int, refusal: str = "") -> HttpResponse:
    course, actor = get_object_or_404(Course, pk=pk), actor_of(request)
    if not policies.leads(actor, pk):
        raise PermissionDenied(_("Only those who lead this course, or run the desk, say who tutors it."))
    sought = typed(request, "find")
    context = {"course": course, "sought": sought, "found": found(sought), "may_lead": policies.can_manage(actor)}
    if request.headers.get("HX-Request"):
        return render(request, "helpdesk/catalogue/_found.html", context)
    context |= {"tutorings": queries.tutors_of(course), "refusal": refusal}
    return render(request, "helpdesk/catalogue/course_tutors.html", context, status=422 if refusal else 200)


@require_POST
@for_leads
def set_course_tutor(request: HttpRequest, pk: int, person: UUID) -> HttpResponse:
    course, chosen = get_object_or_404(Course, pk=pk), get_object_or_404(Person, pk=person)
    part = Tutoring.Part.LEAD if request.POST.get("part") == "lead" else Tutoring.Part.TUTOR
    try:
        actions.set_tutoring(person=chosen, course=course, part=part, actor=actor_of(request))
    except TutorRefused as refusal:
        return _course_page(request, pk, str(refusal))
    _said_added(request, chosen, course)
    return redirect("helpdesk:course_tutors", pk)


@require_POST
@for_leads
def end_course_tutor(request: HttpRequest, pk: int, person: UUID) -> HttpResponse:
    _end(request, get_object_or_404(Person, pk=person), get_object_or_404(Course, pk=pk))
    return redirect("helpdesk:course_tutors", pk)


def _said_added(request: HttpRequest, person: Person, course: Course) -> None:
    undo = reverse("helpdesk:end_course_tutor", args=[course.pk, person.pk])
    done(request, _("%(name)s helps with %(course)s.") % {"name": person.name, "course": course.code}, undo=undo)


def _end(request: HttpRequest, person: Person, course: Course) -> None:
    actions.end_tutoring(person=person, course=course, actor=actor_of(request))
    undo = reverse("helpdesk:set_course_tutor", args=[course.pk, person.pk])
    done(
        request,
        _("%(name)s no longer helps with %(course)s.") % {"name": person.name, "course": course.code},
        undo=undo,
    )


# --- how the desk works --------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.MANAGE)
def limits(request: HttpRequest) -> HttpResponse:
    desk = Desk.objects.filter(pk=1).first() or Desk(pk=1)
    has_pin = bool(desk.kiosk_pin)
    form = DeskForm(request.POST or None, instance=desk)
    if form.is_bound and form.is_valid():
        try:
            desk_actions.save_desk(values=form.settings(), pin=form.chosen_pin(), actor=actor_of(request))
        except EntryRefused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Saved. It counts from now on."))
            return redirect("helpdesk:limits")
    context = {"form": form, "has_pin": has_pin}
    return render(request, "helpdesk/catalogue/limits.html", context, status=422 if form.errors else 200)
