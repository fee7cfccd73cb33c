"""The steps of an import: its columns, decisions, apply, stop, undo, invitations, lines to correct."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.sheets import SheetUnreadable
from gatehouse.people import actions, policies, queries
from gatehouse.people.forms.rosters import ColumnsForm, ConfirmForm, DecideForm, fitting
from gatehouse.people.models import RosterImport
from gatehouse.people.queries.rosters import Undoing
from gatehouse.people.roster.fields import DAYS
from gatehouse.people.views.roster_check import apply_form, check
from gatehouse.people.views.roster_page import or_told, page
from gatehouse.people.views.roster_shared import MANY, STEPS, grouped, is_typed
from gatehouse.people.views.shared import actor_of

State = RosterImport.State


@require_http_methods(["GET", "POST"])
@requires(policies.IMPORT)
@or_told
def roster_columns(request: HttpRequest, pk: int) -> HttpResponseBase:
    shown = get_object_or_404(RosterImport, pk=pk)
    if not shown.can_be_read:
        return redirect("people:roster", pk)
    form = (
        ColumnsForm(request.POST, roster_import=shown) if request.method == "POST" else ColumnsForm(roster_import=shown)
    )
    if form.is_bound and form.is_valid():
        values = {name: form.cleaned_data[name] for name in ("source", "date_order", "save_as")}
        actions.choose_columns(roster_import=shown, chosen=form.chosen(), actor=actor_of(request), **values)
        return redirect("people:roster", pk)
    context = {"roster_import": shown, "form": form, "days": _days(shown), "steps": STEPS}
    return render(request, "people/rosters/columns.html", context, status=422 if form.errors else 200)


def _days(shown: RosterImport) -> list[str]:
    """Days as the file writes them, from the columns that look as if they held some."""
    columns = (column for column in shown.header if column["field"] in DAYS)
    return [sample for column in columns for sample in column["samples"]][:3]


@require_POST
@requires(policies.IMPORT)
@or_told
def decide_roster(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(RosterImport, pk=pk)
    in_doubt = {change.pk: change for change in queries.doubtful(shown)}
    posted = [in_doubt[int(name[1:])] for name in request.POST if name[:1] == "d" and _is_one_of(name[1:], in_doubt)]
    form = DecideForm({"all": "each"} | request.POST.dict(), changes=posted)
    if not form.is_valid():
        raise actions.ImportRefused(_("Choose one of the answers for each line."))
    decisions = form.decisions()
    if word := form.word_for_all():
        open_ones = (one for one in in_doubt.values() if not one.decision and one.pk not in decisions)
        decisions |= {change.pk: word for change in open_ones if word in dict(fitting(change))}
    actions.decide(roster_import=shown, decisions=decisions, actor=actor_of(request))
    text = ngettext("%(n)s line is decided.", "%(n)s lines are decided.", len(decisions))
    done(request, text % {"n": grouped(len(decisions))})
    rest = "?show=doubtful" if shown.undecided else ""
    return redirect(f"{reverse('people:roster', args=[pk])}{rest}")


def _is_one_of(text: str, known: dict[int, Any]) -> bool:
    return text.isdecimal() and len(text) < 19 and int(text) in known


@require_POST
@requires(policies.IMPORT)
@or_told
def apply_roster(request: HttpRequest, pk: int) -> HttpResponseBase:
    """More than a hundred memberships of people who are missing: their number has to be typed."""
    shown = get_object_or_404(RosterImport, pk=pk)
    form = apply_form(shown, request.POST) if shown.state == State.CHECKED else None
    if form and not form.is_valid():
        return check(request, shown, form=form)
    choice = form.cleaned_data["missing"] if form else RosterImport.Missing.LEAVE
    if choice != RosterImport.Missing.LEAVE and not is_typed(request, shown.missing):
        return _confirm_missing(request, shown, choice)
    actions.ask_to_apply(roster_import=shown, missing_choice=choice, actor=actor_of(request))
    return redirect("people:roster", pk)


def _confirm_missing(request: HttpRequest, shown: RosterImport, choice: str) -> HttpResponse:
    n = {"n": grouped(shown.missing)}
    if choice == RosterImport.Missing.LEFT:
        question, act = _("End %(n)s memberships?") % n, _("Apply, and end %(n)s memberships") % n
        what = _("Whoever has no other membership, and no role given by hand, has left and can't sign in.")
    else:
        question, act = _("Let %(n)s memberships run out?") % n, _("Apply, and let %(n)s run out") % n
        what = _("Their last day becomes yesterday, unless they ran out before. Their people can still sign in.")
    context = {
        "question": question,
        "what": [_("They are not in %(file)s.") % {"file": shown.filename}, what],
        "stays": _("This can be undone with the import."),
        "act": act,
    }
    return _confirm(request, shown, shown.missing, context)


def _confirm(request: HttpRequest, shown: RosterImport, number: int, context: dict[str, Any]) -> HttpResponse:
    """Ask again, with the number to type where it is a large one; what was chosen goes along."""
    form = ConfirmForm(request.POST or None)
    if "number" in request.POST and form.is_valid():
        form.add_error(None, _("The number was not right. Type it once more, or go back."))
    rest = {
        "back": reverse("people:roster", args=[shown.pk]),
        "number": number if number > MANY else 0,
        "form": form,
    }
    return render(request, "confirm.html", rest | context, status=422 if form.errors else 200)


@require_POST
@requires(policies.IMPORT)
@or_told
def stop_roster(request: HttpRequest, pk: int) -> HttpResponse:
    actions.stop_import(roster_import=get_object_or_404(RosterImport, pk=pk), actor=actor_of(request))
    done(request, _("The import was put away. Nothing was changed."))
    return redirect("people:rosters")


@require_http_methods(["GET", "POST"])
@requires(policies.IMPORT)
@or_told
def undo_roster(request: HttpRequest, pk: int) -> HttpResponse:
    """The undo has its own preview."""
    shown = get_object_or_404(RosterImport, pk=pk)
    actions.insist_undoable(roster_import=shown)
    undoing = queries.undoing(shown)
    if request.method == "POST" and is_typed(request, undoing.touched):
        actions.ask_to_undo(roster_import=shown, actor=actor_of(request))
        return redirect("people:roster", pk)
    context = {
        "question": _("Undo the import of %(file)s?") % {"file": shown.filename},
        "what": list(_in_words(undoing)),
        "stays": _("The journal keeps that it was imported and undone. The file can be imported again."),
        "act": _("Undo the import"),
    }
    return _confirm(request, shown, undoing.touched, context)


def _in_words(undoing: Undoing) -> list[str]:
    going = ngettext(
        "%(n)s person who came with it goes again.", "%(n)s people who came with it go again.", undoing.going
    )
    restored = ngettext(
        "%(n)s membership is as it was before.", "%(n)s memberships are as they were before.", undoing.restored
    )
    kept = ngettext(
        "%(n)s stays, for somebody has signed in or changed it since.",
        "%(n)s stay, for somebody has signed in or changed them since.",
        undoing.kept,
    )
    invited = ngettext(
        "%(n)s of them was invited already, and is then told nothing more.",
        "%(n)s of them were invited already, and are then told nothing more.",
        undoing.invited,
    )
    lines = ((going, undoing.going), (invited, undoing.invited), (restored, undoing.restored), (kept, undoing.kept))
    return [text % {"n": grouped(n)} for text, n in lines if n] or [_("There is nothing left of it to take back.")]


@require_POST
@requires(policies.IMPORT)
@or_told
def invite_roster(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(RosterImport, pk=pk)
    if shown.state != State.APPLIED:
        raise actions.ImportRefused(_("This import is not applied, so there is nobody to invite."))
    waiting = queries.to_be_invited(shown).count()
    if not is_typed(request, waiting):
        context = {
            "question": _("Invite %(n)s people?") % {"n": grouped(waiting)},
            "what": [_("Each of them gets a letter that says how to sign in here."), _("Nobody is invited twice.")],
            "act": _("Invite %(n)s people") % {"n": grouped(waiting)},
        }
        return _confirm(request, shown, waiting, context)
    invited = actions.invite_joined(roster_import=shown, actor=actor_of(request))
    text = ngettext("%(n)s letter is on its way.", "%(n)s letters are on their way.", invited)
    done(request, text % {"n": grouped(invited)})
    return redirect("people:roster", pk)


@require_GET
@requires(policies.IMPORT)
def roster_lines(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The refused and undecided lines as they stand in the file, to correct and choose again."""
    shown = get_object_or_404(RosterImport, pk=pk)
    if not shown.file or not shown.refused + shown.undecided:
        raise Http404
    try:
        texts = queries.lines_to_correct(shown)
    except (SheetUnreadable, OSError):
        return page(request, shown, _("The file we kept can't be read any more. Choose it again."))
    response = StreamingHttpResponse(texts, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="lines-to-correct-{shown.pk}.csv"'
    return response
