"""Saved reports: those of a person, and what the letter of one says."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _, ngettext

from gatehouse.helpdesk.models import SavedReport
from gatehouse.helpdesk.queries import report_asked, report_words
from gatehouse.helpdesk.queries.reporting import labels, report
from gatehouse.people.models import Person

LISTED = 5


def of(owner: Person) -> QuerySet[SavedReport]:
    return SavedReport.objects.filter(owner=owner).order_by("name", "pk")


def summary(filters: Mapping[str, str], *, may_range: bool = False) -> dict[str, Any]:
    """The title of the period, the main figures as sentences, and the courses asked for most; all without names.

    Last month, which lies across a term, is for those who `may_range`.
    """
    is_month = filters.get("period") == report_asked.MONTH
    chosen = report_asked.chosen(filters, may_range=may_range and is_month)
    shown = report(chosen.wanted)
    if shown.refused or shown.total is None:
        return {"title": chosen.title, "figures": [str(report_words.REFUSALS[shown.refused or "none"])], "courses": []}
    names = labels(shown)
    rows = shown.tables["course"].rows[:LISTED] if "course" in shown.tables else ()
    return {
        "title": chosen.title,
        "figures": list(filter(None, figures(shown.total))),
        "courses": [f"{names.of('course', row.key)}: {row.figures.visits}" for row in rows],
    }


def figures(total: Any) -> list[str]:
    return [
        ngettext("%(n)s visit", "%(n)s visits", total.visits) % {"n": total.visits},
        _("by %(n)s people") % {"n": total.people} if total.people else "",
        _("usual wait %(time)s") % {"time": report_words.minutes(total.wait)} if total.wait is not None else "",
        _("usual help %(n)s min") % {"n": round(total.help)} if total.help is not None else "",
        _("%(share)s solved") % {"share": report_words.percent(total.solved)} if total.solved is not None else "",
    ]
