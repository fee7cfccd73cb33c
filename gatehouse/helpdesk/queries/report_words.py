"""A report in words: what its parts are called, and all of it as lines of one table."""

from collections.abc import Hashable, Iterator
from datetime import date

from django.utils import formats
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _, gettext_lazy, pgettext

from gatehouse.core.sheets.books import Value
from gatehouse.helpdesk.models import Ticket
from gatehouse.helpdesk.queries.reporting import Labels
from gatehouse.helpdesk.reports import OUTCOMES, Figures, Report

TITLES = {
    "course": gettext_lazy("By course"),
    "section": gettext_lazy("By section"),
    "assignment": gettext_lazy("By assignment"),
    "problem": gettext_lazy("By kind of problem"),
    "mode": gettext_lazy("By place"),
    "tutor": gettext_lazy("By tutor"),
}
HEADS = {
    "course": gettext_lazy("Course"),
    "section": gettext_lazy("Section"),
    "assignment": gettext_lazy("Assignment"),
    "problem": gettext_lazy("Kind of problem"),
    "mode": gettext_lazy("Where"),
    "tutor": gettext_lazy("Tutor"),
}
HEADER = (
    "part", "group", "visits", "people", "wait_median_minutes", "wait_9_in_10_minutes", "help_median_minutes",
    "help_minutes", "solved_percent", "rating",
)  # fmt: skip
REFUSALS = {
    "none": gettext_lazy("Nobody asked in this period with these filters."),
    "few": gettext_lazy("Fewer than 5 people asked, or nobody did. Without names so few are not shown."),
    "many": gettext_lazy("Without names a report takes three filters at once. Take one away."),
    "close": gettext_lazy(
        "This comes so close to a wider report that the difference would tell of fewer than 5 people. Take a filter away."
    ),
}


def outcome(key: Hashable) -> str:
    named = {**dict(Ticket.Outcome.choices), "left": _("Left before help"), "": _("Not said")}
    return str(named.get(str(key), key))


def bar(day: date, bucket: str) -> str:
    """A calendar week by its number, a month by its name, a day as one."""
    if bucket == "week":
        return str(day.isocalendar().week)
    return formats.date_format(
        day, pgettext("short month", "M y") if bucket == "month" else pgettext("short day", "j M")
    )


def hour(key: tuple[int, int]) -> str:
    return _("%(day)s at %(hour)s") % {"day": WEEKDAYS[key[0]], "hour": f"{key[1]:02}:00"}


def short_day(weekday: int) -> str:
    return str(WEEKDAYS_ABBR[weekday])


def minutes(seconds: float | None) -> str:
    """A wait as people say it; empty for what is not told."""
    if seconds is None:
        return ""
    return _("under 1 min") if seconds < 30 else _("%(n)s min") % {"n": round(seconds / 60)}


def percent(share: float | None) -> str:
    return "" if share is None else _("%(n)s%%") % {"n": round(share * 100)}


def lines(shown: Report, labels: Labels) -> Iterator[list[Value]]:
    """Every number that the report tells under HEADER, a line for each group; what is not told is empty or absent."""
    if shown.refused or shown.total is None or shown.bars is None:
        yield _line("refused", str(REFUSALS[shown.refused or "none"]))
        return
    yield _line("all", "", shown.total)
    yield from (_line("outcome", outcome(key), shown.outcomes[key]) for key in OUTCOMES if key in shown.outcomes)
    for mode, counts in shown.bars.modes.items():
        part = f"{shown.asked.bucket}, {mode}" if mode else str(shown.asked.bucket)
        yield from (_line(part, day.isoformat(), n) for day, n in zip(shown.bars.days, counts, strict=True))
    yield from (_line("day and hour", hour(key), shown.heat[key]) for key in sorted(shown.heat))
    for name, table in shown.tables.items():
        yield from (_line(name, labels.of(name, row.key), row.figures) for row in table.rows)
        if table.others:
            yield _line(name, _("All others together"), table.others)


def _line(part: str, group: str, told: Figures | int | None = None) -> list[Value]:
    if not isinstance(told, Figures):
        return [part, group, told, *[None] * (len(HEADER) - 3)]
    return [
        part,
        group,
        told.visits,
        told.people,
        _minutes(told.wait),
        _minutes(told.wait_90),
        _rounded(told.help),
        None if told.minutes is None else round(told.minutes),
        _rounded(None if told.solved is None else 100 * told.solved),
        _rounded(told.rating),
    ]


def _minutes(seconds: float | None) -> float | None:
    return _rounded(None if seconds is None else seconds / 60)


def _rounded(number: float | None) -> float | None:
    return None if number is None else round(number, 1)
