"""The certificates that sign passes: which there are, until when, a new one, and one that signs no more."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.lists import page_of
from gatehouse.passes import actions, policies, queries
from gatehouse.passes.forms.certificates import CertificateForm
from gatehouse.passes.refusals import Refused
from gatehouse.passes.views.shared import actor_of


@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.CERTIFICATES)
def certificates(request: HttpRequest) -> HttpResponse:
    form = CertificateForm(request.POST, request.FILES) if request.method == "POST" else CertificateForm()
    if form.is_bound and form.is_valid():
        try:
            added = actions.add_certificate(actor=actor_of(request), **form.cleaned_data)
        except actions.Unreadable as refusal:
            form.add_error("file", str(refusal))
        else:
            until = date_format(added.expires_at, "j F Y")
            done(
                request,
                _("Cards of %(type)s are signed until %(day)s.") % {"type": added.pass_type_id, "day": until},
            )
            return redirect("passes:certificates")
    return _draw(request, form)


@require_POST
@requires(policies.CERTIFICATES)
def make_for_testing(request: HttpRequest) -> HttpResponse:
    """One of our own for each pass type without any, as `gatehouse passes make-test-certificates` makes them."""
    try:
        for pass_type_id in _untested():
            actions.make_test_certificates(pass_type_id=pass_type_id, actor=actor_of(request))
    except Refused as refusal:
        return _draw(request, CertificateForm(), refusal=str(refusal))
    done(request, _("Made. Cards can be tried out now; no iPhone takes them into its wallet."))
    return redirect("passes:certificates")


def _untested() -> list[str]:
    """Pass types that have no certificate at all, where one may be made for testing."""
    if settings.IS_PRODUCTION:
        return []
    wanted = queries.pass_types() or [actions.TEST_PASS_TYPE]
    return sorted(set(wanted) - set(queries.certified_types()))


def _draw(request: HttpRequest, form: CertificateForm, *, refusal: str = "") -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "untested": _untested(),
        "page": page_of(request, queries.all_certificates()),
        "warnings": queries.certificate_warnings(),
        "is_testing": queries.is_testing(),
    }
    return render(
        request, "passes/certificates/certificates.html", context, status=422 if form.errors or refusal else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.CERTIFICATES)
def retire_certificate(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(queries.current_certificates(), pk=pk)
    if request.method == "POST":
        actions.retire_certificate(certificate=shown, actor=actor_of(request))
        done(request, _("The certificate of %(type)s signs no more.") % {"type": shown.pass_type_id})
        return redirect("passes:certificates")
    context = {
        "question": _("Retire this certificate?"),
        "what": [
            _("No card of %(type)s can be made, updated or pushed until another certificate is there.")
            % {"type": shown.pass_type_id},
            _("To renew it you need not retire it: upload the new one, which takes its place."),
        ],
        "stays": _("Cards on phones stay there, with what they say now."),
        "act": _("Retire 1 certificate"),
        "back": reverse("passes:certificates"),
    }
    return render(request, "confirm.html", context)
