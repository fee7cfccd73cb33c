"""Saved reports: keep a report's filters under a name, have it mailed each month, forget it."""

from typing import cast

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from gatehouse.core.echo import done
from gatehouse.core.lists import page_of
from gatehouse.helpdesk.actions import reporting as acts
from gatehouse.helpdesk.models import SavedReport
from gatehouse.helpdesk.queries import saved_reports as queries
from gatehouse.helpdesk.views.report_shared import KEPT, for_readers, kept
from gatehouse.people.models import Person


class SaveForm(forms.Form):
    is_save = True

    name = forms.CharField(label=gettext_lazy("Name"), max_length=80)
    is_monthly = forms.BooleanField(label=gettext_lazy("E-mail it to me each month"), required=False)


@require_safe
@for_readers
def saved_reports(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.of(_actor(request)))
    listed = [(saved, urlencode(saved.filters)) for saved in page]
    return render(request, "helpdesk/reports/saved.html", {"page": page, "listed": listed})


@require_POST
@for_readers
def save_report(request: HttpRequest) -> HttpResponse:
    """Posted from a report; its filters come in hidden fields."""
    form = SaveForm(request.POST)
    filters = kept({name: request.POST.get(name, "").replace("\0", "")[:120] for name in KEPT})
    if form.is_valid():
        try:
            acts.save_report(actor=_actor(request), filters=filters, **form.cleaned_data)
        except acts.TooManyReports:
            form.add_error("name", _("You have fifty saved reports. Delete one, or use its name again."))
    if form.errors:
        context = {"form": form, "filters": filters, "query": urlencode(filters)}
        return render(request, "helpdesk/reports/save.html", context, status=422)
    done(request, _("Saved as “%(name)s”.") % {"name": form.cleaned_data["name"]})
    return redirect("helpdesk:saved_reports")


@require_POST
@for_readers
def switch_monthly(request: HttpRequest, pk: int) -> HttpResponse:
    saved = get_object_or_404(SavedReport, pk=pk, owner=_actor(request))
    acts.switch_monthly(report=saved, actor=_actor(request))
    done(request, _("No more letters.") if saved.is_monthly else _("The first letter comes next month."))
    return redirect("helpdesk:saved_reports")


@require_POST
@for_readers
def delete_report(request: HttpRequest, pk: int) -> HttpResponse:
    saved = get_object_or_404(SavedReport, pk=pk, owner=_actor(request))
    acts.delete_report(report=saved, actor=_actor(request))
    done(request, _("“%(name)s” is no longer saved.") % {"name": saved.name})
    return redirect("helpdesk:saved_reports")


def _actor(request: HttpRequest) -> Person:
    return cast("Person", request.user)
