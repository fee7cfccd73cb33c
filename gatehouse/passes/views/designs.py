"""The list of designs; one is begun, given to whom it is for, copied, put away and brought back."""

from typing import Any, cast

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.lists import chips, page_of
from gatehouse.passes import actions, policies, queries
from gatehouse.passes.blueprint import Face
from gatehouse.passes.forms.designs import AudienceForm, NewDesignForm, usual_pass_type
from gatehouse.passes.models import Design
from gatehouse.passes.presenting import Card, present
from gatehouse.passes.refusals import Refused
from gatehouse.people.models import Person


def actor_of(request: HttpRequest) -> Person:
    """Whoever asks; for views behind `requires`, where it is somebody."""
    return cast("Person", request.user)


@require_safe
@requires(policies.DESIGN)
def designs(request: HttpRequest) -> HttpResponse:
    """With a small picture of what phones show, or of the draft while nothing was published."""
    is_archived = request.GET.get("state") == "archived"
    counts = queries.design_counts()
    page = page_of(request, queries.designs(archived=is_archived), counts["archived" if is_archived else ""])
    context = {
        "page": page,
        "listed": [(design, _picture(design)) for design in page],
        "chips": chips(request, "state", {"": _("In use"), "archived": _("Archived")}, counts),
        "is_archived": is_archived,
        "is_first": not any(counts.values()),
    }
    return render(request, "passes/designs.html", context)


def _picture(design: Design) -> Card:
    blueprint = design.published.blueprint if design.published else design.blueprint
    return present(Face(blueprint, queries.preview(design, blueprint)), "")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.DESIGN)
def add_design(request: HttpRequest) -> HttpResponse:
    form = NewDesignForm(request.POST or None, initial={"pass_type_id": usual_pass_type()})
    if form.is_bound and form.is_valid():
        try:
            made = actions.make_design(actor=actor_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("“%(name)s” is begun. Nobody sees it before you publish it.") % {"name": made.name})
            return redirect("passes:design", made.pk)
    context = {"form": form, "pass_types": queries.certified_types()}
    return render(request, "passes/add_design.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.DESIGN)
def audience(request: HttpRequest, pk: int) -> HttpResponse:
    """For whom a design is: it holds as soon as it is saved."""
    design = get_object_or_404(Design.objects.select_related("published"), pk=pk)
    form = AudienceForm(design, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            actions.set_audience(design=design, actor=actor_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Saved."))
            return redirect("passes:design_audience", pk)
    context = {"form": form, "design": design, "counted": queries.audience(design)}
    context |= {"pass_types": queries.certified_types(), "here": "audience", "is_used": form.is_used}
    return render(request, "passes/audience.html", context, status=422 if form.errors else 200)


@require_POST
@requires(policies.DESIGN)
def archive_design(request: HttpRequest, pk: int) -> HttpResponse:
    design = get_object_or_404(Design, pk=pk)
    actions.archive_design(design=design, actor=actor_of(request))
    undo = reverse("passes:restore_design", args=[pk])
    done(request, _("“%(name)s” is archived. Its cards stay true.") % {"name": design.name}, undo=undo)
    return redirect("passes:designs")


@require_POST
@requires(policies.DESIGN)
def restore_design(request: HttpRequest, pk: int) -> HttpResponse:
    design = get_object_or_404(Design, pk=pk)
    actions.restore_design(design=design, actor=actor_of(request))
    done(request, _("“%(name)s” is in use again.") % {"name": design.name})
    return redirect("passes:designs")


@require_POST
@requires(policies.DESIGN)
def duplicate_design(request: HttpRequest, pk: int) -> HttpResponse:
    design = get_object_or_404(Design, pk=pk)
    taken = set(Design.objects.values_list("name", flat=True))
    name = next(name for number in range(1, len(taken) + 2) if (name := _copy(design.name, number)) not in taken)
    twin = actions.duplicate_design(design=design, name=name, actor=actor_of(request))
    done(request, _("“%(name)s” is a design of its own now.") % {"name": twin.name})
    return redirect("passes:design", twin.pk)


def _copy(name: str, number: int) -> str:
    end = _(", copy") if number == 1 else _(", copy %(n)s") % {"n": number}
    return f"{name[: 80 - len(end)]}{end}"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.DESIGN)
def delete_design(request: HttpRequest, pk: int) -> HttpResponse:
    """Offered only where no pass was issued from it; refused where one was meanwhile."""
    design = get_object_or_404(Design, pk=pk)
    context: dict[str, Any] = {
        "question": _("Delete the design “%(name)s”?") % {"name": design.name},
        "what": [_("Its draft and its versions are gone for good.")],
        "stays": _("No card was ever issued from it."),
        "act": _("Delete 1 design"),
        "back": reverse("passes:design", args=[pk]),
    }
    if request.method != "POST":
        return render(request, "confirm.html", context)
    try:
        actions.delete_design(design=design, actor=actor_of(request))
    except Refused as refusal:
        context |= {"what": [str(refusal)], "stays": ""}
        return render(request, "confirm.html", context, status=409)
    done(request, _("“%(name)s” is no more.") % {"name": design.name})
    return redirect("passes:designs")
