"""What an address, a saved report or a command asks a report for, as the kernel takes it."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.helpdesk.models import Course, Section, Ticket
from gatehouse.helpdesk.queries import report_periods
from gatehouse.helpdesk.queries.report_periods import Choice
from gatehouse.helpdesk.queries.reporting import Wanted, folded
from gatehouse.helpdesk.reports import Period

OWN, MONTH = "own", "month"
NUMBERS = ("course", "instructor", "problem")
FIRST_YEAR, LAST_YEAR = 1970, 2200


class RangeUnusable(ValueError):
    """The days are missing, end before they begin, or are too far away; `field` is `from` or `to`."""

    def __init__(self, field: str, message: str) -> None:
        self.field = field
        super().__init__(message)


@dataclass(frozen=True)
class Chosen:
    """`title` names the period in a heading; `before` is the term to compare a whole term with."""

    value: str
    title: str
    wanted: Wanted
    before: Period | None = None


def chosen(values: Mapping[str, str], *, may_range: bool) -> Chosen:
    """Read filters as they stand in addresses; what is not known does not narrow.

    Days of one's own are for those who may see names: a term less one day would tell who came on it. For others they
    mean the present term. Raises `RangeUnusable`.
    """
    found = report_periods.choices()
    by_value = {choice.value: choice for choice in found}
    filters = _filters(values)
    wish = values.get("period", "")
    if may_range and (wish == OWN or (not wish and (values.get("from") or values.get("to")))):
        period = days(values.get("from", ""), values.get("to", ""))
        return Chosen(OWN, report_periods.worded(period), Wanted(period, filters))
    if may_range and wish == MONTH:
        period = report_periods.last_month()
        return Chosen(MONTH, report_periods.worded(period), Wanted(period, filters))
    choice = by_value.get(wish) or report_periods.present(found)
    return Chosen(choice.value, choice.label, Wanted(choice.period, filters), _before(choice, found))


def _before(choice: Choice, found: list[Choice]) -> Period | None:
    earlier = report_periods.before(choice, found)
    return earlier.period if earlier and choice.period.last < clock.today() else None


def days(begin: str, end: str) -> Period:
    """A period from two ISO dates, both included. Raises `RangeUnusable`."""
    first, last = _day("from", begin), _day("to", end)
    if last < first:
        raise RangeUnusable("to", _("The last day lies before the first."))
    return Period(first, last)


def _day(field: str, text: str) -> date:
    try:
        day = date.fromisoformat(text.strip())
    except ValueError as error:
        raise RangeUnusable(field, _("Write a day, like 2026-08-31.")) from error
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise RangeUnusable(field, _("Write a day between 1970 and 2200."))
    return day


def _filters(values: Mapping[str, str]) -> dict[str, Hashable]:
    given = {name: number(values.get(name, "")) for name in NUMBERS}
    if given["course"] and not Course.objects.filter(pk=given["course"]).exists():
        del given["course"]
    filters: dict[str, Hashable] = {name: value for name, value in given.items() if value}
    if values.get("mode") in Ticket.Mode.values:
        filters["mode"] = values["mode"]
    if tutor := _uuid(values.get("tutor", "")):
        filters["tutor"] = tutor
    if course := given.get("course"):
        filters |= _within(course, values)
    return filters


def number(text: str) -> int | None:
    """The key in an address; None for what is none, or longer than any."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _within(course: int, values: Mapping[str, str]) -> dict[str, Hashable]:
    """Sections and assignments are those of a course."""
    found: dict[str, Hashable] = {}
    section = number(values.get("section", ""))
    if section and Section.objects.filter(pk=section, course=course).exists():
        found["section"] = (course, section)
    if assignment := folded(values.get("assignment", "").replace("\0", "")[:120]):
        found["assignment"] = (course, assignment)
    return found


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
