"""A design is published, and its versions of before are looked at and taken back."""

from dataclasses import dataclass
from itertools import zip_longest

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.lists import page_of
from gatehouse.passes import actions, checking, policies, queries
from gatehouse.passes.blueprint import Blueprint, Face
from gatehouse.passes.differences import differences
from gatehouse.passes.models import Design, DesignVersion
from gatehouse.passes.presenting import Card, present
from gatehouse.passes.refusals import Refused
from gatehouse.passes.views.designer import seen_of
from gatehouse.passes.views.designs import actor_of


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.DESIGN)
def publish_design(request: HttpRequest, pk: int) -> HttpResponse:
    """What it changes and for how many, before; then the draft is what phones show."""
    design = get_object_or_404(Design.objects.select_related("published"), pk=pk)
    refused = ""
    if request.method == "POST":
        try:
            version = actions.publish_design(design=design, seen=seen_of(request), actor=actor_of(request))
        except Refused as refusal:
            refused = str(refusal)
        else:
            _say_published(request, design, version)
            return redirect(_next_place(design, version))
    return _draw(request, design, refused)


def _draw(request: HttpRequest, design: Design, refused: str) -> HttpResponse:
    draft, published = design.blueprint, design.published
    found = checking.problems(draft, queries.example_facts(design))
    context = {
        "design": design,
        "refused": refused,
        "live": queries.live_passes(design).count(),
        "number": published.number + 1 if published else 1,
        "before": _card(design, published.blueprint) if published else None,
        "after": _card(design, draft),
        "changes": _in_words(published.blueprint, draft) if published else [],
        "is_pending": design.is_pending,
        "forbidding": [one.message.translated(_) for one in checking.forbidding(found)],
        "warnings": [one.message.translated(_) for one in found if not one.forbids],
        "is_certified": design.pass_type_id in queries.certified_types(),
    }
    return render(request, "passes/publish.html", context, status=409 if refused else 200)


def _say_published(request: HttpRequest, design: Design, version: DesignVersion) -> None:
    if version.number == 1:
        is_given = design.is_automatic
        done(request, _("It is published.") if is_given else _("It is published. Now say who gets one."))
        return
    live = queries.live_passes(design).count()
    said = ngettext(
        "Version %(number)s is published. %(live)s card gets the new look.",
        "Version %(number)s is published. %(live)s cards get the new look.",
        live,
    )
    done(request, said % {"number": version.number, "live": live})


def _next_place(design: Design, version: DesignVersion) -> str:
    """Back to the draft; after the first time on to who gets a card, as long as nobody gets one by itself."""
    if version.number > 1 or design.is_automatic:
        return reverse("passes:design", args=[design.pk])
    if design.subject == Design.Subject.NOBODY:
        return f"{reverse('passes:issue')}?design={design.pk}"
    return reverse("passes:design_audience", args=[design.pk])


@dataclass(frozen=True)
class Past:
    version: DesignVersion
    changes: list[str]
    is_present: bool


@require_safe
@requires(policies.DESIGN)
def versions(request: HttpRequest, pk: int) -> HttpResponse:
    """What was published, when, by whom, and what each changed."""
    design = get_object_or_404(Design.objects.select_related("published"), pk=pk)
    page = page_of(request, queries.versions(design))
    listed = list(page)
    before = queries.versions(design).filter(number__lt=listed[-1].number)[:1] if listed else []
    pairs = zip_longest(listed, [*listed[1:], *before])
    past = [Past(version, _changes(older, version), version.pk == design.published_id) for version, older in pairs]
    return render(request, "passes/versions.html", {"design": design, "page": page, "past": past, "here": "versions"})


def _changes(before: DesignVersion | None, after: DesignVersion) -> list[str]:
    return _in_words(before.blueprint, after.blueprint) if before else [_("The first version")]


def _in_words(before: Blueprint, after: Blueprint) -> list[str]:
    return [said.translated(_) for said in differences(before, after)]


@require_safe
@requires(policies.DESIGN)
def version(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    shown = get_object_or_404(DesignVersion.objects.select_related("design__published"), design=pk, number=number)
    design = shown.design
    context = {
        "design": design,
        "version": shown,
        "card": _card(design, shown.blueprint),
        "changes": _in_words(shown.blueprint, design.blueprint),
        "is_present": shown.pk == design.published_id,
        "here": "versions",
    }
    return render(request, "passes/version.html", context)


@require_POST
@requires(policies.DESIGN)
def take_back(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    shown = get_object_or_404(DesignVersion.objects.select_related("design"), design=pk, number=number)
    try:
        actions.take_back(version=shown, seen=seen_of(request), actor=actor_of(request))
    except Refused as refusal:
        context = {"design": shown.design, "version": shown, "refused": str(refusal), "here": "versions"}
        context |= {"card": _card(shown.design, shown.blueprint)}
        return render(request, "passes/version.html", context, status=409)
    done(request, _("Version %(number)s is the draft now. Phones see it once it is published.") % {"number": number})
    return redirect("passes:design", pk)


def _card(design: Design, blueprint: Blueprint) -> Card:
    return present(Face(blueprint, queries.preview(design, blueprint)), "")
