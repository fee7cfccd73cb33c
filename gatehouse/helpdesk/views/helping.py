"""The deeds at one ticket: each a press of a button on its page."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.helpdesk import actions, policies, queries
from gatehouse.helpdesk.forms.asking import EditForm
from gatehouse.helpdesk.forms.helping import CloseForm, HandOverForm, MinutesForm, MoveForm, TextForm
from gatehouse.helpdesk.models import CannedAnswer, Help, Ticket
from gatehouse.helpdesk.refusals import ChangedMeanwhile, Refused
from gatehouse.helpdesk.views.queue import actor_of, queue_page
from gatehouse.people.models import Person

Deed = Callable[[HttpRequest, Ticket, Person], HttpResponse | str]


def ticket_or_404(pk: int) -> Ticket:
    whole = Ticket.objects.select_related("person", "course", "section__instructor", "problem_type", "room", "group")
    return get_object_or_404(whole, pk=pk)


def deed(act: Deed) -> Callable[..., HttpResponseBase]:
    """`act` says what was done, or gives the whole answer; what it refuses is said on the page, with what was typed."""

    @require_POST
    @requires(policies.HELP)
    @wraps(act)
    def pressed(request: HttpRequest, pk: int) -> HttpResponse:
        ticket = ticket_or_404(pk)
        try:
            answer = act(request, ticket, actor_of(request))
        except Refused as refusal:
            return queue_page(request, ticket_or_404(pk), status=409, refusal=refusal)
        if isinstance(answer, HttpResponse):
            return answer
        if answer:
            done(request, answer)
        return redirect("helpdesk:session", pk)

    return pressed


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


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.HELP)
def move_course(request: HttpRequest, pk: int) -> HttpResponse:
    """The wrong queue: a page of its own, for a desk has many courses."""
    ticket = ticket_or_404(pk)
    start = {"course": ticket.course_id, "seen": ticket.revision}
    form = MoveForm(request.POST) if request.method == "POST" else MoveForm(initial=start)
    if form.is_bound and form.is_valid():
        course = form.cleaned_data["course"]
        try:
            actions.move_course(ticket=ticket, actor=actor_of(request), **form.cleaned_data)
        except Refused as refusal:
            form = MoveForm(_seen_now(request, ticket_or_404(pk)))
            form.refuse(refusal)
        else:
            done(request, _("It waits for %(course)s now, at its old place.") % {"course": course.code})
            return redirect("helpdesk:queue")
    context = {"form": form, "ticket": ticket}
    return render(request, "helpdesk/move.html", context, status=422 if form.errors else 200)


@deed
def say(request: HttpRequest, ticket: Ticket, tutor: Person) -> HttpResponse | str:
    """A ready answer is taken into the text first; it goes out when it was read."""
    if "take" in request.POST:
        return queue_page(request, ticket, say_form=_with_answer(request, ticket))
    form = TextForm(request.POST, auto_id="say-%s")
    if not form.is_valid():
        return queue_page(request, ticket, status=422, say_form=form)
    actions.say(ticket=ticket, actor=tutor, text=form.cleaned_data["text"])
    return _("%(name)s can read it now.") % {"name": ticket.asker}


@deed
def note(request: HttpRequest, ticket: Ticket, tutor: Person) -> HttpResponse | str:
    form = TextForm(request.POST, auto_id="note-%s")
    if not form.is_valid():
        return queue_page(request, ticket, status=422, note_form=form)
    actions.note(ticket=ticket, actor=tutor, text=form.cleaned_data["text"])
    return _("Noted for tutors.")


@deed
def close(request: HttpRequest, ticket: Ticket, tutor: Person) -> HttpResponse:
    form = CloseForm(request.POST, auto_id="close-%s")
    if not form.is_valid():
        return queue_page(request, ticket, status=422, close_form=form)
    try:
        closed = actions.close_ticket(ticket=ticket, actor=tutor, **form.words())
    except ChangedMeanwhile as meanwhile:
        again = CloseForm(_seen_now(request, meanwhile.ticket), auto_id="close-%s")
        theirs = ticket_or_404(ticket.pk)
        return queue_page(request, theirs, status=409, close_form=again, theirs=theirs)
    except Refused as refusal:
        form.refuse(refusal)
        return queue_page(request, ticket, status=422, close_form=form)
    undo = reverse("helpdesk:undo_close", args=[ticket.pk])
    done(request, _("Closed: %(how)s.") % {"how": closed.get_outcome_display()}, undo=undo)
    return redirect("helpdesk:queue")


@deed
def undo_close(request: HttpRequest, ticket: Ticket, tutor: Person) -> str:
    actions.undo_close(ticket=ticket, actor=tutor)
    return _("Not closed: you go on.")


@deed
def reopen(request: HttpRequest, ticket: Ticket, tutor: Person) -> str:
    actions.reopen_ticket(ticket=ticket, actor=tutor)
    return _("It is in the queue again.")


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


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.HELP)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """When somebody else changed it meanwhile, both stand on the page, and saving again is deliberate."""
    ticket, theirs = ticket_or_404(pk), None
    form = EditForm(request.POST, ticket=ticket) if request.method == "POST" else EditForm.of(ticket)
    if form.is_bound and form.is_valid():
        try:
            actions.edit_ticket(ticket=ticket, actor=actor_of(request), seen=form.cleaned_data["seen"], **form.what())
        except ChangedMeanwhile as meanwhile:
            theirs = meanwhile.ticket
            form = EditForm(_seen_now(request, theirs), ticket=theirs)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Saved."))
            return redirect("helpdesk:session", pk)
    context = {"form": form, "ticket": ticket, "theirs": theirs}
    return render(request, "helpdesk/edit_session.html", context, status=409 if theirs else 422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.HELP)
def correct_minutes(request: HttpRequest, pk: int) -> HttpResponse:
    help_ = get_object_or_404(Help.objects.select_related("ticket__course", "ticket__person", "tutor"), pk=pk)
    given: Any = next((each for each in queries.given(help_.ticket) if each.help_id == pk), None)
    form = (
        MinutesForm(request.POST) if request.method == "POST" else MinutesForm.of(help_, given.minutes if given else 0)
    )
    if form.is_bound and form.is_valid():
        try:
            actions.correct_minutes(help_=help_, actor=actor_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Saved."))
            return redirect("helpdesk:session", help_.ticket_id)
    context = {"form": form, "help": help_, "ticket": help_.ticket}
    return render(request, "helpdesk/minutes.html", context, status=422 if form.errors else 200)


def _with_answer(request: HttpRequest, ticket: Ticket) -> TextForm:
    typed, number = request.POST.get("text", "")[:4000], request.POST.get("canned", "")
    answer = next((each for each in queries.answers_for(ticket) if str(each.pk) == number), CannedAnswer())
    return TextForm(initial={"text": "\n\n".join(filter(None, [typed, answer.text]))}, auto_id="say-%s")


def _seen_now(request: HttpRequest, theirs: Ticket) -> QueryDict:
    typed = request.POST.copy()
    typed["seen"] = str(theirs.revision)
    return typed
