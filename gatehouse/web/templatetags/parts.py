"""The tags every template has without loading them: icons, badges, dates, numbers, pagers and charts."""

from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any

from django import template
from django.core.paginator import Page
from django.template.context import Context
from django.templatetags.static import static
from django.utils import formats
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from gatehouse.core import charts, origin
from gatehouse.core.echo import UNDO
from gatehouse.web import dates

register = template.Library()

# What a state looks like: colour, icon, word; the word alone is enough.
STATES = {
    "waiting": ("wait", "clock", _("Waiting")),
    "late": ("wait", "clock-alert", _("Late")),
    "running": ("door", "refresh-cw", _("Running")),
    "sending": ("door", "send", _("Sending")),
    "sent": ("ok", "circle-check", _("Sent")),
    "valid": ("ok", "circle-check", _("Valid")),
    "active": ("ok", "circle-check", _("Active")),
    "done": ("ok", "circle-check", _("Done")),
    "new": ("ok", "plus", _("New")),
    "joined": ("ok", "plus", _("New")),
    "changed": ("info", "pencil", _("Changed")),
    "unchanged": ("", "minus", _("Same as before")),
    "missing": ("", "circle-question-mark", _("Not in the file")),
    "refused": ("bad", "mail-x", _("Refused")),
    "failed": ("bad", "circle-alert", _("Failed")),
    "stopped": ("bad", "ban", _("Stopped")),
    "suspended": ("bad", "ban", _("Suspended")),
    "lapsed": ("wait", "hourglass", _("Lapsed")),
    "ended": ("", "circle-x", _("Ended")),
    "left": ("", "log-out", _("Left")),
    "held": ("", "pause", _("Held")),
    "draft": ("", "pause", _("Draft")),
    "undone": ("", "undo-2", _("Undone")),
}


@register.simple_tag
@cache
def icon(name: str) -> SafeString:
    """A Lucide icon in the colour and size of the text beside it; it says nothing to a screen reader."""
    sprite = static("gatehouse/icons.svg")
    return format_html('<svg class="ic" aria-hidden="true"><use href="{}#{}"/></svg>', sprite, name)


@register.simple_tag
def badge(state: str = "", label: Any = "", *, kind: str = "", icon_name: str = "") -> SafeString:
    """A known state (`{% badge "sent" %}`), or any: `{% badge label="2 photos" icon_name="paperclip" kind="info" %}`."""
    known_kind, known_icon, known_label = STATES.get(state, ("", "", state))
    drawn = icon(icon_name or known_icon) if icon_name or known_icon else ""
    return format_html('<span class="badge {}">{}{}</span>', kind or known_kind, drawn, label or known_label)


@register.simple_tag
def request_id() -> SafeString:
    """By which those who run the portal find this request in the log; for pages that tell of an error."""
    found = origin.current().request_id
    if not found:
        return SafeString("")
    return format_html('<p class="faint small">{} <code>{}</code></p>', _("Number of this request:"), found)


@register.filter
def day(value: date | None) -> str:
    return dates.day(value)


@register.filter
def moment(value: datetime | None) -> str:
    return dates.moment(value)


@register.filter
def inside(said: str) -> str:
    return dates.inside(said)


@register.filter(name="clock")
def time_of_day(value: datetime | None) -> str:
    return dates.time(value)


@register.filter
def exact(value: date | None) -> str:
    return dates.exact(value)


@register.filter
def count(value: float | None) -> str:
    """A number as the language groups it: 1,284."""
    if value is None:
        return ""
    whole = int(value) if isinstance(value, float) and value.is_integer() else value
    return formats.number_format(whole, use_l10n=True, force_grouping=True)


@register.filter
def initials(name: str) -> str:
    words = [word for word in str(name).split() if word[:1].isalnum()]
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def undo(message: Any) -> str:
    """The address that takes back what a message tells of, if there is one."""
    tags = message.extra_tags or ""
    return tags.removeprefix(UNDO) if tags.startswith(UNDO) else ""


@register.simple_tag(takes_context=True)
def query(context: Context, **changed: Any) -> str:
    """The present address's query with these values; None and "" take a key away. Changing a filter returns to page 1."""
    values = context["request"].GET.copy()
    if "page" not in changed:
        values.pop("page", None)
    for key, value in changed.items():
        values.pop(key, None)
        if value not in (None, ""):
            values[key] = str(value)
    return f"?{values.urlencode()}"


@register.inclusion_tag("parts/pager.html", takes_context=True)
def pager(context: Context, page: Page[Any]) -> dict[str, Any]:
    """Which rows these are ("1 to 50 of 1,284"), Back and Next; the filters of the address are kept."""
    back = query(context, page=page.previous_page_number()) if page.has_previous() else ""
    ahead = query(context, page=page.next_page_number()) if page.has_next() else ""
    return {"page": page, "back": back, "ahead": ahead}


@register.inclusion_tag("parts/steps.html")
def steps(names: Iterable[Any], now: int, label: Any = "") -> dict[str, Any]:
    """The steps of a wizard: `now` counts from 1; those before are done."""
    listed = list(names)
    states = [(n, name, "done" if n < now else "now" if n == now else "") for n, name in enumerate(listed, 1)]
    return {"steps": states, "now": now, "count": len(listed), "label": label}


@register.inclusion_tag("parts/chart.html")
def bars(chart: charts.Chart) -> dict[str, Any]:
    return {"plot": charts.stacked(chart), "chart": chart}


@register.inclusion_tag("parts/chart.html")
def curves(chart: charts.Chart) -> dict[str, Any]:
    return {"plot": charts.lines(chart), "chart": chart}


@register.inclusion_tag("parts/heat.html")
def heat(chart: charts.HeatMap) -> dict[str, Any]:
    return {"chart": chart}
