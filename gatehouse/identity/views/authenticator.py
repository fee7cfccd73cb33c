"""The authenticator app: a QR code, a code back, done."""

from allauth.mfa.adapter import get_adapter
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from gatehouse.core import barcodes, sealing
from gatehouse.identity import actions, adapter, factors, totp
from gatehouse.identity.forms import AppCodeForm
from gatehouse.identity.refusals import FactorWrong
from gatehouse.identity.views.last_thing import last_thing
from gatehouse.identity.views.recovery import show_if_none
from gatehouse.identity.views.requests import PAGE, fresh, fresh_act, person_of, safe_next
from gatehouse.people.models import Person
from gatehouse.people.queries import organisation

WAITING = "identity.totp"  # in the session, sealed: the secret that the page shows until a code of it comes back


@never_cache
@sensitive_post_parameters("code")
@fresh
@PAGE
def set_up(request: HttpRequest) -> HttpResponse:
    person, secret = person_of(request), _waiting_secret(request)
    form = AppCodeForm(request.POST or None)
    form.fields["code"].widget.attrs.pop("autofocus")  # the drawing above it comes first
    if request.method == "POST" and form.is_valid():
        try:
            actions.add_totp(person=person, secret=secret, code=form.cleaned_data["code"])
        except FactorWrong:
            form.add_error("code", _("That is not the code of this secret now. Is the clock of your phone right?"))
        else:
            return _done(request, person)
    return render(request, "identity/app.html", _page(request, person, secret) | {"form": form})


@fresh_act
@require_POST
def remove(request: HttpRequest) -> HttpResponse:
    if factors.totp_of(person_of(request)) and (page := last_thing(request, _("Remove the authenticator app?"))):
        return page
    actions.remove_totp(person=person_of(request))
    messages.success(request, _("The authenticator app is off. Delete the entry in it too."))
    return redirect("identity:security")


def _done(request: HttpRequest, person: Person) -> HttpResponse:
    request.session.pop(WAITING, None)
    adapter.prove(request, person=person, method="totp")
    done = _("Your authenticator app is on.")
    if page := show_if_none(request, person, done=done):
        return page
    messages.success(request, done)
    return redirect(safe_next(request) or "identity:security")


def _waiting_secret(request: HttpRequest) -> str:
    """The same until it is used, so that a page that is loaded again shows what was scanned."""
    try:
        return str(get_adapter().decrypt(request.session.get(WAITING, "")))
    except sealing.SealBroken:
        secret = totp.new_secret()
        request.session[WAITING] = get_adapter().encrypt(secret)
        return secret


def _page(request: HttpRequest, person: Person, secret: str) -> dict[str, object]:
    address = totp.address(secret, issuer=organisation().name, account=person.email or person.name)
    return {
        "drawing": barcodes.draw("qr", address),
        "address": address,
        "secret": totp.spelt(secret),
        "has_app": factors.totp_of(person) is not None,
        "next": safe_next(request),
    }
