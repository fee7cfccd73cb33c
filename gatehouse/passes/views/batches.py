"""A batch of passes of nobody: what a file would make, how far it is, and then its codes."""

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from gatehouse.core import clock
from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.said import restored
from gatehouse.core.sheets.writing import as_csv
from gatehouse.passes import actions, policies
from gatehouse.passes.models import Batch
from gatehouse.passes.refusals import Refused
from gatehouse.passes.values import asked_for
from gatehouse.passes.views.shared import actor_of

SHOWN = 20
ON_A_PAGE = 500  # many, for the page is printed and cut up
PATIENCE = 30
"""Seconds; then we say that no worker has come yet."""


@require_safe
@requires(policies.SEND)
def batch(request: HttpRequest, pk: int) -> HttpResponse:
    return _page(request, _found(pk))


@require_GET
@requires(policies.SEND)
def batch_work(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that is fetched again; when the work is over it is empty, and the page loads anew."""
    return render(request, "passes/issue/_work.html", _progress(_found(pk)))


@require_POST
@requires(policies.SEND)
def make_batch(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.ask_batch(batch=_found(pk), actor=actor_of(request))
    except Refused as refusal:
        return _page(request, _found(pk), refusal=str(refusal))
    return redirect("passes:batch", pk)


@require_POST
@requires(policies.SEND)
def discard_batch(request: HttpRequest, pk: int) -> HttpResponse:
    actions.discard_batch(batch=_found(pk), actor=actor_of(request))
    done(request, _("The list was put away. Nothing was made of it."))
    return redirect("passes:issue")


@require_safe
@requires(policies.SEND)
def batch_codes(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The codes, one on a line, and nothing else."""
    found = _found(pk)
    actions.note_export(actor=actor_of(request), narrowed={"batch": str(pk)})
    codes = found.passes.order_by("pk").values_list("code", flat=True).iterator(chunk_size=2000)
    response = StreamingHttpResponse(
        as_csv(("code",), ([code or ""] for code in codes)), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="codes-{clock.today():%Y-%m-%d}-{pk}.csv"'
    return response


def _found(pk: int) -> Batch:
    return get_object_or_404(Batch.objects.select_related("design__published", "asker"), pk=pk)


def _page(request: HttpRequest, shown: Batch, refusal: str = "") -> HttpResponse:
    status = 422 if refusal else 200
    if shown.is_draft:
        return render(request, "passes/issue/check.html", {**_draft(shown), "refusal": refusal}, status=status)
    if shown.is_waiting:
        return render(request, "passes/issue/work.html", _progress(shown), status=status)
    cards = shown.passes.order_by("pk").only("code", "serial", "own", "batch")
    page = Paginator(cards, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {"batch": shown, "page": page, "made": page.paginator.count, "refusal": refusal}
    return render(request, "passes/issue/made.html", context, status=status)


def _draft(shown: Batch) -> dict[str, Any]:
    assert shown.design.published
    known = asked_for(shown.design.published.blueprint)
    named = [("name", _("Name")), ("email", _("E-mail")), *((value.name, value.label or value.name) for value in known)]
    used = {name for line in shown.lines for name in line["own"]}
    columns = {name: label for name, label in named if name in used} | {
        name: name for name in sorted(used - dict(named).keys())
    }
    faults = [
        (fault["line"], fault["column"], restored(fault["template"], fault["params"]).translated(_))
        for fault in shown.faults
    ]
    return {
        "batch": shown,
        "columns": list(columns.values()),
        "rows": [(line, [line["own"].get(name, "") for name in columns]) for line in shown.lines[:SHOWN]],
        "more": max(len(shown.lines) - SHOWN, 0),
        "lines": len(shown.lines),
        "faults": faults,
        "unknown": sorted(used - dict(named).keys()),
        "with_codes": sum(1 for line in shown.lines if line["code"]),
    }


def _progress(shown: Batch) -> dict[str, Any]:
    made = shown.passes.count()
    waited = (clock.now() - shown.not_before).total_seconds()  # a claim moves `not_before` into the future
    return {
        "batch": shown,
        "done": made,
        "total": shown.wanted,
        "percent": made * 100 // shown.wanted,
        "is_going_on": shown.is_waiting,
        "is_unattended": waited > PATIENCE,
        "part": reverse("passes:batch_work", args=[shown.pk]),
    }
