"""Who is signed in, what happened at the gate, which limits hold, which keys sign, what roles say to services."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gatehouse.core import access, clock
from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.lists import page_of, typed
from gatehouse.identity import queries as identity
from gatehouse.identity.acr import acr_of
from gatehouse.identity.oidc import actions, policies, queries
from gatehouse.identity.oidc.models import Client, SigningKey
from gatehouse.identity.policies import END_SESSIONS, can_end_sessions_of
from gatehouse.identity.views.requests import fresh, person_of, session_id_of
from gatehouse.journal import words

ACR_WORDS = dict(Client.Acr.choices)


@never_cache
@require_GET
@requires(END_SESSIONS)
def sessions(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.open_sessions(typed(request)))
    reached = queries.services_of_sessions([session.pk for session in page])
    now, actor = clock.now(), person_of(request)
    rows = []
    for session in page:
        level = acr_of(session.methods, now=now)
        may_end = session.person is not None and can_end_sessions_of(actor, session.person)
        methods = ", ".join(identity.method_names(session.methods))
        rows.append((session, methods, level, reached.get(session.pk, []), may_end))
    context = {"page": page, "rows": rows, "here": session_id_of(request)}
    return render(request, "oidc/manage/sessions.html", context)


@never_cache
@require_GET
@requires(END_SESSIONS)
def sign_ins(request: HttpRequest) -> HttpResponse:
    page = page_of(request, queries.sign_in_entries())
    rows = [(entry, words.of(entry.verb)) for entry in page]
    return render(request, "oidc/manage/sign_ins.html", {"page": page, "rows": rows})


@never_cache
@require_GET
@requires(policies.LIMITS)
def limits(request: HttpRequest) -> HttpResponse:
    whom = typed(request)
    found = queries.limits_of(whom) if whom else queries.limits_in_force()
    return render(request, "oidc/manage/limits.html", {"limits": found, "whom": whom})


@require_POST
@requires(policies.LIMITS)
def lift_limits(request: HttpRequest) -> HttpResponse:
    keys = [key for key in request.POST.getlist("key") if key.isalnum()][:200]
    lifted = actions.lift_limits(keys=keys, actor=person_of(request))
    said = ngettext("%(n)d limit lifted.", "%(n)d limits lifted.", lifted) % {"n": lifted}
    done(request, said if lifted else _("It had ended by itself."))
    return redirect("oidc:limits")


@require_GET
@requires(policies.SERVICES)
def keys(request: HttpRequest) -> HttpResponse:
    return render(
        request,
        "oidc/manage/keys.html",
        {"lines": queries.key_lines(), "may_withdraw": person_of(request).may(access.EVERYTHING)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(access.EVERYTHING)
@fresh
def withdraw_key(request: HttpRequest, kid: str) -> HttpResponse:
    key = get_object_or_404(SigningKey, kid=kid, withdrawn_at=None)
    if request.method == "POST":
        actions.withdraw_key(key=key, actor=person_of(request))
        done(request, _("The key is withdrawn; the next one signs."))
        return redirect("oidc:keys")
    context: dict[str, Any] = {
        "question": _("Withdraw this key?"),
        "what": [
            _(
                "Whatever it signed is refused here within seconds, and by services once they read the published keys anew."
            ),
            _("Another %(algorithm)s key signs from now.") % {"algorithm": key.algorithm},
        ],
        "stays": _("Do this when a key may have leaked. Keys change by themselves every 30 days."),
        "act": _("Withdraw 1 key"),
        "back": reverse("oidc:keys"),
    }
    return render(request, "confirm.html", context)


@require_GET
@requires(policies.SERVICES)
def claims(request: HttpRequest) -> HttpResponse:
    return render(request, "oidc/manage/claims.html", {"roles": queries.roles_map()})
