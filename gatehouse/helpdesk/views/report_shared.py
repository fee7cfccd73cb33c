"""What all doors to reports share: who reads, and what the address asks for."""

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from django.http import HttpRequest, HttpResponseBase

from gatehouse.core.access import requires
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.queries import report_asked
from gatehouse.helpdesk.queries.report_asked import Chosen, RangeUnusable
from gatehouse.helpdesk.views.report_form import ReportFilter
from gatehouse.people.models import Person

View = Callable[..., HttpResponseBase]
KEPT = ("period", "from", "to", "course", "tutor", "mode", "problem", "instructor", "section", "assignment")


@dataclass(frozen=True)
class Asking:
    """One reader's question; `chosen` is None where the days can't be used, and then the form says why."""

    person: Person
    values: Mapping[str, str]
    form: ReportFilter
    chosen: Chosen | None
    may_names: bool
    names: bool


def for_readers(view: View) -> View:
    """For those who may read reports, and for who leads a course, of that course."""
    guarded = requires(policies.REPORT)(view)

    @functools.wraps(view)
    def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person: Any = request.user
        leads = person.is_authenticated and person.is_active and policies.courses_led(person)
        return (view if leads else guarded)(request, *args, **kwargs)

    return door


def asking_of(request: HttpRequest) -> Asking:
    person = cast("Person", request.user)
    may_names, led = (
        policies.can_see_names(person),
        None if policies.can_report(person) else policies.courses_led(person),
    )
    values = {name: request.GET.get(name, "").replace("\0", "")[:120] for name in KEPT}
    if led is not None and report_asked.number(values["course"]) not in led:
        values["course"] = str(min(led))
    form = ReportFilter(values, may_range=may_names, led=led)
    names = may_names and request.GET.get("names") == "1"
    return Asking(person, values, form, _chosen(form, values, may_range=may_names), may_names, names)


def _chosen(form: ReportFilter, values: Mapping[str, str], *, may_range: bool) -> Chosen | None:
    form.is_valid()
    try:
        chosen = report_asked.chosen(values, may_range=may_range)
    except RangeUnusable as refusal:
        form.errors.pop(refusal.field, None)
        form.add_error(refusal.field, str(refusal))
        return None
    form.data = {**form.data, "period": chosen.value}
    return chosen


def kept(values: Mapping[str, str]) -> dict[str, str]:
    """What of an address's filters is worth keeping."""
    return {name: value for name, value in values.items() if value}
