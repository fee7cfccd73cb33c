"""Reading reports with names is an act and is written down; reports are saved, and some are mailed each month."""

from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode

from gatehouse.core import clock
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.models import SavedReport
from gatehouse.helpdesk.queries import report_asked, saved_reports
from gatehouse.journal import actions as journal
from gatehouse.mail import actions as mail
from gatehouse.people.addresses import is_email
from gatehouse.people.models import Person

MOST = 50


class TooManyReports(ValueError):
    """A person keeps at most fifty."""


def note_names_read(*, actor: Person | None, period: str, filters: Mapping[str, str], form: str = "") -> None:
    """Somebody reads a report with names, or takes the tickets away as a file (`form` csv or xlsx)."""
    if not policies.can_see_names(actor):
        raise PermissionDenied
    verb = "tickets.exported" if form else "report.opened"
    details = {name: value for name, value in {**filters, "form": form}.items() if value}
    journal.record(actor=actor, verb=verb, subject=period, details=details)


@transaction.atomic
def save_report(*, actor: Person, name: str, filters: Mapping[str, str], is_monthly: bool) -> SavedReport:
    """Keep an address's filters under a name; the same name again replaces them. Raises `TooManyReports`."""
    if not policies.can_report_on(actor, _course(filters)):
        raise PermissionDenied
    known = SavedReport.objects.filter(owner=actor)
    if known.exclude(name=name).count() >= MOST:
        raise TooManyReports
    values = {"filters": dict(filters), "is_monthly": is_monthly}
    saved, is_new = SavedReport.objects.update_or_create(owner=actor, name=name, defaults=values)
    if is_new:  # the first letter comes with the next month
        SavedReport.objects.filter(pk=saved.pk).update(sent_on=clock.today())
    journal.record(actor=actor, verb="report.saved", subject=name)
    return saved


@transaction.atomic
def switch_monthly(*, report: SavedReport, actor: Person) -> None:
    """Begin or end its letters; only its owner can."""
    _own(report, actor)
    SavedReport.objects.filter(pk=report.pk).update(is_monthly=not report.is_monthly, sent_on=clock.today())
    journal.record(actor=actor, verb="report.saved", subject=report.name)


@transaction.atomic
def delete_report(*, report: SavedReport, actor: Person) -> None:
    _own(report, actor)
    report.delete()
    journal.record(actor=actor, verb="report.deleted", subject=report.name)


def _own(report: SavedReport, actor: Person) -> None:
    if report.owner_id != actor.pk:
        raise PermissionDenied


def _course(filters: Mapping[str, str]) -> int | None:
    """As the report itself reads it: a course that it does not know is the whole desk."""
    return report_asked.number(filters.get("course", ""))


def send_monthly() -> int:
    """Write the letters of this month that are not written yet; return how many. Never with names."""
    first = clock.today().replace(day=1)
    due = SavedReport.objects.filter(Q(sent_on=None) | Q(sent_on__lt=first), is_monthly=True).select_related("owner")
    return sum(_send(saved) for saved in due)


@transaction.atomic
def _send(saved: SavedReport) -> bool:
    """Once, whoever else tries; nobody who left, lost the right or has no address gets one."""
    due = SavedReport.objects.filter(pk=saved.pk, sent_on=saved.sent_on, is_monthly=True)
    if not due.update(sent_on=clock.today()) or not _may_get(saved):
        return False
    with translation.override(saved.owner.language or settings.LANGUAGE_CODE):
        told = saved_reports.summary(saved.filters, may_range=policies.can_see_names(saved.owner))
        context = {"report": saved.name, "link": link_to(saved.filters), **told}
    mail.post(to=saved.owner, template="helpdesk/letters/report", context=context, message_class="personal")
    return True


def _may_get(saved: SavedReport) -> bool:
    owner = saved.owner
    return owner.is_active and is_email(owner.email or "") and policies.can_report_on(owner, _course(saved.filters))


def link_to(filters: Mapping[str, str]) -> str:
    return f"{settings.BASE_URL}{reverse('helpdesk:reports')}?{urlencode(filters)}"
