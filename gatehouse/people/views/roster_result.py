"""What came of an import: applied, undone, refused or put away."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _, gettext_lazy

from gatehouse.people import queries
from gatehouse.people.models import RosterImport
from gatehouse.people.slots import import_notes
from gatehouse.people.views.roster_shared import STEPS

State, Missing = RosterImport.State, RosterImport.Missing
DONE_TO_THE_MISSING = {
    Missing.LEAVE: gettext_lazy("left alone"),
    Missing.LEFT: gettext_lazy("marked as left"),
    Missing.EXPIRE: gettext_lazy("ran out"),
}


def result(request: HttpRequest, shown: RosterImport, refusal: str = "") -> HttpResponse:
    is_last = shown == queries.last_applied()
    context = {
        "roster_import": shown,
        "refusal": refusal,
        "steps": STEPS,
        "sums": _sums(shown),
        "is_undoable": is_last and shown.can_be_undone,
        "is_superseded": shown.state == State.APPLIED and not is_last,
        "to_invite": queries.to_be_invited(shown).count() if shown.state == State.APPLIED else 0,
        "notes": import_notes() if shown.state == State.APPLIED and shown.changed else [],
        "to_download": shown.refused + shown.undecided if shown.file else 0,
    }
    name = "result" if shown.applied_at else "refused"
    return render(request, f"people/rosters/{name}.html", context, status=409 if refusal else 200)


def _sums(shown: RosterImport) -> list[tuple[Any, int, Any]]:
    skipped = shown.refused + shown.undecided
    return [
        (_("New"), shown.joined, ""),
        (_("Changed"), shown.changed, ""),
        (_("Same as before"), shown.unchanged, _("left alone")),
        (
            _("Not in the file"),
            shown.missing,
            DONE_TO_THE_MISSING[Missing(shown.missing_choice)] if shown.missing else "",
        ),
        (_("Lines with errors"), skipped, _("were skipped") if skipped else ""),
    ]
