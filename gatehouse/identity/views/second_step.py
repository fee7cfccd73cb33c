"""The gate asks for a second thing: passkey, app or recovery code. Nobody is signed in before."""

from allauth.account.stages import LoginStage, LoginStageController
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from gatehouse.identity import actions, cookies, factors, protection
from gatehouse.identity.adapter import go_on
from gatehouse.identity.models import TrustedBrowser
from gatehouse.identity.stages import SecondStepStage
from gatehouse.identity.views import proofs
from gatehouse.identity.views.requests import PAGE, onward


@never_cache
@sensitive_post_parameters("code", "recovery")
@PAGE
def ask(request: HttpRequest) -> HttpResponse:
    stage = _waiting(request)
    if stage is None:
        return redirect("identity:sign_in")
    person = stage.login.user
    asked = proofs.asking(request, list(protection.second_ways(person)))
    if request.method == "POST" and proofs.is_proved(request, person, asked, purpose="second-step"):
        assert asked.way is not None
        return _let_in(request, stage, method=asked.way)
    days = TrustedBrowser.LASTS.days
    return proofs.page(request, "identity/second_step.html", asked, {"days": days, "who": person.email or person.name})


@never_cache
@require_POST
def options(request: HttpRequest) -> HttpResponse:
    stage = _waiting(request)
    if stage is None:
        return redirect("identity:sign_in")
    return proofs.options(request, purpose="second-step", person=stage.login.user)


def _waiting(request: HttpRequest) -> LoginStage | None:
    """Who has proved a first thing in this browser, some minutes ago at most; people who left meanwhile have not."""
    stage: LoginStage | None = LoginStageController.enter(request, SecondStepStage.key)
    return stage if stage and stage.login.user and stage.login.user.is_active else None


def _used_up(left: int) -> str:
    """Whoever needed a code has most likely lost something: where that is put right."""
    said = ngettext("%(n)d recovery code is left.", "%(n)d recovery codes are left.", left) % {"n": left}
    return " ".join(
        [said, _("Is the phone or key lost for good? Put another in its place under “What protects my account”.")]
    )


def _let_in(request: HttpRequest, stage: LoginStage, *, method: str) -> HttpResponse:
    person = stage.login.user
    response = onward(request, go_on(request, stage, method=method))
    browser = cookies.keep_known(request, response, person)
    if request.POST.get("trust"):
        actions.trust_browser(person=person, browser=browser)
    if method == "recovery":
        messages.warning(request, _used_up(factors.codes_of(person).count()))
    return response
