"""What protects my account, told plainly, with what one can do about it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gatehouse.identity import actions, factors, protection, queries
from gatehouse.identity.upstream import providers
from gatehouse.identity.views.recovery import show_if_none
from gatehouse.identity.views.requests import fresh_act, passkey_place, person_of


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    identities = person.upstream_identities.order_by("linked_at")
    context = {
        "person": person,
        "protection": protection.of(person),
        "passkeys": factors.passkeys_of(person),
        "app": factors.totp_of(person),
        "trusted": factors.trusted_of(person),
        "fobs": person.fobs.order_by("added_at"),
        "upstreams": providers.all_of_them(),
        "connected": [(one, providers.by_issuer(one.issuer)) for one in identities],
        "issuers": {one.issuer for one in identities},
        "sessions": queries.sessions_of(person).count(),
        "can_passkey": passkey_place(request) is not None,
    }
    return render(request, "identity/security.html", context)


@never_cache
@fresh_act
@require_POST
def second_step(request: HttpRequest) -> HttpResponse:
    """`on=1` asks for it from now on; without it a single step is enough again."""
    person = person_of(request)
    if not request.POST.get("on"):
        actions.ask_one_step(person=person)
        messages.success(request, _("One step is enough from now on."))
        return redirect("identity:security")
    actions.ask_second_step(person=person)
    done = _("From now on a second step is asked for.")
    if factors.asks_second_step(person) and (page := show_if_none(request, person, done=done)):
        return page
    messages.success(request, done)
    return redirect("identity:security")


@login_required
@require_POST
def trust_no_more(request: HttpRequest, browser_id: UUID) -> HttpResponse:
    actions.trust_no_more(person=person_of(request), browser_id=browser_id)
    messages.success(request, _("The next sign-in there is asked for the second step again."))
    return redirect("identity:security")
