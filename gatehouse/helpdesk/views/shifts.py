"""The one switch of a tutor: here, at which place; or gone."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.helpdesk import actions, policies, queries
from gatehouse.helpdesk.forms.helping import ShiftForm
from gatehouse.helpdesk.refusals import OpenWork
from gatehouse.helpdesk.views.shared import actor_of
from gatehouse.people.models import Person


@require_POST
@requires(policies.HELP)
def switch_shift(request: HttpRequest) -> HttpResponse:
    """The one switch: here, at the place of the last time; or gone. Whose it is says the session, nothing else."""
    tutor = actor_of(request)
    if "here" not in request.POST:
        return _end(request, tutor)
    last = queries.last_shift_of(tutor)
    if last is None:
        return redirect("helpdesk:shift")
    room = last.room if last.room and last.room.archived_at is None else None
    actions.start_shift(actor=tutor, room=room, video_link=last.video_link)
    done(request, _("You are here."), undo=reverse("helpdesk:end_shift"))
    return redirect("helpdesk:queue")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.HELP)
def shift(request: HttpRequest) -> HttpResponse:
    tutor = actor_of(request)
    now = queries.shift_of(tutor)
    form = ShiftForm(request.POST) if request.method == "POST" else ShiftForm(shift=now or queries.last_shift_of(tutor))
    if form.is_bound and form.is_valid():
        actions.start_shift(actor=tutor, **form.cleaned_data)
        done(request, _("You are here."))
        return redirect("helpdesk:queue")
    return render(request, "helpdesk/shift.html", {"form": form, "shift": now}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.HELP)
def end_shift(request: HttpRequest) -> HttpResponse:
    """What is still open is named first; then it goes back to the queue."""
    tutor = actor_of(request)
    now = queries.shift_of(tutor)
    if request.method == "POST" and now:
        actions.end_shift(shift=now, actor=tutor, leave_work=True)
        done(request, _("Your shift has ended. Thank you."))
    if request.method == "POST" or now is None:
        return redirect("helpdesk:queue")
    work = [
        _("%(name)s, %(course)s") % {"name": each.asker, "course": each.course.code}
        for each in queries.in_hand_of(tutor)
    ]
    context = {
        "question": _("End your shift while you help?"),
        "what": work or [_("You help nobody at the moment.")],
        "stays": _("Who is helped by nobody else goes back to the same place in the queue."),
        "act": _("End my shift"),
        "back": reverse("helpdesk:queue"),
    }
    return render(request, "confirm.html", context)


def _end(request: HttpRequest, tutor: Person) -> HttpResponse:
    now = queries.shift_of(tutor)
    if now:
        try:
            actions.end_shift(shift=now, actor=tutor)
        except OpenWork:
            return redirect("helpdesk:end_shift")
        done(request, _("Your shift has ended. Thank you."))
    return redirect("helpdesk:queue")
