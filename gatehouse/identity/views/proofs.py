"""What the second step at the gate and the page that asks for proof have in common: ways to choose from, one of them tried."""

from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from gatehouse.identity import actions, ceremonies, factors, passkeys
from gatehouse.identity.forms import AppCodeForm, OwnPasswordForm, RecoveryForm
from gatehouse.identity.protection import Way
from gatehouse.identity.refusals import FactorWrong, PasskeyWrong, PasswordWrong, RecoveryWrong, TooOften
from gatehouse.identity.views.requests import known_browser, passkey_place, too_often
from gatehouse.people.models import Person

FORMS: dict[Way, type[forms.Form]] = {"totp": AppCodeForm, "recovery": RecoveryForm, "password": OwnPasswordForm}


@dataclass
class Asking:
    """The ways somebody may take, the one they took, and the one whose form is shown; a passkey's button needs no form."""

    ways: list[Way]
    way: Way | None
    shown: Way | None
    form: forms.Form | None
    refusal: ValueError | None = None

    @property
    def others(self) -> list[Way]:
        return [way for way in self.ways if way not in {self.shown, "passkey"}]


def asking(request: HttpRequest, ways: list[Way]) -> Asking:
    named = request.POST.get("way") or request.GET.get("way")
    way = next((way for way in ways if way == named), None)
    typed = [way for way in ways if way != "passkey"]
    shown = way if way in typed else next(iter(typed), None)
    make = FORMS.get(shown) if shown else None
    sent = request.POST if request.method == "POST" and way == shown else None
    return Asking(ways, way, shown, make(sent) if make else None)


def is_proved(request: HttpRequest, person: Person, asked: Asking, *, purpose: ceremonies.Purpose) -> bool:
    """Try what was sent; a refusal is kept for the page."""
    try:
        return _tried(request, person, asked, purpose)
    except (FactorWrong, RecoveryWrong, PasswordWrong) as refusal:
        assert asked.form is not None
        asked.form.add_error(next(iter(asked.form.fields)), str(refusal))
    except (PasskeyWrong, TooOften) as refusal:
        asked.refusal = refusal
    return False


def page(request: HttpRequest, template: str, asked: Asking, context: dict[str, Any]) -> HttpResponse:
    context = {"asking": asked, "form": asked.form, "refusal": asked.refusal, **context}
    context["can_passkey"] = "passkey" in asked.ways and passkey_place(request) is not None
    if isinstance(asked.refusal, TooOften):
        return too_often(request, template, context, asked.refusal)
    return render(request, template, context)


def options(request: HttpRequest, *, purpose: ceremonies.Purpose, person: Person | None = None) -> HttpResponse:
    """What the browser's own dialog for passkeys is opened with; the challenge lies in a cookie as well."""
    place = passkey_place(request)
    if place is None:
        return JsonResponse({}, status=409)
    known = factors.passkeys_of(person) if person else ()
    asked, challenge = passkeys.ask_known(place, known=known)
    response = JsonResponse(asked)
    ceremonies.begin(response, purpose=purpose, challenge=challenge, person=person.pk if person else None)
    return response


def _tried(request: HttpRequest, person: Person, asked: Asking, purpose: ceremonies.Purpose) -> bool:
    browser = known_browser(request, person)
    if asked.way == "passkey":
        _try_passkey(request, person, purpose, browser)
        return True
    if asked.way != asked.shown or asked.form is None or not asked.form.is_valid():
        return False
    typed = asked.form.cleaned_data
    if asked.way == "totp":
        actions.try_totp(person=person, code=typed["code"], browser=browser)
    elif asked.way == "recovery":
        actions.try_recovery(person=person, code=typed["recovery"], browser=browser)
    else:
        actions.try_password(person=person, password=typed["password"], browser=browser)
    return True


def _try_passkey(request: HttpRequest, person: Person, purpose: ceremonies.Purpose, browser: str) -> None:
    place, text = passkey_place(request), request.POST.get("credential", "")
    challenge = ceremonies.take(request, purpose=purpose, person=person.pk)
    if place is None:
        raise PasskeyWrong
    actions.try_passkey(person=person, text=text, place=place, challenge=challenge, browser=browser)
