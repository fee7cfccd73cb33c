"""Is it you? Asked of somebody who is signed in, before something that matters, or when a service wants to be surer."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from gatehouse.identity import adapter, protection
from gatehouse.identity.acr import LEVELS
from gatehouse.identity.refusals import TooOften
from gatehouse.identity.views import proofs
from gatehouse.identity.views.requests import PAGE, has_level, is_fresh, onward, person_of, safe_next
from gatehouse.identity.views.sign_in import send_code
from gatehouse.people.models import Person


@never_cache
@sensitive_post_parameters("code", "recovery", "password")
@login_required
@PAGE
def ask(request: HttpRequest) -> HttpResponse:
    """`?acr=` is the level wanted, `?next=` where to go then, `?again=1` asks even of those who proved it just now."""
    person, level = person_of(request), _level(request)
    next_path, is_again = safe_next(request), "again" in request.GET or "again" in request.POST
    if request.method != "POST" and not is_again and _is_enough(request, level):
        return onward(request, redirect(next_path or "identity:security"))
    asked = proofs.asking(request, protection.ways_to(person, level))
    if request.method == "POST" and asked.way == "code":
        return _send(request, person, asked, next_path)
    if request.method == "POST" and proofs.is_proved(request, person, asked, purpose="prove"):
        adapter.prove(request, person=person, method=str(asked.way))
        return onward(request, redirect(next_path or "identity:security"))
    return _page(request, asked, {"next": next_path, "level": level, "is_again": is_again})


@never_cache
@login_required
@require_POST
def options(request: HttpRequest) -> HttpResponse:
    return proofs.options(request, purpose="prove", person=person_of(request))


def _level(request: HttpRequest) -> str:
    wanted = request.POST.get("acr") or request.GET.get("acr") or ""
    return wanted if wanted in LEVELS else ""


def _is_enough(request: HttpRequest, level: str) -> bool:
    return has_level(request, level) if level else is_fresh(request)


def _send(request: HttpRequest, person: Person, asked: proofs.Asking, next_path: str) -> HttpResponse:
    try:
        return send_code(request, person.email or "", next_path or "/me/security")
    except TooOften as refusal:
        asked.refusal = refusal
        return _page(request, asked, {"next": next_path, "level": _level(request)})


def _page(request: HttpRequest, asked: proofs.Asking, context: dict[str, Any]) -> HttpResponse:
    return proofs.page(request, "identity/prove.html", asked, {"who": person_of(request).email, **context})
