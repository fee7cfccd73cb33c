"""Days and moments in the words people use: "Today 17:00", "Mon 23 Nov", never a bare ISO date."""

from datetime import date, datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _, pgettext

from gatehouse.core import clock


def day(value: date | None) -> str:
    """The day in the organisation's zone, near ones by name, those of another year with their year."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    named = {-1: _("Yesterday"), 0: _("Today"), 1: _("Tomorrow")}
    today = clock.today()
    if near := named.get((value - today).days):
        return near
    near_year = value.year == today.year or abs((value - today).days) < 100
    short, long = pgettext("date this year", "D j M"), pgettext("date of another year", "j M Y")
    return formats.date_format(value, short if near_year else long, use_l10n=False)


def time(value: datetime | None) -> str:
    return formats.date_format(timezone.localtime(value), pgettext("time", "H:i")) if value else ""


def moment(value: datetime | None) -> str:
    return f"{day(value)} {time(value)}" if value else ""


def inside(said: str) -> str:
    """Such words in the middle of a sentence: "applied by Ruth today 17:00". Names of days keep their capital."""
    return said[:1].lower() + said[1:] if said.startswith((_("Yesterday"), _("Today"), _("Tomorrow"))) else said


def exact(value: date | None) -> str:
    """The whole date, for papers and titles: "Thursday 19 November 2026"."""
    if isinstance(value, datetime):
        value = timezone.localtime(value).date()
    return formats.date_format(value, pgettext("whole date", "l j F Y")) if value else ""
