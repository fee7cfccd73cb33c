"""Services: the list, one of them, a new one, its form, its secrets, switching it off and on."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.core.lists import page_of, typed
from gatehouse.identity.oidc import actions, addresses, policies, queries
from gatehouse.identity.oidc.forms.clients import SCOPE_WORDS, ClientForm, SureForm
from gatehouse.identity.oidc.kinds import STARTS
from gatehouse.identity.oidc.models import Client, ClientSecret
from gatehouse.identity.oidc.refusals import ClientIdTaken, Refused, RotatedMeanwhile
from gatehouse.identity.oidc.views.manage.shared import fresh_at_service
from gatehouse.identity.views.requests import fresh, person_of

KIND_HINTS: Final = {
    "web": gettext_lazy("Has a server of its own that keeps a secret: a wiki, a booking system, most things."),
    "page": gettext_lazy("Runs wholly in the browser, so that it can keep no secret."),
    "native": gettext_lazy("An app on a phone, a program on somebody’s computer, or a screen without a keyboard."),
    "service": gettext_lazy("Asks for itself, with nobody there: a script, a door, a membership system."),
    "forum": gettext_lazy("Discourse, or whatever signs people in by DiscourseConnect."),
}
OVERLAPS: Final = {"0": timedelta(), "1": timedelta(days=1), "7": timedelta(days=7), "30": timedelta(days=30)}


@require_GET
@requires(policies.SERVICES)
def services(request: HttpRequest) -> HttpResponse:
    kind = request.GET.get("kind", "")
    shown: dict[str, Any] = {
        "q": typed(request),
        "kind": kind if kind in STARTS else "",
        "is_disabled": request.GET.get("state") == "off",
    }
    page = page_of(request, queries.services(**shown))
    context = {"page": page, "kinds": Client.Kind.choices, **shown, "is_filtered": any(shown.values())}
    return render(request, "oidc/manage/services.html", context)


@require_GET
@requires(policies.SERVICES)
def choose_kind(request: HttpRequest) -> HttpResponse:
    kinds = [(kind, start.icon, Client.Kind(kind).label, KIND_HINTS[kind]) for kind, start in STARTS.items()]
    return render(request, "oidc/manage/choose_kind.html", {"kinds": kinds})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.SERVICES)
@fresh
def add_service(request: HttpRequest, kind: str) -> HttpResponse:
    if kind not in STARTS:
        raise Http404
    form = ClientForm(request.POST or None, kind=kind, actor=person_of(request))
    if form.is_bound and form.is_valid():
        made_as = form.cleaned_data["made_as"]
        try:
            added = actions.add_client(kind=kind, actor=person_of(request), made_as=made_as, **form.values())
        except ClientIdTaken as refusal:
            if Client.objects.filter(pk=made_as).exists():  # sent twice: the first time made it
                return redirect("oidc:service", made_as)
            form.refuse(refusal)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _show_secret(request, added.client, added.secret, is_new=True)
    context = {"form": form, "kind": kind, "kind_label": Client.Kind(kind).label, "icon_name": STARTS[kind].icon}
    return render(request, "oidc/manage/edit_service.html", context, status=422 if form.errors else 200)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.SERVICES)
@fresh
def edit_service(request: HttpRequest, pk: UUID) -> HttpResponse:
    client = get_object_or_404(Client, pk=pk)
    form = ClientForm(request.POST or None, kind=client.kind, actor=person_of(request), client=client)
    if form.is_bound and form.is_valid():
        try:
            actions.edit_client(client=client, actor=person_of(request), **form.values())
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("%(service)s was saved.") % {"service": form.cleaned_data["name"]})
            return redirect("oidc:service", pk)
    context = {"form": form, "client": client, "kind_label": client.get_kind_display()}
    return render(request, "oidc/manage/edit_service.html", context, status=422 if form.errors else 200)


@never_cache
@require_GET
@requires(policies.SERVICES)
def service(request: HttpRequest, pk: UUID) -> HttpResponse:
    return service_page(request, get_object_or_404(Client, pk=pk))


def service_page(request: HttpRequest, client: Client, refusal: Refused | None = None) -> HttpResponse:
    start = STARTS[client.kind]
    secrets = [(secret, queries.old_since(secret)) for secret in queries.secrets_of(client)]
    context = {
        "client": client,
        "start": start,
        "refusal": refusal,
        "use": queries.use_of(client),
        "latest": queries.latest_sign_ins(client) if start.has_people else (),
        "secrets": secrets,
        "newest": secrets[0][0].pk if secrets else "",
        "may_act": policies.can_act_as(person_of(request), client),
        "can_try": "authorization_code" in client.grants,
        "has_secret": start.has_secret and client.proof in (Client.Proof.BASIC, Client.Proof.POST),
        "scope_words": [SCOPE_WORDS[scope] for scope in client.scopes if scope in SCOPE_WORDS],
        "endpoints": endpoints_of(client),
        "roles": client.roles.all(),
        "registration": queries.registration_of(client),
    }
    return render(request, "oidc/manage/service.html", context, status=409 if refusal else 200)


def endpoints_of(client: Client) -> list[tuple[str, Any, str]]:
    """(id, what it is, the text) to copy into the service's own settings."""
    if client.kind == Client.Kind.FORUM:
        url = addresses.whole(reverse("oidc:discourse", args=[client.client_id]))
        return [("forum-url", _("discourse connect url"), url)]
    listed = [("client-id", _("Client id"), client.client_id), ("issuer", _("Issuer"), addresses.issuer())]
    if STARTS[client.kind].has_people:
        device = [("device", _("Device authorization endpoint"), addresses.whole(addresses.DEVICE_AUTHORIZATION))]
        document = ("discovery", _("Discovery document"), addresses.whole(addresses.DISCOVERY))
        return [*listed, document, *(device if client.uses_device else ())]
    fobs = [("fobs", _("Where it tells of fobs"), addresses.whole(addresses.FOBS))]
    token = ("token", _("Token endpoint"), addresses.whole(addresses.TOKEN))
    return [*listed, token, *(fobs if "fobs:sign-in" in client.scopes else ())]


@never_cache
@require_POST
@requires(policies.SERVICES)
@fresh_at_service
def make_secret(request: HttpRequest, pk: UUID) -> HttpResponse:
    client = get_object_or_404(Client, pk=pk)
    seen = request.POST.get("newest", "")
    overlap = OVERLAPS.get(request.POST.get("overlap", ""), actions.OVERLAP)
    try:
        secret = actions.rotate_secret(
            client=client,
            actor=person_of(request),
            overlap=overlap,
            instead_of=int(seen) if seen.isdecimal() and len(seen) < 18 else None,
        )
    except RotatedMeanwhile as refusal:
        return service_page(request, client, refusal)
    return _show_secret(request, client, secret, is_new=False)


@require_POST
@requires(policies.SERVICES)
@fresh_at_service
def end_secret(request: HttpRequest, pk: UUID, secret_id: int) -> HttpResponse:
    secret = get_object_or_404(ClientSecret, pk=secret_id, client=pk)
    if "sure" not in request.POST and queries.secrets_of(secret.client) == [secret]:
        return _ask_before_the_last(request, secret)
    actions.end_secret(secret=secret, actor=person_of(request))
    done(request, _("The secret that ends with %(hint)s is no good any more.") % {"hint": secret.hint})
    return redirect("oidc:service", pk)


def _ask_before_the_last(request: HttpRequest, secret: ClientSecret) -> HttpResponse:
    context = {
        "question": _("End the only secret of %(service)s?") % {"service": secret.client},
        "what": [_("From that moment it cannot prove who it is, and nothing works there that needs this portal.")],
        "stays": _("To replace it without a pause, make a new secret first, and put that into the service."),
        "act": _("End 1 secret"),
        "back": reverse("oidc:service", args=[secret.client_id]),
        "form": SureForm(initial={"sure": "1"}),
    }
    return render(request, "confirm.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.SERVICES)
def disable_service(request: HttpRequest, pk: UUID) -> HttpResponse:
    client = get_object_or_404(Client, pk=pk)
    if request.method == "POST":
        actions.disable_client(client=client, actor=person_of(request))
        undo = reverse("oidc:enable_service", args=[pk])
        done(request, _("%(service)s is switched off.") % {"service": client}, undo=undo)
        return redirect("oidc:service", pk)
    use = queries.use_of(client)
    context = {
        "question": _("Switch %(service)s off?") % {"service": client},
        "what": [
            _("Nobody signs in there by this portal any more, and its tokens are refused from now."),
            _ending(use.sign_ins),
        ],
        "stays": _("Its settings stay. It can be switched on again; people then sign in anew."),
        "act": _("Switch 1 service off"),
        "back": reverse("oidc:service", args=[pk]),
    }
    return render(request, "confirm.html", context)


def _ending(n: int) -> str:
    if not n:
        return _("Nobody is signed in there at present.")
    said = ngettext(
        "%(n)d open sign-in ends; it is told of that where it listens.",
        "%(n)d open sign-ins end; it is told of them where it listens.",
        n,
    )
    return said % {"n": n}


@require_POST
@requires(policies.SERVICES)
def enable_service(request: HttpRequest, pk: UUID) -> HttpResponse:
    client = get_object_or_404(Client, pk=pk)
    actions.enable_client(client=client, actor=person_of(request))
    done(request, _("%(service)s is switched on again.") % {"service": client})
    return redirect("oidc:service", pk)


def _show_secret(request: HttpRequest, client: Client, secret: str, *, is_new: bool) -> HttpResponse:
    """In the answer itself and nowhere else: it never lies in a session or an address."""
    start = STARTS[client.kind]
    context = {"client": client, "start": start, "secret": secret, "is_new": is_new, "endpoints": endpoints_of(client)}
    response = render(request, "oidc/manage/secret.html", context)
    response["Cache-Control"] = "no-store"
    return response
