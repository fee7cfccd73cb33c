"""The preview: sums, what is wrong, who is who, the differences, and what happens to those who are missing."""

from typing import Any

from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.core import clock
from gatehouse.core.lists import PER_PAGE
from gatehouse.people import queries
from gatehouse.people.forms.rosters import ApplyForm, DecideForm
from gatehouse.people.importing.applying import UNDO_FOR
from gatehouse.people.models import RosterChange, RosterImport
from gatehouse.people.slots import import_notes
from gatehouse.people.views.roster_shared import STEPS, grouped

SHOWN_ERRORS = 5
Kind = RosterChange.Kind
CHIPS = {
    "": gettext_lazy("All changes"),
    "joined": gettext_lazy("New"),
    "changed": gettext_lazy("Changed"),
    "levels": gettext_lazy("Level changes"),
    "doubtful": gettext_lazy("To decide"),
    "missing": gettext_lazy("Not in the file"),
}


def check(request: HttpRequest, shown: RosterImport, refusal: str = "", form: ApplyForm | None = None) -> HttpResponse:
    counts = _counts(shown)
    kind = _kind(request, shown, counts)
    page = _page(request, _rows(shown, kind), counts[kind])
    context = {
        "roster_import": shown,
        "refusal": refusal,
        "steps": STEPS,
        "sums": _sums(shown),
        "errors": queries.refusals(shown)[:SHOWN_ERRORS],
        "more_errors": max(0, shown.refused - SHOWN_ERRORS),
        "to_download": shown.refused + shown.undecided if shown.file else 0,
        "chips": _chips(shown, kind, counts),
        "kind": kind,
        "unanswered": queries.unanswered(shown),
        "page": page,
        "rows": _in_words(shown, kind, page),
        "decide_form": DecideForm(changes=list(page)) if kind == "doubtful" else None,
        "apply_form": form or apply_form(shown),
        "undo_until": clock.now() + UNDO_FOR,
        "notes": import_notes() if shown.changed else [],
    }
    status = 409 if refusal else 422 if form else 200
    return render(request, "people/rosters/check.html", context, status=status)


def apply_form(shown: RosterImport, data: Any = None) -> ApplyForm | None:
    """Only where somebody is missing; else there is nothing to choose."""
    if not shown.missing:
        return None
    people = queries.missing_memberships(shown).order_by().values("person").distinct().count()
    return ApplyForm(data, memberships=shown.missing, people=people)


def _counts(shown: RosterImport) -> dict[str, int]:
    """As they were reckoned when the file was compared, so that a page counts nothing anew."""
    return {
        "": shown.changes + shown.undecided,
        "joined": shown.joined,
        "changed": shown.changed,
        "levels": shown.level_changes,
        "doubtful": shown.doubtful,
        "missing": shown.missing,
    }


def _kind(request: HttpRequest, shown: RosterImport, counts: dict[str, int]) -> str:
    kind = request.GET.get("show", "")
    return kind if counts.get(kind) else ""


def _rows(shown: RosterImport, kind: str) -> Any:
    if kind == "missing":
        return queries.missing_memberships(shown)
    if kind == "doubtful":
        return queries.doubtful(shown)
    return queries.level_changes(shown) if kind == "levels" else queries.changes(shown, kind=kind)


def _page(request: HttpRequest, rows: Any, total: int) -> Page[Any]:
    paginator = Paginator(rows, PER_PAGE)
    paginator.count = total  # a cached property: written, it is not reckoned
    return paginator.get_page(request.GET.get("page"))


def _in_words(shown: RosterImport, kind: str, page: Page[Any]) -> list[Any]:
    if kind == "missing":
        return queries.shown_missing(page)
    return queries.shown(shown, list(page))


def _chips(shown: RosterImport, kind: str, counts: dict[str, int]) -> list[Any]:
    """All, and each kind of which there is some."""
    base = reverse("people:roster", args=[shown.pk])
    kinds = [name for name in CHIPS if not name or counts[name]]
    said = {name: (CHIPS[name], counts[name]) for name in kinds}
    if "doubtful" in said:
        said["doubtful"] = _doubtful_chip(shown)
    return [(f"{base}?show={name}" if name else base, *said[name], name == kind) for name in kinds]


def _left_out(shown: RosterImport) -> Any:
    """Of the lines in doubt only those without an answer are still to decide; one that shall be skipped is refused."""
    left_out = shown.refused + shown.undecided
    if still := queries.unanswered(shown):
        figures = {"refused": grouped(left_out - still), "undecided": grouped(still)}
        return _("%(refused)s refused, %(undecided)s to decide") % figures
    return _("will be skipped") if left_out else _("none")


def _doubtful_chip(shown: RosterImport) -> tuple[Any, int]:
    """What is still to decide, beside what is decided and can be looked at again."""
    still = queries.unanswered(shown)
    decided = shown.doubtful - still
    if not still:
        return _("Decided"), decided
    if not decided:
        return CHIPS["doubtful"], still
    return _("To decide (%(decided)s decided)") % {"decided": grouped(decided)}, still


def _sums(shown: RosterImport) -> list[tuple[Any, int, Any]]:
    left_alone = _("left alone")
    here = reverse("people:roster", args=[shown.pk])
    decide = format_html('{}, <a href="{}#missing">{}</a>', left_alone, here, _("decide"))
    levels = _("%(n)s of them in level") % {"n": grouped(shown.level_changes)} if shown.level_changes else ""
    return [
        (_("New"), shown.joined, _("get no letter yet") if shown.joined else ""),
        (_("Changed"), shown.changed, levels),
        (_("Same as before"), shown.unchanged, left_alone),
        (_("Not in the file"), shown.missing, decide if shown.missing else left_alone),
        (_("Lines with errors"), shown.refused + shown.undecided, _left_out(shown)),
    ]
