"""To another organisation's sign-in and back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gatehouse.core.access import requires
from gatehouse.identity import actions, cookies, tokens
from gatehouse.identity.models import SignInFlow
from gatehouse.identity.policies import INVITE_UPSTREAM, can_invite_upstream
from gatehouse.identity.refusals import FlowOver, TooOften, UpstreamRefused, UpstreamTaken, UpstreamUnknown
from gatehouse.identity.upstream import providers
from gatehouse.identity.upstream.id_tokens import Known
from gatehouse.identity.upstream.providers import Upstream
from gatehouse.identity.views import leaving
from gatehouse.identity.views.requests import PAGE, fresh_act, person_of, safe_next
from gatehouse.identity.views.sign_in import enter
from gatehouse.people.models import Person

UPSTREAM, CONNECT = SignInFlow.Purpose.UPSTREAM, SignInFlow.Purpose.CONNECT
SAID = ("state", "code", "iss", "error")
LONGEST = 8_000  # letters of what they send back


@never_cache
@require_safe
def go(request: HttpRequest, slug: str) -> HttpResponse:
    """Whoever is signed in here already is asked to prove themselves there anew."""
    upstream = _of(slug)
    try:
        address, browser = actions.begin_upstream(
            upstream=upstream, next_path=safe_next(request), anew=request.user.is_authenticated
        )
    except (TooOften, UpstreamRefused) as refusal:
        return _not_in(request, refusal, status=429 if isinstance(refusal, TooOften) else 503)
    response = redirect(address)
    cookies.keep_flow(response, browser)
    return response


@never_cache
@require_safe
def back(request: HttpRequest) -> HttpResponse:
    """With a code, once, in the browser that went there; everything else is one refusal."""
    flow = cookies.flow_of(request, UPSTREAM)
    upstream = providers.by_issuer(flow.upstream) if flow else None
    browser = tokens.parse(request.COOKIES.get(cookies.FLOW))
    if flow is None or upstream is None or browser is None:
        return _not_in(request, FlowOver(), status=400)
    try:
        known = _known(request, flow, upstream, browser)
        return _in(request, flow, upstream, known)
    except (FlowOver, UpstreamRefused) as refusal:
        return _not_in(request, refusal, status=400)
    except (UpstreamUnknown, UpstreamTaken) as refusal:
        return _not_in(request, refusal, status=403)


@fresh_act
@require_POST
def connect(request: HttpRequest, slug: str) -> HttpResponse:
    """From now on the account there signs in as whoever is signed in here."""
    return _away(request, _of(slug), connects=person_of(request))


@fresh_act
@require_POST
def disconnect(request: HttpRequest, identity_id: int) -> HttpResponse:
    person = person_of(request)
    if actions.disconnect_upstream(person=person, identity_id=identity_id, actor=person):
        messages.success(request, _("That account signs you in no more."))
    return redirect("identity:security")


@never_cache
@PAGE
def invited(request: HttpRequest, text: str) -> HttpResponse:
    """From a letter; a GET changes nothing, for mail scanners follow links."""
    token = tokens.parse(text)
    if token is None:
        raise Http404
    flow = SignInFlow.objects.select_related("person").filter(pk=token.id, purpose=CONNECT).first()
    if flow is None or not flow.is_open or not token.fits(flow.link_hash) or not providers.all_of_them():
        return render(request, "identity/link_over.html", {"is_invitation": True}, status=410)
    if request.method != "POST":
        return render(request, "identity/upstream_invited.html", {"flow": flow, "upstreams": providers.all_of_them()})
    return _away(request, _of(request.POST.get("with", "")), connects=flow.person, invitation=flow)


@requires(INVITE_UPSTREAM)
@require_POST
def invite(request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(Person, pk=person_id)
    if not can_invite_upstream(person_of(request), person) or not providers.all_of_them():
        raise PermissionDenied
    if actions.invite_upstream(person=person, actor=person_of(request)):
        messages.success(
            request, _("A letter is on its way to %(person)s. It works once, for a week.") % {"person": person}
        )
    else:
        messages.error(request, _("There is no address to write to."))
    return redirect("people:person", person.pk)


def _known(request: HttpRequest, flow: SignInFlow, upstream: Upstream, browser: tokens.Token) -> Known:
    said = {name: request.GET.getlist(name) for name in SAID}
    if any(len(values) > 1 or len("".join(values)) > LONGEST for values in said.values()) or not said["state"]:
        raise FlowOver
    if said["error"] or not said["code"]:
        raise UpstreamRefused(upstream.name)
    issuer = said["iss"][0] if said["iss"] else None
    return actions.end_upstream(
        flow=flow, upstream=upstream, browser=browser, state=said["state"][0], code=said["code"][0], issuer=issuer
    )


def _in(request: HttpRequest, flow: SignInFlow, upstream: Upstream, known: Known) -> HttpResponse:
    if flow.person_id and flow.begun_by_id is None:
        return _connected(request, flow, upstream, known)
    if flow.begun_by_id:
        person = actions.connect_invited(flow=flow, upstream=upstream, known=known)
    else:
        person = actions.person_known_as(upstream=upstream, known=known)
    if request.user == person and not actions.is_anew(known, since=flow.created_at):
        raise UpstreamRefused(upstream.name)  # an open desk is no proof
    response = enter(request, person, "upstream", flow.next_path, at=known.signed_in_at)
    leaving.remember(request, person, upstream, known)
    return response


def _connected(request: HttpRequest, flow: SignInFlow, upstream: Upstream, known: Known) -> HttpResponse:
    """Only as long as the same person is signed in here."""
    if not isinstance(request.user, Person) or request.user.pk != flow.person_id:
        raise FlowOver
    actions.connect_upstream(person=request.user, upstream=upstream, known=known, because="signed-in")
    messages.success(request, _("From now on %(name)s signs you in here.") % {"name": upstream.name})
    response = redirect("identity:security")
    cookies.drop_flow(response)
    return response


def _away(
    request: HttpRequest, upstream: Upstream, *, connects: Person | None, invitation: SignInFlow | None = None
) -> HttpResponse:
    """By a page of its own: after a form Chromium follows no redirect to another house (see `onward`)."""
    try:
        address, browser = actions.begin_upstream(
            upstream=upstream, connects=connects, invitation=invitation, anew=invitation is None
        )
    except (TooOften, UpstreamRefused) as refusal:
        return _not_in(request, refusal, status=429 if isinstance(refusal, TooOften) else 503)
    response = render(request, "identity/upstream_away.html", {"address": address})
    cookies.keep_flow(response, browser)
    return response


def _of(slug: str) -> Upstream:
    upstream = providers.by_slug(slug)
    if upstream is None:
        raise Http404
    return upstream


def _not_in(request: HttpRequest, refusal: Exception, *, status: int) -> HttpResponse:
    response = render(request, "identity/upstream_refused.html", {"said": refusal}, status=status)
    if isinstance(refusal, TooOften):
        response["Retry-After"] = refusal.retry_after
    return response
