"""The page of one import: whatever is to be seen of it now."""

import functools
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_GET

from gatehouse.core.access import requires
from gatehouse.people import actions, policies
from gatehouse.people.models import RosterImport
from gatehouse.people.views.roster_check import check
from gatehouse.people.views.roster_result import result
from gatehouse.people.views.roster_work import work

State = RosterImport.State
View = Callable[[HttpRequest, int], HttpResponseBase]


@require_GET
@requires(policies.IMPORT)
def roster(request: HttpRequest, pk: int) -> HttpResponseBase:
    return page(request, get_object_or_404(RosterImport, pk=pk))


def page(request: HttpRequest, shown: RosterImport, refusal: str = "") -> HttpResponseBase:
    """Work under way, the preview, or what came of it; a refusal says on it why a step was not taken."""
    if shown.is_working:
        return work(request, shown)
    if shown.state == State.UPLOADED:
        return redirect("people:roster_columns", shown.pk)
    return check(request, shown, refusal) if shown.state == State.CHECKED else result(request, shown, refusal)


def or_told(view: View) -> View:
    """A step that is refused: the page of the import as it is now, and why."""

    @functools.wraps(view)
    def told(request: HttpRequest, pk: int) -> HttpResponseBase:
        try:
            return view(request, pk)
        except actions.ImportRefused as refusal:
            return page(request, get_object_or_404(RosterImport, pk=pk), str(refusal))

    return told
