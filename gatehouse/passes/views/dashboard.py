"""All passes at a glance: figures, troubles, what changed day by day, what phones say."""

from collections import Counter
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.utils.translation import gettext as _, ngettext, pgettext
from django.views.decorators.http import require_safe

from gatehouse.core.access import requires
from gatehouse.core.charts import Chart, Series
from gatehouse.passes import first_steps, policies, queries
from gatehouse.passes.queries import dashboard as figures
from gatehouse.passes.queries.dashboard import Figures
from gatehouse.passes.views.shared import actor_of

HEIGHT = 250


@require_safe
@requires(policies.VIEW)
def dashboard(request: HttpRequest) -> HttpResponse:
    by_design = figures.figures_by_design()
    total = figures.in_all([part for _design, part in by_design])
    waiting, since = figures.waiting_pushes()
    updated, scanned = figures.renewals_by_day(), figures.scans_by_day()
    actor = actor_of(request)
    steps = first_steps.steps(actor)
    context = {
        "tiles": _tiles(total),
        "total": total,
        "by_design": by_design,
        "charts": [
            (_chart("renewals", _("Cards updated, by day"), _("Updates"), updated), updated.total()),
            (_chart("scans", _("Scans, by day"), _("Scans"), scanned), scanned.total()),
        ],
        "has_charts": updated or scanned,
        "steps": steps,
        "done": sum(step.is_done for step in steps),
        "warnings": queries.certificate_warnings(),
        "is_testing": queries.is_testing(),
        "troubles": queries.push_troubles(),
        "answers": figures.refusals(),
        "waiting": waiting,
        "waiting_since": since,
        "faults": figures.faults() if total.faults else [],
        "reports": figures.reports(),
        "may_design": policies.can_design(actor),
        "may_send": policies.can_send(actor),
    }
    return render(request, "passes/dashboard.html", context)


def _tiles(total: Figures) -> list[tuple[str, int, str, str]]:
    """Name, figure, the line below, and the state of the list that shows them."""
    share = f"{total.installed * 100 // total.issued} %" if total.issued else ""
    ever = ngettext("%(n)s ever made", "%(n)s ever made", total.ever) % {"n": _grouped(total.ever)}
    on_phones = _("%(share)s of those issued") % {"share": share} if share else _("none yet")
    sent = ngettext("%(n)s was sent and not added", "%(n)s were sent and not added", total.sent_only)
    failed = _("all were told") if not total.failed else _("a phone could not be told")
    return [
        (_("Issued"), total.issued, ever, ""),
        (_("On a phone"), total.installed, on_phones, ""),
        (_("On no phone yet"), total.pending, sent % {"n": _grouped(total.sent_only)}, "not-on-a-phone"),
        (_("Failed updates"), total.failed, failed, "failed"),
    ]


def _chart(slug: str, title: str, label: str, counts: Counter[date]) -> Chart:
    days = figures.last_days()
    numbers = tuple(float(counts[day]) for day in days)
    return Chart(
        slug, title, _summary(days, counts), _("Day"), tuple(map(_short, days)), (Series(label, numbers),), HEIGHT
    )


def _summary(days: list[date], counts: Counter[date]) -> str:
    total = sum(counts[day] for day in days)
    if not total:
        return _("None in the last 30 days.")
    peak = max(days, key=lambda day: counts[day])
    told = {"total": _grouped(total), "day": _short(peak), "most": _grouped(counts[peak])}
    return _("%(total)s in the last 30 days; the most on %(day)s: %(most)s.") % told


def _short(day: date) -> str:
    return formats.date_format(day, pgettext("day in a chart", "j M"), use_l10n=False)


def _grouped(number: int) -> str:
    return formats.number_format(number, use_l10n=True, force_grouping=True)
