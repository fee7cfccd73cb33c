"""Lists and forms of everything the desk keeps, one set of pages for all kinds."""

from datetime import timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gatehouse.core import clock, links
from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.lists import chips, page_of, typed
from gatehouse.helpdesk import checklist, policies
from gatehouse.helpdesk.actions import entries as actions
from gatehouse.helpdesk.catalogue.forms import EntryForm
from gatehouse.helpdesk.catalogue.kinds import Kind
from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.catalogue.refusals import EntryChanged, EntryRefused
from gatehouse.helpdesk.queries import catalogue as queries
from gatehouse.helpdesk.queries.catalogue import ARCHIVED, IN_USE, Wanted
from gatehouse.helpdesk.queries.desk import notices_on
from gatehouse.helpdesk.queries.queue import desk
from gatehouse.helpdesk.queries.report_words import percent
from gatehouse.helpdesk.queries.today import today
from gatehouse.helpdesk.views.shared import actor_of

REMOVED = "helpdesk.removed"
A_DAY = timedelta(days=1)


@require_safe
@requires(policies.MANAGE)
def manage(request: HttpRequest) -> HttpResponse:
    """Everything about the desk, in one place; at first what is still to be done."""
    totals = queries.totals()
    steps = checklist.steps(totals)
    now = today()
    context = {
        "today": now,
        "in_time": None if now.in_time is None else percent(now.in_time),
        "target": desk().target_wait,
        "steps": steps,
        "done": sum(step.is_done for step in steps),
        "kinds": [(kind, totals[kind.slug]) for kind in KINDS.values()],
        "notices": notices_on(),
    }
    return render(request, "helpdesk/catalogue/manage.html", context)


@require_safe
@requires(policies.MANAGE)
def entries(request: HttpRequest, kind: Kind) -> HttpResponse:
    state = ARCHIVED if request.GET.get("state") == ARCHIVED and kind.is_archived else IN_USE
    wanted = Wanted(typed(request), state, typed(request, kind.narrow) if kind.narrow else "")
    page = page_of(request, queries.entries(kind, wanted))
    context: dict[str, Any] = {
        "kind": kind,
        "page": page,
        "wanted": wanted,
        "rows": [(row, _shown(kind, row)) for row in page],
        "labels": [kind.label(name) for name in kind.shown],
        "choices": _choices(kind),
        "narrow_label": capfirst(kind.label(kind.narrow)) if kind.narrow else "",
    }
    if kind.is_archived:
        counts = queries.counts(kind, wanted)
        labels = {IN_USE: _("In use"), ARCHIVED: _("Archived")}
        context["chips"] = chips(request, "state", labels, {IN_USE: counts["in_use"], ARCHIVED: counts[ARCHIVED]})
    return render(request, "helpdesk/catalogue/entries.html", context)


def _shown(kind: Kind, row: Any) -> list[tuple[str, Any]]:
    return [(kind.label(name), _said(row, name)) for name in kind.shown]


def _said(row: Any, name: str) -> Any:
    if hasattr(row, f"get_{name}_display"):
        return getattr(row, f"get_{name}_display")()
    value = getattr(row, name)
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return value


def _choices(kind: Kind) -> list[Any]:
    """By what the list can be narrowed."""
    if not kind.narrow:
        return []
    named: Any = kind.model._meta.get_field(kind.narrow).related_model  # noqa: SLF001
    return list(named.objects.filter(archived_at=None)[:200])


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.MANAGE)
def add_entry(request: HttpRequest, kind: Kind) -> HttpResponse:
    form = EntryForm(kind, request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.save_entry(kind=kind, row=None, values=form.cleaned_data, actor=actor_of(request))
        except EntryRefused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("%(name)s was added.") % {"name": made})
            return redirect("helpdesk:entries", kind)
    return _draw(request, kind, form)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.MANAGE)
def entry(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    """When somebody else was faster, what is written now stands beside what was typed, and saving again decides."""
    row = get_object_or_404(kind.model, pk=pk)
    seen = actions.version(kind, queries.values_of(kind, row))
    form, theirs = EntryForm(kind, request.POST or None, row=row), None
    if form.is_bound and form.is_valid():
        said = request.POST.get("seen")
        try:
            actions.save_entry(kind=kind, row=row, values=form.cleaned_data, seen=said, actor=actor_of(request))
        except EntryChanged as refusal:
            form.refuse(refusal)
            theirs = refusal.theirs
        except EntryRefused as refusal:
            form.refuse(refusal)
            seen = said or seen
        else:
            done(request, _("Saved."))
            return redirect("helpdesk:entries", kind)
    elif form.is_bound:
        seen = request.POST.get("seen", seen)
    return _draw(request, kind, form, row=row, seen=seen, theirs=theirs)


def _draw(request: HttpRequest, kind: Kind, form: EntryForm, **more: Any) -> HttpResponse:
    context = {"kind": kind, "form": form, **more}
    return render(request, "helpdesk/catalogue/entry.html", context, status=422 if form.errors else 200)


@require_POST
@requires(policies.MANAGE)
def archive_entry(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    row = _archived(kind, pk)
    actions.archive_entry(kind=kind, row=row, actor=actor_of(request))
    undo = reverse("helpdesk:restore_entry", args=[kind, pk])
    done(request, _("%(name)s is archived. What names it goes on saying its name.") % {"name": row}, undo=undo)
    return redirect("helpdesk:entries", kind)


@require_POST
@requires(policies.MANAGE)
def restore_entry(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    row = _archived(kind, pk)
    actions.restore_entry(kind=kind, row=row, actor=actor_of(request))
    done(request, _("%(name)s is in use again.") % {"name": row})
    return redirect("helpdesk:entries", kind)


def _archived(kind: Kind, pk: int) -> Any:
    if not kind.is_archived:
        raise Http404
    return get_object_or_404(kind.model, pk=pk)


@require_POST
@requires(policies.MANAGE)
def remove_entry(request: HttpRequest, kind: Kind, pk: int) -> HttpResponse:
    """What nothing can name is taken away at once; the toast can bring it back."""
    row = get_object_or_404(kind.model, pk=pk)
    if kind.is_archived:
        raise Http404
    removed(request, kind, row)
    return redirect("helpdesk:entries", kind)


def removed(request: HttpRequest, kind: Kind, row: Any) -> None:
    name = str(row)
    cells = actions.remove_entry(kind=kind, row=row, actor=actor_of(request))
    token = links.sign(REMOVED, [kind.slug, cells])
    undo = reverse("helpdesk:return_entry", args=[kind, token])
    done(request, _("%(name)s was taken away.") % {"name": name}, undo=undo)


@require_POST
@requires(policies.MANAGE)
def return_entry(request: HttpRequest, kind: Kind, token: str) -> HttpResponse:
    place = redirect("helpdesk:staff") if kind.slug == "staff" else redirect("helpdesk:entries", kind)
    try:
        slug, cells = links.read(REMOVED, token, within=A_DAY)
    except links.LinkUnusable as error:
        raise Http404 from error
    if slug != kind.slug:
        raise Http404
    actions.return_entry(kind=kind, cells=cells, actor=actor_of(request))
    done(request, _("It is back."))
    return place


@require_safe
@requires(policies.MANAGE)
def export_entries(request: HttpRequest, kind: Kind) -> StreamingHttpResponse:
    """As the import takes it."""
    actions.note_export(kind=kind, actor=actor_of(request))
    return _csv(queries.as_csv(kind), f"{kind.slug}-{clock.today():%Y-%m-%d}")


@require_safe
@requires(policies.MANAGE)
def template(request: HttpRequest, kind: Kind) -> StreamingHttpResponse:
    """The header alone, to fill in."""
    return _csv(iter([queries.template_csv(kind)]), kind.slug)


def _csv(texts: Any, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(texts, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
