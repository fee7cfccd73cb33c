"""Importing what the desk keeps: choose a file, look at what it would change, apply, undo."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.handed_in import on_disk
from gatehouse.core.lists import PER_PAGE, page_of
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.actions import imports as actions
from gatehouse.helpdesk.catalogue.comparing import Plan
from gatehouse.helpdesk.catalogue.forms import FileForm, MissingForm
from gatehouse.helpdesk.catalogue.kinds import Change, Kind
from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.catalogue.refusals import ImportRefused
from gatehouse.helpdesk.models import CatalogueImport
from gatehouse.helpdesk.queries import catalogue as queries
from gatehouse.helpdesk.views.shared import actor_of

STEPS = (gettext_lazy("Upload"), gettext_lazy("Check"), gettext_lazy("Apply"))


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.MANAGE)
def imports(request: HttpRequest) -> HttpResponse:
    wanted = request.GET.get("kind", "")
    form = FileForm(request.POST or None, request.FILES or None, initial={"kind": wanted if wanted in KINDS else ""})
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            with on_disk(given["file"], given["text"]) as (path, name):
                begun = actions.begin_import(
                    path=path, filename=name, kind=form.chosen(), dates=given["dates"], actor=actor_of(request)
                )
        except ImportRefused as refusal:
            form.add_error("file" if given["file"] else "text", str(refusal))
        else:
            return redirect("helpdesk:import", begun.pk)
    page = page_of(request, queries.imports())
    rows = [(begun, KINDS[begun.kind].many) for begun in page]
    context = {"form": form, "kinds": KINDS.values(), "page": page, "rows": rows, "steps": STEPS}
    return render(request, "helpdesk/catalogue/imports.html", context, status=422 if form.errors else 200)


@require_safe
@requires(policies.MANAGE)
def one_import(request: HttpRequest, pk: int) -> HttpResponse:
    """What it would change, or what it did."""
    return _page(request, get_object_or_404(CatalogueImport, pk=pk))


def _page(request: HttpRequest, shown: CatalogueImport, refusal: ImportRefused | None = None) -> HttpResponse:
    kind = KINDS[shown.kind]
    context: dict[str, Any] = {"import": shown, "kind": kind, "refusal": refusal, "steps": STEPS}
    if shown.applied_at:
        context["sums"] = _sums(shown.joined, shown.changed, shown.unchanged, shown.missing, shown.refused)
        context["faults"] = actions.faults_said(actions.faults_of(shown))
        context["more_faults"] = shown.refused - actions.SHOWN_FAULTS
        return render(request, "helpdesk/catalogue/result.html", context, status=409 if refusal else 200)
    plan = actions.plan_of(shown)
    context |= {
        "sums": _sums(len(plan.new), len(plan.changed), plan.unchanged, len(plan.missing), len(plan.faults)),
        "faults": actions.faults_said(plan.faults[: actions.SHOWN_FAULTS]),
        "refused": len(plan.faults),
        "more_faults": len(plan.faults) - actions.SHOWN_FAULTS,
        "seen": actions.fingerprint(kind, plan),
        "to_write": len(plan.changes),
        "missing": MissingForm() if plan.missing and not plan.faults else None,
        **_rows(request, kind, plan),
    }
    return render(request, "helpdesk/catalogue/check.html", context, status=409 if refusal else 200)


def _sums(joined: int, changed: int, unchanged: int, missing: int, refused: int) -> list[tuple[str, int, str]]:
    return [
        (_("New"), joined, ""),
        (_("Changed"), changed, ""),
        (_("Same as before"), unchanged, ""),
        (_("Not in the file"), missing, ""),
        (_("In error"), refused, ""),
    ]


def _rows(request: HttpRequest, kind: Kind, plan: Plan) -> dict[str, Any]:
    """The changes of one page, each cell before and after."""
    labels = {"": _("Changes"), "missing": _("Not in the file")}
    show = "missing" if request.GET.get("show") == "missing" else ""
    listed = {"": plan.changes, "missing": plan.missing}
    page = Paginator(listed[show], PER_PAGE).get_page(request.GET.get("page"))
    chips = [(f"?show={name}", label, len(listed[name]), name == show) for name, label in labels.items()]
    return {"page": page, "rows": [_row(kind, change) for change in page], "chips": chips, "show": show}


def _row(kind: Kind, change: Change) -> dict[str, Any]:
    before = kind.texts(change.before) if change.before else {}
    after = kind.texts(change.after) if change.after else {}
    cells = [
        {"name": name, "before": before.get(name) if before else None, "after": after.get(name, "")}
        for name in (before or after)
        if (not before and after[name])
        or (not after and before[name])
        or (before and after and before[name] != after[name])
    ]
    if not after:
        cells = [{**cell, "before": None, "after": cell["before"]} for cell in cells]
    state = "missing" if not after else "changed" if before else "new"
    name = " ".join(text for text in list((after or before).values())[:2] if text)
    return {
        "line": change.line,
        "name": name,
        "state": state,
        "cells": [c for c in cells if c["name"] != "active" or before],
    }


@require_POST
@requires(policies.MANAGE)
def apply_import(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(CatalogueImport, pk=pk)
    missing = actions.ARCHIVE if request.POST.get("missing") == actions.ARCHIVE else actions.LEAVE
    try:
        actions.apply_import(
            catalogue_import=shown, missing=missing, seen=request.POST.get("seen", ""), actor=actor_of(request)
        )
    except ImportRefused as refusal:
        return _page(request, CatalogueImport.objects.get(pk=pk), refusal)
    done(request, _("The file is applied."))
    return redirect("helpdesk:import", pk)


@require_POST
@requires(policies.MANAGE)
def undo_import(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(CatalogueImport, pk=pk)
    try:
        actions.undo_import(catalogue_import=shown, actor=actor_of(request))
    except ImportRefused as refusal:
        return _page(request, shown, refusal)
    done(request, _("The import was taken back."))
    return redirect("helpdesk:import", pk)
