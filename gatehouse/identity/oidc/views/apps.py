"""What one is connected to, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gatehouse.identity.oidc import actions, queries
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.views.requests import person_of


@never_cache
@login_required
@require_safe
def connected(request: HttpRequest) -> HttpResponse:
    apps = [(app, queries.titles(app.scopes)) for app in queries.connected_apps(person_of(request))]
    return render(request, "oidc/apps.html", {"apps": apps})


@login_required
@require_POST
def withdraw(request: HttpRequest, client_id: UUID) -> HttpResponse:
    client = get_object_or_404(Client, pk=client_id)
    actions.withdraw_consent(person=person_of(request), client=client)
    messages.success(request, _("%(service)s learns nothing more about you.") % {"service": client})
    return redirect("oidc:apps")
