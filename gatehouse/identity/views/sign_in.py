"""The gate: an address, then a code, a link or a password."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from gatehouse.identity import actions, ceremonies, cookies, invitations, queries, rates, tokens
from gatehouse.identity.adapter import let_in
from gatehouse.identity.forms import AddressForm, CodeForm, PasswordForm
from gatehouse.identity.models import SignInFlow
from gatehouse.identity.refusals import CodeWrong, FlowOver, PasskeyWrong, PasswordWrong, TooOften
from gatehouse.identity.upstream import providers
from gatehouse.identity.upstream.providers import Upstream
from gatehouse.identity.views import leaving, proofs
from gatehouse.identity.views.requests import PAGE, onward, passkey_place, safe_next, too_often
from gatehouse.people.models import Person

SIGN_IN, LINK = SignInFlow.Purpose.SIGN_IN, SignInFlow.Purpose.LINK


@never_cache
@PAGE
def ask(request: HttpRequest) -> HttpResponse:
    """Who comes? Known and unknown addresses are answered alike."""
    next_path, is_again = safe_next(request), "again" in request.GET
    if request.method != "POST" and request.user.is_authenticated and not is_again:
        return onward(request, redirect(next_path or "/"))
    if request.method != "POST":
        return gate(request, next_path=next_path, email=_guessed_address(request), is_again=is_again)
    form = AddressForm(request.POST)
    context = _gate(request, form, next_path) | {"is_again": is_again}
    if not form.is_valid():
        return render(request, "identity/sign_in.html", context)
    try:
        return send_code(request, form.cleaned_data["email"], next_path)
    except TooOften as refusal:
        context["flow"] = cookies.flow_of(request, SIGN_IN)
        return too_often(request, "identity/sign_in.html", context, refusal)


def gate(
    request: HttpRequest, *, next_path: str, email: str = "", is_again: bool = False, towards: str = ""
) -> HttpResponse:
    """The first page of the gate, wherever somebody stands; `towards` names the service that wants to know them."""
    first = providers.straight_to()
    if first and not is_again and not {"here", "to"} & set(request.GET):
        return redirect(upstream_address(first, next_path=next_path))
    context = _gate(request, AddressForm(initial={"email": email}), next_path)
    return render(request, "identity/sign_in.html", context | {"is_again": is_again, "towards": towards})


@never_cache
@PAGE
def code(request: HttpRequest) -> HttpResponse:
    flow = cookies.flow_of(request, SIGN_IN)
    if flow is None:
        return redirect("identity:sign_in")
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.try_code(flow=flow, code=form.cleaned_data["code"])
        except (CodeWrong, FlowOver) as refusal:
            form.add_error("code", str(refusal))
        else:
            return enter(request, person, "code", flow.next_path)
    return render(request, "identity/code.html", _code_page(request, flow, form))


@never_cache
@require_POST
def send_again(request: HttpRequest) -> HttpResponse:
    flow = cookies.flow_of(request, SIGN_IN)
    if flow is None:
        return redirect("identity:sign_in")
    try:
        return send_code(request, flow.email, flow.next_path)
    except TooOften as refusal:
        return too_often(request, "identity/code.html", _code_page(request, flow, CodeForm()), refusal)


@never_cache
@PAGE
def link(request: HttpRequest, text: str) -> HttpResponse:
    """A GET changes nothing, for mail scanners follow links; the button on the page signs in."""
    token = tokens.parse(text)
    if token is None:
        raise Http404
    flow = SignInFlow.objects.filter(pk=token.id, purpose__in=[SIGN_IN, LINK]).first()
    if flow is None or not flow.is_open or not token.fits(flow.link_hash):
        return render(request, "identity/link_over.html", status=410)
    if flow.purpose == SIGN_IN and cookies.flow_of(request, SIGN_IN) != flow:
        return render(request, "identity/link_elsewhere.html", {"flow": flow})
    if request.method != "POST":
        return render(request, "identity/link.html", {"flow": flow})
    try:
        person = actions.use_link(flow=flow, link=token)
    except FlowOver:
        return render(request, "identity/link_over.html", status=410)
    return enter(request, person, "link" if flow.purpose == SIGN_IN else "issued-link", flow.next_path)


@never_cache
@sensitive_post_parameters("password")
@PAGE
def password(request: HttpRequest) -> HttpResponse:
    next_path = safe_next(request)
    form = PasswordForm(request.POST or None, initial={"email": _guessed_address(request)})
    context = {"form": form, "next": next_path}
    if request.method == "POST" and form.is_valid():
        try:
            person = _by_password(request, **form.cleaned_data)
        except TooOften as refusal:
            return too_often(request, "identity/password.html", context, refusal)
        except PasswordWrong as refusal:
            form.add_error(None, str(refusal))
        else:
            return enter(request, person, "password", next_path)
    return render(request, "identity/password.html", context)


@never_cache
@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """Sign in without a word typed: the passkey says whose it is."""
    context = _gate(request, AddressForm(), safe_next(request))
    try:
        person = _by_passkey(request)
    except TooOften as refusal:
        return too_often(request, "identity/sign_in.html", context, refusal)
    except PasskeyWrong as refusal:
        return render(request, "identity/sign_in.html", context | {"wrong": refusal})
    return enter(request, person, "passkey", safe_next(request))


@never_cache
@require_POST
def passkey_options(request: HttpRequest) -> HttpResponse:
    return proofs.options(request, purpose="sign-in")


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    return leaving.sign_out(request) or redirect(leaving.gate_address())


def upstream_address(upstream: Upstream, *, next_path: str) -> str:
    wanted = f"?{urlencode({'next': next_path})}" if next_path else ""
    return reverse("identity:upstream", args=[upstream.slug]) + wanted


def send_code(request: HttpRequest, email: str, next_path: str) -> HttpResponse:
    """On to the page that waits for the letter's digits; raises `TooOften`."""
    browser = cookies.browser_of(request)
    asked = actions.ask_code(email=email, next_path=next_path, browser=browser.name, known_to=frozenset(browser.people))
    response = redirect("identity:code")
    cookies.keep_flow(response, asked.token)
    return response


def _by_passkey(request: HttpRequest) -> Person:
    place, text = passkey_place(request), request.POST.get("credential", "")
    challenge = ceremonies.take(request, purpose="sign-in")
    if place is None:
        raise PasskeyWrong
    return actions.sign_in_by_passkey(text=text, place=place, challenge=challenge)


def _by_password(request: HttpRequest, email: str, password: str) -> Person:
    """The backend hashes a password for unknown addresses too, so both take the same time."""
    browser, known = cookies.browser_of(request), queries.person_at(email)
    is_known = known is not None and known.pk.hex in browser.people
    rates.spend_password(email=email, browser=browser.name if is_known else "")
    person: Person | None = get_adapter(request).authenticate(request, email=email, password=password)
    if person is None or not person.is_active:
        actions.note_password_failed(person=known)
        raise PasswordWrong
    return person


def enter(
    request: HttpRequest, person: Person, method: str, next_path: str, *, at: datetime | None = None
) -> HttpResponse:
    """In by way of the stages; this browser is known from now on. `at` is as `let_in` has it."""
    response = onward(request, let_in(request, person=person, method=method, next_path=next_path, at=at))
    cookies.drop_flow(response)
    if request.user == person:  # not while a second step is asked for
        cookies.keep_known(request, response, person)
    return response


def _gate(request: HttpRequest, form: AddressForm, next_path: str) -> dict[str, Any]:
    return {
        "form": form,
        "next": next_path,
        "can_passkey": passkey_place(request) is not None,
        "upstreams": [(one, upstream_address(one, next_path=next_path)) for one in providers.all_of_them()],
    }


def _code_page(request: HttpRequest, flow: SignInFlow, form: CodeForm) -> dict[str, Any]:
    return {
        "flow": flow,
        "form": form,
        "again_in": rates.until_next_code(email=flow.email),
        "can_passkey": passkey_place(request) is not None,
        "title": _("Enter your code"),
    }


def _guessed_address(request: HttpRequest) -> str:
    """From an invitation's link, or of somebody who is asked to sign in again."""
    if isinstance(request.user, Person):
        return request.user.email or ""
    return invitations.address_in(request.GET.get("to", ""))
