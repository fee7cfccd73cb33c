"""An import while a worker is at it: how far, how long still, what one may do meanwhile."""

from dataclasses import dataclass
from math import ceil

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from gatehouse.core import clock
from gatehouse.core.access import requires
from gatehouse.people import policies
from gatehouse.people.models import RosterImport
from gatehouse.people.views.roster_shared import STEPS

State = RosterImport.State
HEADINGS = {
    State.OPENING: gettext_lazy("Opening the workbook"),
    State.READING: gettext_lazy("Reading the file"),
    State.APPLYING: gettext_lazy("Applying the changes"),
    State.UNDOING: gettext_lazy("Undoing the import"),
}
STEP_OF = {State.OPENING: 1, State.READING: 3, State.APPLYING: 4, State.UNDOING: 4}
PATIENCE = 30
"""Seconds; then we say that no worker has come yet."""


@dataclass(frozen=True)
class Progress:
    """How much of the file is read; then, how much of it is compared with our people."""

    percent: int
    is_comparing: bool = False
    left: str = ""


def work(request: HttpRequest, shown: RosterImport) -> HttpResponse:
    return render(request, "people/rosters/work.html", _context(shown))


@require_GET
@requires(policies.IMPORT)
def roster_work(request: HttpRequest, pk: int) -> HttpResponse:
    """The part of the page that is fetched again; when the work is over it is empty, and the page loads anew."""
    shown = get_object_or_404(RosterImport, pk=pk)
    return render(request, "people/rosters/_work.html", _context(shown))


def _context(shown: RosterImport) -> dict[str, object]:
    waited = (clock.now() - shown.not_before).total_seconds()  # a claim moves `not_before` into the future
    return {
        "roster_import": shown,
        "heading": HEADINGS.get(State(shown.state), ""),
        "steps": STEPS,
        "step": STEP_OF.get(State(shown.state), 3),
        "part": reverse("people:roster_work", args=[shown.pk]),
        "is_going_on": shown.is_working,
        "is_stoppable": shown.state in {State.OPENING, State.READING},
        "is_unattended": waited > PATIENCE,
        "progress": _progress(shown),
    }


def _progress(shown: RosterImport) -> Progress | None:
    """None before the first batch, and for what is one act and has no parts."""
    done, total = shown.progress_done, shown.progress_total
    if shown.state != State.READING or not (shown.progress_at and shown.begun_at and done and total):
        return None
    percent = min(100, done * 100 // total)
    if total != shown.file.size:
        return Progress(percent, is_comparing=True)
    passed = (clock.now() - shown.begun_at).total_seconds()
    return Progress(percent, left=_left(passed * (total - done) / done))


def _left(seconds: float) -> str:
    if seconds < 60:
        return _("less than a minute")
    minutes = ceil(seconds / 60)
    return ngettext("about %(n)s minute", "about %(n)s minutes", minutes) % {"n": minutes}
