"""What the portal knows about oneself, and what one may change."""

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from gatehouse.identity import actions, cookies, protection, queries
from gatehouse.identity.forms import CodeForm, DetailsForm, NewAddressForm, NewPasswordForm
from gatehouse.identity.models import SignInFlow
from gatehouse.identity.refusals import AddressTaken, CodeWrong, FlowOver, TooOften
from gatehouse.identity.views.requests import PAGE, fresh, fresh_act, person_of, session_id_of, too_often
from gatehouse.people.models import Person

NEW_ADDRESS = SignInFlow.Purpose.NEW_ADDRESS


@never_cache
@login_required
@PAGE
def details(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    form = DetailsForm(request.POST or None, instance=Person.objects.get(pk=person.pk))
    if request.method == "POST" and form.is_valid():
        if actions.edit_details(person=person, changes=form.cleaned_data):
            messages.success(request, _("Your details are saved."))
        return redirect("identity:me")
    context = {
        "person": person,
        "form": form,
        "memberships": person.memberships.order_by("source", "number"),
        "places": person.places.select_related("group").order_by("group__name"),
        "roles": person.roles.order_by("name"),
        "has_password": queries.has_password(person),
        "protection": protection.of(person),
        "sessions": queries.sessions_of(person).count(),
    }
    return render(request, "identity/me.html", context)


@never_cache
@login_required
@require_safe
def data(request: HttpRequest) -> HttpResponse:
    known = queries.all_about(person_of(request))
    response = JsonResponse(known, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@never_cache
@fresh
@PAGE
def address(request: HttpRequest) -> HttpResponse:
    """A new address counts once a code sent to it was typed here."""
    form = NewAddressForm(request.POST or None)
    if not (request.method == "POST" and form.is_valid()):
        return render(request, "identity/address.html", {"form": form})
    try:
        asked = actions.ask_new_address(person=person_of(request), email=form.cleaned_data["email"])
    except TooOften as refusal:
        return too_often(request, "identity/address.html", {"form": form}, refusal)
    response = redirect("identity:address_code")
    cookies.keep_flow(response, asked.token)
    return response


@never_cache
@fresh
@PAGE
def address_code(request: HttpRequest) -> HttpResponse:
    person, flow = person_of(request), cookies.flow_of(request, NEW_ADDRESS)
    if flow is None or flow.person != person:
        return redirect("identity:address")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.try_code(flow=flow, code=form.cleaned_data["code"])
            actions.move_address(flow=flow, person=person)
        except (CodeWrong, FlowOver, AddressTaken) as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, _("From now on you sign in with %(email)s.") % {"email": flow.email})
            response = redirect("identity:me")
            cookies.drop_flow(response)
            return response
    return render(request, "identity/address_code.html", {"form": form, "flow": flow})


@never_cache
@sensitive_post_parameters("password")
@fresh
@PAGE
def password(request: HttpRequest) -> HttpResponse:
    """Set or change it; whoever forgot theirs signs in by code and comes here."""
    person = person_of(request)
    form = NewPasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        new = form.cleaned_data["password"]
        actions.set_password(person=person, password=new, actor=person, but=session_id_of(request))
        update_session_auth_hash(request, person)
        messages.success(request, _("Your password is set. You are signed out everywhere else."))
        return redirect("identity:me")
    return render(request, "identity/own_password.html", {"form": form, "has_password": queries.has_password(person)})


@fresh_act
@require_POST
def remove_password(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    actions.remove_password(person=person, actor=person, but=session_id_of(request))
    update_session_auth_hash(request, person)
    messages.success(request, _("Your password is gone. Sign in by code from now on."))
    return redirect("identity:me")
