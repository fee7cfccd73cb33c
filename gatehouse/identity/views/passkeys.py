"""One's own passkeys: add, rename, take away."""

from allauth.mfa.models import Authenticator
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from gatehouse.core import origin
from gatehouse.identity import actions, adapter, agents, ceremonies, factors, passkeys
from gatehouse.identity.forms import PasskeyNameForm
from gatehouse.identity.models import as_said
from gatehouse.identity.passkeys import PasskeyUnusable
from gatehouse.identity.refusals import PasskeyWrong
from gatehouse.identity.views.last_thing import last_thing
from gatehouse.identity.views.recovery import show_if_none
from gatehouse.identity.views.requests import PAGE, fresh, fresh_act, passkey_place, person_of, safe_next
from gatehouse.people.queries import organisation


@never_cache
@fresh
@PAGE
def add(request: HttpRequest) -> HttpResponse:
    form = PasskeyNameForm(request.POST or None, initial={"name": as_said(*agents.summary(origin.current().agent))})
    if request.method == "POST" and form.is_valid():
        try:
            return _added(request, form.cleaned_data["name"])
        except PasskeyUnusable:
            form.add_error(None, str(PasskeyWrong()))
    can_passkey = passkey_place(request) is not None
    return render(
        request, "identity/passkey.html", {"form": form, "can_passkey": can_passkey, "next": safe_next(request)}
    )


@never_cache
@fresh_act
@require_POST
def add_options(request: HttpRequest) -> HttpResponse:
    person, place = person_of(request), passkey_place(request)
    if place is None:
        return JsonResponse({}, status=409)
    names = {"house": organisation().name, "account": person.email or person.name, "name": person.name}
    asked, challenge = passkeys.ask_new(place, handle=person.pk, known=factors.passkeys_of(person), **names)
    response = JsonResponse(asked)
    ceremonies.begin(response, purpose="add", challenge=challenge, person=person.pk)
    return response


@never_cache
@fresh
@PAGE
def rename(request: HttpRequest, passkey_id: int) -> HttpResponse:
    passkey = _own(request, passkey_id)
    form = PasskeyNameForm(request.POST or None, initial={"name": passkey.data["name"]})
    if request.method == "POST" and form.is_valid():
        actions.rename_passkey(passkey=passkey, name=form.cleaned_data["name"])
        return redirect("identity:security")
    return render(request, "identity/passkey_name.html", {"form": form})


@fresh_act
@require_POST
def remove(request: HttpRequest, passkey_id: int) -> HttpResponse:
    passkey = _own(request, passkey_id)
    if page := last_thing(request, _("Remove %(name)s?") % {"name": passkey.data["name"]}):
        return page
    actions.remove_passkey(passkey=passkey)
    messages.success(request, _("%(name)s opens nothing here any more.") % {"name": passkey.data["name"]})
    return redirect("identity:security")


def _added(request: HttpRequest, name: str) -> HttpResponse:
    person, place = person_of(request), passkey_place(request)
    challenge = ceremonies.take(request, purpose="add", person=person.pk)
    if place is None or not challenge:
        raise PasskeyUnusable
    made = passkeys.made(place, challenge=challenge, text=request.POST.get("credential", ""))
    actions.add_passkey(person=person, made=made, name=name)
    adapter.prove(request, person=person, method="passkey")
    done = _("Your passkey is kept.")
    if page := show_if_none(request, person, done=done):
        return page
    messages.success(request, done)
    return redirect(safe_next(request) or "identity:security")


def _own(request: HttpRequest, passkey_id: int) -> Authenticator:
    return get_object_or_404(factors.passkeys_of(person_of(request)), pk=passkey_id)
