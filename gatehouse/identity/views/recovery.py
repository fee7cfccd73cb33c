"""Recovery codes: shown once, on the page that made them; to print, to copy, to keep as a file."""

from django.http import HttpRequest, HttpResponse, HttpResponseBadRequest
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from gatehouse.identity import actions, factors, recovery
from gatehouse.identity.views.requests import fresh_act, person_of, safe_next
from gatehouse.people.models import Person
from gatehouse.people.queries import organisation


@never_cache
@fresh_act
@require_POST
def make(request: HttpRequest) -> HttpResponse:
    return show_new(request, person_of(request), done="")


@never_cache
@sensitive_post_parameters("codes")
@fresh_act
@require_POST
def file(request: HttpRequest) -> HttpResponse:
    """What the page shows, as a file: it holds nothing but lines that look like codes, and is kept nowhere."""
    codes = request.POST.get("codes", "").split()
    if len(codes) != recovery.COUNT or not all(recovery.is_spelt(code) for code in codes):
        return HttpResponseBadRequest(_("These are no recovery codes."))
    head = _("Recovery codes for %(organisation)s, %(email)s. Each works once.") % {
        "organisation": organisation().name,
        "email": person_of(request).email or person_of(request).name,
    }
    response = HttpResponse("\n".join([head, "", *codes, ""]), content_type="text/plain; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="recovery-codes.txt"'
    return response


def show_if_none(request: HttpRequest, person: Person, *, done: str) -> HttpResponse | None:
    """New codes for somebody who protects their account and has none; `done` says what was done before."""
    return None if factors.codes_of(person).exists() else show_new(request, person, done=done)


def show_new(request: HttpRequest, person: Person, *, done: str) -> HttpResponse:
    codes = actions.make_recovery_codes(person=person)
    return render(request, "identity/recovery.html", {"codes": codes, "done": done, "next": safe_next(request)})
