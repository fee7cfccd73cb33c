"""Where somebody lets a device in: the code it shows, then the question, then how it went (RFC 8628, section 3.3)."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlencode
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from gatehouse.core import clock, links
from gatehouse.identity import acr
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions, policies, queries, rates, scopes, user_codes
from gatehouse.identity.oidc.forms.devices import DeviceCodeForm
from gatehouse.identity.oidc.models import DeviceRequest
from gatehouse.identity.oidc.refusals import DeviceOver
from gatehouse.identity.oidc.views.answers import quiet, redirected
from gatehouse.identity.refusals import TooOften
from gatehouse.identity.views.requests import PAGE, person_of, prove_address, session_id_of, too_often

ASKED: Final = "oidc.device"  # who found which device by its code; signed
WITHIN: Final = timedelta(minutes=15)  # a little longer than a device waits, to say that it is over


@never_cache
@PAGE
@login_required
def enter(request: HttpRequest) -> HttpResponse:
    """The code; one that comes with the address is filled in, and asked about all the same (section 3.3.1)."""
    if request.method != "POST":
        code = user_codes.read(request.GET.get("user_code", ""))
        return _code_page(request, DeviceCodeForm(initial={"user_code": user_codes.shown(code)} if code else None))
    form = DeviceCodeForm(request.POST)
    if not form.is_valid():
        return _code_page(request, form, status=422)
    try:
        rates.spend_user_code(person_id=person_of(request).pk)
    except TooOften as refusal:
        return too_often(request, "oidc/device.html", _context(request, form), refusal)
    device = queries.waiting_device(form.cleaned_data["user_code"])
    if device is None:
        form.add_error("user_code", _("No device shows this code now. Look again, or ask it for another one."))
        return _code_page(request, form, status=422)
    asked = links.sign(ASKED, [device.pk.hex, person_of(request).pk.hex])
    return redirected(reverse("oidc:answer_device", args=[asked]))


@never_cache
@PAGE
@login_required
def answer(request: HttpRequest, asked: str) -> HttpResponse:
    """The question, for who typed the code; once it is answered, how it went."""
    device = _found(request, asked)
    if device is None or not (device.is_open or _is_theirs(request, device)):
        return _answered(request, "over", status=410)
    if device.answered_at:
        return _answered(request, "allowed" if device.grant else "refused", device)
    if request.method == "POST" and request.POST.get("answer") != "allow":
        return _settle(request, device, is_allowed=False)
    if not _is_sure(request, device.client.acr_floor):
        here = reverse("oidc:answer_device", args=[asked])
        return redirected(prove_address(next_path=here, level=device.client.acr_floor))
    if not policies.may_sign_in(person_of(request), device.client):
        context = {"client": device.client, "elsewhere": _as_another()}
        return quiet(render(request, "oidc/not_for_you.html", context, status=403))
    return _settle(request, device, is_allowed=True) if request.method == "POST" else _ask(request, device)


def _settle(request: HttpRequest, device: DeviceRequest, *, is_allowed: bool) -> HttpResponse:
    """The session is held meanwhile, so that signing out everywhere finds the grant."""
    person, session = person_of(request), session_id_of(request)
    try:
        with transaction.atomic():
            mine = BrowserSession.objects.select_for_update().filter(person=person)
            held = mine.filter(pk=session).first() if session else None
            if held is None:
                return redirected(reverse("oidc:device"))
            if is_allowed:
                actions.allow_device(device=device, person=person, session=held)
            else:
                actions.refuse_device(device=device, person=person)
    except DeviceOver:
        return _answered(request, "over", status=410)
    return redirected(request.path)


def _is_sure(request: HttpRequest, floor: str) -> bool:
    session = session_id_of(request)
    row = BrowserSession.objects.filter(pk=session).first() if session else None
    return row is not None and acr.is_met(acr.acr_of(row.methods, now=clock.now()), floor)


def _ask(request: HttpRequest, device: DeviceRequest) -> HttpResponse:
    context = {
        "client": device.client,
        "device": device,
        "told": queries.disclosed(person_of(request), device.client, scopes.words(device.scope)),
        "added": queries.added(device.client),
        "here": request.path,
        "elsewhere": _as_another(),
    }
    return quiet(render(request, "oidc/answer_device.html", context), has_form=True)


def _answered(
    request: HttpRequest, state: str, device: DeviceRequest | None = None, *, status: int = 200
) -> HttpResponse:
    context = {"state": state, "client": device.client if device else None}
    return quiet(render(request, "oidc/device_answered.html", context, status=status))


def _code_page(request: HttpRequest, form: DeviceCodeForm, *, status: int = 200) -> HttpResponse:
    return quiet(render(request, "oidc/device.html", _context(request, form), status=status), has_form=True)


def _context(request: HttpRequest, form: DeviceCodeForm) -> dict[str, object]:
    return {"form": form, "is_given": bool(form.initial), "elsewhere": _as_another()}


def _as_another() -> str:
    return f"{reverse('identity:sign_in')}?{urlencode({'again': 1, 'next': reverse('oidc:device')})}"


def _found(request: HttpRequest, asked: str) -> DeviceRequest | None:
    """The device whose code this very person typed."""
    try:
        device, person = links.read(ASKED, asked, within=WITHIN)
        return queries.device_by_id(UUID(device)) if person == person_of(request).pk.hex else None
    except (links.LinkUnusable, TypeError, ValueError):
        return None


def _is_theirs(request: HttpRequest, device: DeviceRequest) -> bool:
    """Answered, and not by somebody else who typed the same code."""
    if device.answered_at is None:
        return False
    return device.grant is None or device.grant.person_id == person_of(request).pk
