"""The desk's report: figures, charts and tables of a period; without names unless somebody may see them and asks."""

from collections.abc import Iterator
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from gatehouse.core import clock
from gatehouse.core.lists import PER_PAGE, page_of
from gatehouse.helpdesk.actions import reporting as acts
from gatehouse.helpdesk.queries import report_periods, report_words, reporting, saved_reports, ticket_rows
from gatehouse.helpdesk.queries.report_asked import Chosen
from gatehouse.helpdesk.reports import Period, Report, Table
from gatehouse.helpdesk.views import report_charts
from gatehouse.helpdesk.views.report_shared import Asking, asking_of, for_readers, kept


@require_safe
@for_readers
def reports(request: HttpRequest) -> HttpResponse:
    asking = asking_of(request)
    context = _frame(asking)
    if asking.chosen is None:
        return render(request, "helpdesk/reports/report.html", context, status=422)
    if asking.names:
        acts.note_names_read(actor=asking.person, period=asking.chosen.title, filters=kept(asking.values))
        context["people"] = page_of(request, ticket_rows.people_who_asked(asking.chosen.wanted))
    shown = reporting.report(asking.chosen.wanted, names=asking.names)
    context |= {"shown": shown, "refused": shown.refused and report_words.REFUSALS[shown.refused]}
    if not shown.refused:
        context |= _drawn(shown, asking.chosen, names=asking.names)
    return render(request, "helpdesk/reports/report.html", context)


@require_safe
@for_readers
def report_table(request: HttpRequest, name: str) -> HttpResponse:
    """All rows of one of its tables, fifty a page."""
    asking = asking_of(request)
    if name not in report_words.TITLES or asking.chosen is None:
        raise Http404
    if asking.names:
        acts.note_names_read(actor=asking.person, period=asking.chosen.title, filters=kept(asking.values))
    shown = reporting.report(asking.chosen.wanted, names=asking.names)
    if name not in shown.tables:
        raise Http404
    listed = report_charts.listed(name, shown.tables[name], reporting.labels(shown), rows=None, columns=7)
    context = _frame(asking) | {"table": listed, "page": _page(request, listed)}
    return render(request, "helpdesk/reports/table.html", context)


def _page(request: HttpRequest, listed: report_charts.Listed) -> Any:
    return Paginator(listed.rows, PER_PAGE).get_page(request.GET.get("page"))


def _frame(asking: Asking) -> dict[str, Any]:
    """What stands around every report: its title, its days, its filters, and the address that asks for it again."""
    chosen, values = asking.chosen, kept(asking.values)
    return {
        "form": asking.form,
        "title": chosen.title if chosen else "",
        "days": report_periods.worded(_past(chosen.wanted.period)) if chosen else "",
        "narrowed": asking.form.narrowed(),
        "names": asking.names,
        "may_names": asking.may_names,
        "query": urlencode(values | ({"names": "1"} if asking.names else {})),
        "without_names": urlencode(values),
        "values": values,
        "saved": saved_reports.of(asking.person),
    }


def _past(period: Period) -> Period:
    return Period(period.first, max(period.first, min(period.last, clock.today())))


def _drawn(shown: Report, chosen: Chosen, *, names: bool) -> dict[str, Any]:
    labels, staffing = reporting.labels(shown), reporting.staffing(chosen.wanted.period)
    before = _before(chosen, names=names)
    return {
        "sums": report_charts.sums(shown, before),
        "bars": report_charts.bars(shown),
        "curves": report_charts.curves(shown),
        "heat": report_charts.heat(shown, staffing),
        "demand": report_charts.demand(shown, staffing),
        "outcomes": report_charts.outcomes(shown),
        "tables": [report_charts.listed(name, table, labels) for name, table in _worth(shown)],
    }


def _worth(shown: Report) -> Iterator[tuple[str, Table]]:
    """Tables for the page; sections are many, and asked for course by course."""
    for name, table in shown.tables.items():
        if table.rows and (name != "section" or "course" in shown.asked.filters):
            yield name, table


def _before(chosen: Chosen, *, names: bool) -> Report | None:
    if chosen.before is None:
        return None
    return reporting.report(reporting.Wanted(chosen.before, chosen.wanted.filters), names=names)
