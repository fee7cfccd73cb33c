"""Which periods a report may cover, and how they are called."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.utils import formats, timezone
from django.utils.translation import gettext as _, pgettext

from gatehouse.core import clock
from gatehouse.helpdesk.models import Term, Ticket
from gatehouse.helpdesk.queries.reporting import over
from gatehouse.helpdesk.reports import Period, between_terms

LATELY = timedelta(days=730)


@dataclass(frozen=True)
class Choice:
    """`value` stands in addresses. Of a period that is not over, `period` ends in the future."""

    value: str
    label: str
    period: Period


def choices() -> list[Choice]:
    """Terms that have begun, and days between terms in which somebody asked, month by month; the latest first.

    They do not overlap (unless terms do), which reports without names rely on.
    """
    today = clock.today()
    terms = list(Term.objects.filter(starts_on__lte=today))
    spans = [Period(term.starts_on, term.ends_on) for term in terms]
    found = [Choice(f"t{term.pk}", str(term), span) for term, span in zip(terms, spans, strict=True)]
    found += [Choice(f"p{gap.first}", worded(gap), gap) for gap in _gaps(spans, today) if over(gap).exists()]
    return sorted(found, key=lambda choice: choice.period.first, reverse=True)


def _gaps(terms: list[Period], today: date) -> list[Period]:
    first = Ticket.objects.order_by("asked_at").values_list("asked_at", flat=True).first()
    if first is None:
        return []
    day = max(first.astimezone(timezone.get_default_timezone()).date(), today - LATELY).replace(day=1)
    return list(between_terms(terms, Period(day, today)))


def present(found: list[Choice]) -> Choice:
    """The term that is on; else the latest period there is; else this month."""
    today = clock.today()
    now = [choice for choice in found if today in choice.period and choice.value.startswith("t")]
    month = Period(today.replace(day=1), today)
    return (now or found or [Choice("", worded(month), month)])[0]


def before(choice: Choice, found: list[Choice]) -> Choice | None:
    """The term before this one, to compare with."""
    terms = [one for one in found if one.value.startswith("t")]
    earlier = [one for one in terms if one.period.first < choice.period.first]
    return earlier[0] if choice in terms and earlier else None


def last_month() -> Period:
    last = clock.today().replace(day=1) - timedelta(days=1)
    return Period(last.replace(day=1), last)


def worded(period: Period) -> str:
    """A whole month by its name (August 2026), else as 3 to 30 August 2026."""
    last = formats.date_format(period.last, pgettext("last day", "j F Y"))
    is_month = period.first.day == 1 and (period.last + timedelta(days=1)).day == 1
    if is_month and period.first.month == period.last.month and period.first.year == period.last.year:
        return formats.date_format(period.last, pgettext("month", "F Y"))
    if period.first == period.last:
        return last
    same_year, same_month = period.first.year == period.last.year, period.first.month == period.last.month
    short = pgettext("first day, same month", "j") if same_month else pgettext("first day, same year", "j F")
    first = formats.date_format(period.first, short if same_year else pgettext("last day", "j F Y"))
    return _("%(first)s to %(last)s") % {"first": first, "last": last}
