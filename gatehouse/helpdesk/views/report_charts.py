"""A report as it is drawn: bars, curves, the heat map, and the figures on top."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.translation import gettext as _, gettext_lazy, ngettext

from gatehouse.core import charts
from gatehouse.helpdesk.models import Ticket
from gatehouse.helpdesk.queries import report_words
from gatehouse.helpdesk.queries.reporting import Labels
from gatehouse.helpdesk.reports import Figures, Report, Staffing, Table

ACROSS = {"week": gettext_lazy("Week"), "day": gettext_lazy("Day"), "month": gettext_lazy("Month")}
BARS = {
    "week": gettext_lazy("Visits per week"),
    "day": gettext_lazy("Visits per day"),
    "month": gettext_lazy("Visits per month"),
}
TOP, FEW = 5, 4
"""Rows and columns of a table on the page of all; each has a page of its own."""


COLUMNS = (
    gettext_lazy("Visits"),
    gettext_lazy("People"),
    gettext_lazy("Median wait"),
    gettext_lazy("Solved"),
    gettext_lazy("Nine in ten waited"),
    gettext_lazy("Hours of help"),
    gettext_lazy("Rating"),
)


@dataclass(frozen=True)
class Line:
    """A row in words; what is not told is empty."""

    label: str
    cells: list[tuple[Any, str]]


@dataclass(frozen=True)
class Listed:
    """One table of the page: its first rows, and how many there are."""

    name: str
    title: Any
    head: Any
    rows: list[Line]
    others: int
    total: int
    columns: tuple[Any, ...]


def bars(shown: Report) -> charts.Chart | None:
    """Visits in time by mode; bars of the future are left out."""
    assert shown.bars is not None
    told = [sum(value or 0 for value in values) for values in zip(*shown.bars.modes.values(), strict=True)]
    if not any(told):
        return None
    end = max(place for place, value in enumerate(told) if value) + 1
    labels = tuple(report_words.bar(day, shown.asked.bucket) for day in shown.bars.days[:end])
    names = dict(Ticket.Mode.choices)
    peak, dip = told.index(max(told)), told.index(min(filter(None, told)))
    return charts.Chart(
        slug="visits",
        title=str(BARS[shown.asked.bucket]),
        summary=_("Most, %(most)s, in %(peak)s; fewest that are shown, %(least)s, in %(dip)s.")
        % {"most": told[peak], "peak": labels[peak], "least": told[dip], "dip": labels[dip]},
        across=str(ACROSS[shown.asked.bucket]),
        labels=labels,
        series=tuple(
            charts.Series(str(names.get(mode, _("Together"))), values[:end])
            for mode, values in shown.bars.modes.items()
        ),
        note=_("Calendar week.") if shown.asked.bucket == "week" else "",
    )


def curves(shown: Report) -> charts.Chart | None:
    """How long people waited, in minutes: the median, and nine in ten."""
    assert shown.bars is not None
    told = [place for place, (middle, _most) in enumerate(shown.bars.waits) if middle is not None]
    if not told:
        return None
    span = slice(told[0], told[-1] + 1)
    middles, mosts = zip(*((_minutes(one), _minutes(most)) for one, most in shown.bars.waits[span]), strict=True)
    longest = max(one for one in middles if one is not None)
    days = shown.bars.days[span]
    return charts.Chart(
        slug="waits",
        title=_("Waiting, in minutes"),
        summary=_("The usual wait was longest in %(when)s: %(n)s minutes.")
        % {"when": _bar(shown, days[middles.index(longest)]), "n": longest},
        across=str(ACROSS[shown.asked.bucket]),
        labels=tuple(_bar(shown, day) for day in days),
        series=(charts.Series(_("Median"), middles), charts.Series(_("Nine in ten at most"), mosts)),
        height=240,
    )


def _bar(shown: Report, day: date) -> str:
    return report_words.bar(day, shown.asked.bucket)


def _minutes(seconds: float | None) -> float | None:
    return None if seconds is None else float(round(seconds / 60))


def heat(shown: Report, staffing: Staffing) -> charts.HeatMap | None:
    """Visits by day and hour, from the first hour that is told to the last; weekends where somebody came."""
    if not shown.heat:
        return None
    hours = range(min(hour for _day, hour in shown.heat), max(hour for _day, hour in shown.heat) + 1)
    days = range(max(5, max(day for day, _hour in shown.heat) + 1))
    fullest = max(shown.heat, key=lambda key: shown.heat[key])
    return charts.HeatMap(
        slug="hours",
        title=_("Visits by day and hour"),
        summary=_("Fewer than 5 are not shown."),
        columns=tuple(str(hour) for hour in hours),
        rows=tuple(
            (report_words.short_day(day), tuple(shown.heat.get((day, hour), 0) for hour in hours)) for day in days
        ),
        least=1,
        note=_("%(hour)s is the fullest hour; on average %(n)s tutors were on duty then.")
        % {"hour": report_words.hour(fullest), "n": f"{staffing.on_duty(fullest):.1f}"},
    )


def demand(shown: Report, staffing: Staffing) -> charts.Chart | None:
    """By hour of the day: who came, and tutors on duty, both on the average of the days of that hour that are told."""
    hours = sorted({hour for _day, hour in shown.heat})
    if not hours or not staffing.hours:
        return None
    came, there = [], []
    for hour in hours:
        days = [day for day in range(7) if (day, hour) in shown.heat]
        times = max(sum(staffing.days[day] for day in days), 1)
        came.append(round(sum(shown.heat[day, hour] for day in days) / times, 1))
        there.append(round(sum(staffing.hours.get((day, hour), 0.0) for day in days) / times, 1))
    return charts.Chart(
        slug="demand",
        title=_("Demand and tutors on duty, by hour"),
        summary=_("Visits in an hour of a usual day beside the tutors who were there."),
        across=_("Hour"),
        labels=tuple(str(hour) for hour in hours),
        series=(charts.Series(_("Visits in the hour"), tuple(came)), charts.Series(_("Tutors on duty"), tuple(there))),
        height=240,
    )


def sums(shown: Report, before: Report | None) -> list[tuple[Any, Any, Any]]:
    """The six figures on top: name, figure, a line below it."""
    total = shown.total
    assert total is not None
    earlier = before.total if before and not before.refused else None
    lost, partly = shown.outcomes.get("no_show"), shown.outcomes.get("partly")
    return [
        (_("Visits"), f"{total.visits:,}", _growth(total, earlier)),
        (_("People"), _or_dot(total.people, "{:,}"), _each(total)),
        (_("Usual wait"), report_words.minutes(total.wait) or "·", _waited(total, earlier)),
        (_("Usual help"), _("%(n)s min") % {"n": round(total.help)} if total.help is not None else "·", _helped(total)),
        (_("Solved"), report_words.percent(total.solved) or "·", _share(partly, total, _("%(share)s partly"))),
        (_("Not here"), _share(lost, total, "%(share)s") or "·", _lost(lost)),
    ]


def _or_dot(number: float | None, form: str) -> str:
    return "·" if number is None else form.format(number)


def _growth(total: Figures, earlier: Figures | None) -> str:
    if earlier is None:
        return ""
    change = round(100 * (total.visits - earlier.visits) / earlier.visits)
    words = _("%(n)s%% up on the term before") if change >= 0 else _("%(n)s%% down on the term before")
    return words % {"n": abs(change)}


def _each(total: Figures) -> str:
    return _("%(n)s visits each") % {"n": f"{total.visits / total.people:.1f}"} if total.people else ""


def _waited(total: Figures, earlier: Figures | None) -> str:
    if earlier and earlier.wait is not None:
        return _("median, was %(time)s") % {"time": report_words.minutes(earlier.wait)}
    if total.wait_90 is not None:
        return _("nine in ten %(time)s at most") % {"time": report_words.minutes(total.wait_90)}
    return _("median")


def _helped(total: Figures) -> str:
    return _("%(n)s hours in all") % {"n": f"{total.minutes / 60:,.0f}"} if total.minutes else _("median")


def _share(count: int | None, total: Figures, words: str) -> str:
    return words % {"share": report_words.percent(count / total.visits)} if count else ""


def _lost(lost: int | None) -> str:
    return ngettext("%(n)s ticket", "%(n)s tickets", lost) % {"n": f"{lost:,}"} if lost else ""


def listed(name: str, table: Table, labels: Labels, *, rows: int | None = TOP, columns: int = FEW) -> Listed:
    shown = [Line(labels.of(name, row.key), _cells(row.figures)[:columns]) for row in table.rows[:rows]]
    title, head = report_words.TITLES[name], report_words.HEADS[name]
    return Listed(name, title, head, shown, table.others, len(table.rows), COLUMNS[:columns])


def _cells(told: Figures) -> list[tuple[Any, str]]:
    texts = (
        f"{told.visits:,}",
        "" if told.people is None else f"{told.people:,}",
        report_words.minutes(told.wait),
        report_words.percent(told.solved),
        report_words.minutes(told.wait_90),
        "" if told.minutes is None else f"{told.minutes / 60:,.1f}",
        "" if told.rating is None else f"{told.rating:.1f}",
    )
    return list(zip(COLUMNS, texts, strict=True))


def outcomes(shown: Report) -> list[tuple[str, int, str]]:
    """How visits ended, as far as it is told: words, number, share."""
    total: Mapping[Hashable, int] = shown.outcomes
    visits = shown.total.visits if shown.total else 1
    return [
        (report_words.outcome(key), count, report_words.percent(count / visits))
        for key, count in sorted(total.items(), key=lambda item: -item[1])
    ]
