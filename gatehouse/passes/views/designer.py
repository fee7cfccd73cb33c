"""The designer: the card beside the form that makes it. Every button is one of the form, so it works without a script."""

import re
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from gatehouse.core import colour
from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.passes import actions, checking, policies, queries
from gatehouse.passes.blueprint import Blueprint, Colours, Content, Face
from gatehouse.passes.forms import editing
from gatehouse.passes.forms.designs import LookAsForm
from gatehouse.passes.forms.sheet import Sheet
from gatehouse.passes.models import Design
from gatehouse.passes.presenting import present
from gatehouse.passes.refusals import DraftMoved
from gatehouse.passes.views.designs import actor_of

DEED = re.compile(r"show|save|publish|(?:add|remove|up|down|drop|language)-[a-z0-9-]{1,30}")

SECTIONS = {
    "images": "pictures",
    "fields": "fields",
    "barcode": "code",
    "relevant": "when",
    "places": "when",
    "texts": "languages",
}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.DESIGN)
def design(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Design.objects.select_related("published"), pk=pk)
    if request.method != "POST":
        return _draw(request, shown, Sheet.from_draft(shown, shown.blueprint))
    deed, seen = _deed(request), seen_of(request)
    sheet = Sheet.from_request(shown, request)
    if deed in {"save", "publish"}:
        return _save(request, shown, sheet, seen, is_to_publish=deed == "publish")
    if deed == "show" or not sheet.is_valid():
        return _draw(request, shown, sheet, seen)
    return _draw(request, shown, Sheet.from_draft(shown, editing.edited(sheet.draft, deed, request.POST)), seen)


def _deed(request: HttpRequest) -> str:
    """Which button was pressed; sent without one (by Enter) it saves."""
    deed = request.POST.get("do", "save")
    if not DEED.fullmatch(deed):
        raise BadRequest(_("There is no such button."))
    return deed


def seen_of(request: HttpRequest) -> datetime:
    """When the draft was saved that this page showed."""
    try:
        seen = datetime.fromisoformat(request.POST.get("seen", ""))
    except ValueError as unreadable:
        raise BadRequest(_("This page does not say which draft it shows. Open it anew.")) from unreadable
    if seen.tzinfo is None:
        raise BadRequest(_("This page does not say which draft it shows. Open it anew."))
    return seen


def _save(request: HttpRequest, shown: Design, sheet: Sheet, seen: datetime, *, is_to_publish: bool) -> HttpResponse:
    if not sheet.is_valid():
        return _draw(request, shown, sheet, seen)
    try:
        saved = actions.save_draft(design=shown, blueprint=sheet.draft, seen=seen, actor=actor_of(request))
    except DraftMoved as moved:
        return _draw(request, shown, sheet, shown.changed_at, moved=moved)
    if not is_to_publish:
        done(request, _("The draft is saved. Phones see it once it is published."))
        return redirect("passes:design", saved.pk)
    if forbidding := checking.forbidding(_problems(saved, saved.blueprint)):
        sheet.refuse(forbidding)
        return _draw(request, saved, sheet, saved.changed_at)
    return redirect("passes:publish_design", saved.pk)


def _problems(shown: Design, draft: Blueprint) -> list[checking.Problem]:
    return checking.problems(draft, queries.example_facts(shown))


def _draw(
    request: HttpRequest, shown: Design, sheet: Sheet, seen: datetime | None = None, *, moved: DraftMoved | None = None
) -> HttpResponse:
    context: dict[str, Any] = {
        "design": shown,
        "sheet": sheet,
        "seen": (seen or shown.changed_at).isoformat(),
        "is_unsaved": sheet.draft != shown.blueprint,
        "moved": moved,
        "here": "design",
        **_looks(request, shown, sheet.draft),
    }
    status = HTTPStatus.CONFLICT if moved else HTTPStatus.UNPROCESSABLE_ENTITY if sheet.faults else HTTPStatus.OK
    return render(request, "passes/design.html", context, status=status)


@require_POST
@requires(policies.DESIGN)
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The parts of the page that show the card as it is typed; nothing is saved."""
    shown = get_object_or_404(Design.objects.select_related("published"), pk=pk)
    sheet = Sheet.from_request(shown, request)
    return render(request, "passes/_looks.html", {"design": shown, **_looks(request, shown, sheet.draft)})


def _looks(request: HttpRequest, shown: Design, draft: Blueprint) -> dict[str, Any]:
    """What the preview needs: the card, as whom it is looked at, contrasts, and what forbids publishing."""
    look_as = LookAsForm(request.POST, draft.texts)
    wanted = look_as.wanted()
    content, why_not = _content(request, shown, draft, wanted)
    return {
        "look_as": look_as,
        "card": present(Face(draft, content), wanted["language"]),
        "is_dark": wanted["is_dark"],
        "why_not": why_not,
        "contrasts": _contrasts(draft.colours),
        "problems": [
            (problem.message.translated(_), SECTIONS.get(problem.path.partition(".")[0], "look"), problem.forbids)
            for problem in _problems(shown, draft)
        ],
    }


def _content(request: HttpRequest, shown: Design, draft: Blueprint, wanted: dict[str, Any]) -> tuple[Content, str]:
    """What the card says, and why it is not of the true member who was asked for, if it is not."""
    example = queries.preview(shown, draft, wanted["who"])
    if wanted["who"] != "member" or not wanted["number"]:
        return example, _("Type the number of a member.") if wanted["who"] == "member" else ""
    if not policies.can_view(actor_of(request)):
        return example, _("You don't have the right to see whose cards there are.")
    found = queries.preview_of(shown, draft, wanted["number"])
    return found or example, "" if found else _("Nobody has this number.")


def _contrasts(colours: Colours) -> list[tuple[str, float, bool]]:
    """(what stands on the ground, its contrast, whether everybody can read it)."""
    pairs = ((_("Values"), colours.text), (_("Labels"), colours.label))
    if not all(colour.is_colour(one) for one in vars(colours).values()):
        return []
    ratios = [(name, colour.contrast(value, colours.ground)) for name, value in pairs]
    return [(name, ratio, ratio >= colour.LEAST) for name, ratio in ratios]
