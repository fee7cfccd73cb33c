"""The authorization endpoint: a service wants to know who sits there (RFC 6749, 4.1; OpenID Connect Core 1.0, 3.1)."""

from urllib.parse import urlencode

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from gatehouse.core import clock
from gatehouse.identity import acr
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions, checking, deciding, hints, policies, queries, scopes, uris
from gatehouse.identity.oidc.addresses import issuer
from gatehouse.identity.oidc.checking import Asked, Refused, Unanswerable
from gatehouse.identity.oidc.deciding import NOBODY, Standing, Step, Terms
from gatehouse.identity.oidc.views import asking as requests, locales
from gatehouse.identity.oidc.views.answers import answer, may_post_on_to, quiet, redirected, refuse, unanswerable
from gatehouse.identity.oidc.views.asking import Request
from gatehouse.identity.views import sign_in
from gatehouse.identity.views.requests import person_of, prove_address, session_id_of
from gatehouse.people.models import Person


@csrf_exempt  # another site's form may bring somebody here; nothing happens by it but what an address does as well
@never_cache
@require_http_methods(["GET", "POST"])
def authorize(request: HttpRequest) -> HttpResponse:
    if request.method == "POST":
        return _as_address(request)
    try:
        asking = requests.asked_by_get(request)
        return requests.remember(_go_on(request, asking), asking)
    except Unanswerable as what:
        return unanswerable(request, what)


@never_cache
@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """The answer to the question on the page; all is looked at again, for time has passed since it was asked."""
    try:
        asking = requests.understood(request, request.POST.get("asked", ""), request.POST.get("began", ""))
        return _answered(request, asking)
    except Unanswerable as what:
        return unanswerable(request, what)


def _answered(request: HttpRequest, asking: Request) -> HttpResponse:
    if request.POST.get("person") != _person_key(request):
        return redirected(requests.path_back(request, asking))  # somebody else came in meanwhile
    if request.POST.get("answer") != "allow":
        return refuse(asking, Refused("access_denied", "the person said no"))
    return _go_on(request, asking, is_allowed=True)


def _as_address(request: HttpRequest) -> HttpResponse:
    """Sent from another site's form, our cookie is missing (SameSite=Lax); followed as an address, it is there."""
    query = urlencode([(name, value) for name, values in request.POST.lists() for value in values])
    if len(query) > checking.LONGEST_QUERY:
        return unanswerable(request, Unanswerable("query"))
    return redirected(f"{request.path}?{query}")


def _go_on(request: HttpRequest, asking: Request, *, is_allowed: bool = False) -> HttpResponse:
    try:
        asked = checking.read(asking.pairs, allowed=asking.client.scopes)
        checking.check_pushed(is_pushed=bool(asking.request_uri), is_needed=asking.client.needs_par)
        checking.check_target(asked, [issuer(), *asking.client.resources])
        session = _session(request)
        standing = _standing(session, asking, asked, is_allowed=is_allowed)
        terms = Terms(asking.client.acr_floor, _hinted(asked), asking.began_at)
        step = deciding.next_step(asked, standing, terms, now=clock.now().timestamp())
        if step is Step.ANSWER and session:
            return _grant(asking, asked, session, is_allowed=is_allowed)
    except Refused as refusal:
        return refuse(asking, refusal)
    with locales.spoken(request, asked.ui_locales) as keep:
        return keep(_page(request, step, asking, asked, terms))


def _page(request: HttpRequest, step: Step, asking: Request, asked: Asked, terms: Terms) -> HttpResponse:
    if step is Step.CONSENT:
        return _ask_consent(request, asking, asked)
    if step is Step.REFUSE_PERSON:
        return _not_for_you(request, asking)
    back = requests.path_back(request, asking)
    if step is Step.PROVE:
        is_open = "select_account" in asked.prompt
        again = f"{prove_address(next_path=back, level=terms.wanted_level(asked))}&again=1"
        return redirected(_as_another(back) if is_open else again)
    page = sign_in.gate(request, next_path=back, email=asked.login_hint, towards=asking.client.name)
    return quiet(page, has_form=True)


def _standing(session: BrowserSession | None, asking: Request, asked: Asked, *, is_allowed: bool) -> Standing:
    if session is None or session.person is None:
        return NOBODY
    person, client = session.person, asking.client
    may_skip = "consent" not in asked.prompt and queries.allows(person, client, asked.all_scopes)
    return Standing(
        subject=actions.subject_of(person=person, client=client),
        proved_at=acr.signed_in_at(session.methods),
        acr=acr.acr_of(session.methods, now=clock.now()),
        is_welcome=policies.may_sign_in(person, client),
        has_consented=is_allowed or may_skip,
    )


def _session(request: HttpRequest) -> BrowserSession | None:
    session_id = session_id_of(request) if request.user.is_authenticated else None
    return BrowserSession.objects.select_related("person").filter(pk=session_id).first() if session_id else None


def _hinted(asked: Asked) -> str | None:
    if not asked.id_token_hint:
        return ""
    hint = hints.read(asked.id_token_hint)
    return hint.subject if hint and hint.audience == asked.client_id else None


def _grant(asking: Request, asked: Asked, session: BrowserSession, *, is_allowed: bool) -> HttpResponse:
    """The session is held meanwhile, so that ending it finds the grant."""
    person, client = session.person, asking.client
    with transaction.atomic():
        held = BrowserSession.objects.select_for_update().filter(pk=session.pk, person=person).first()
        if held is None or person is None:
            raise Refused("login_required", "the person signed out a moment ago")
        requests.use_up(asking)
        if is_allowed and not client.is_trusted:
            actions.give_consent(person=person, client=client, scopes=asked.all_scopes)
        code = actions.begin_grant(
            client=client,
            person=person,
            session=held,
            scope=scopes.line(asked.scopes),
            redirect_uri=asked.redirect_uri,
            challenge=asked.challenge,
            nonce=asked.nonce,
            resource=asked.resource,
            wanted=asked.wanted,
            dpop_key=asked.dpop_key,
        )
    return answer(asking, code=code)


def _ask_consent(request: HttpRequest, asking: Request, asked: Asked) -> HttpResponse:
    person, client = person_of(request), asking.client
    context = {
        "client": client,
        "place": uris.place_of(asking.redirect_uri),
        "told": queries.disclosed(person, client, asked.all_scopes),
        "added": queries.added(client),
        "asked": asking.query,
        "began": requests.began_again(asking),
        "person_key": _person_key(request),
        "elsewhere": _as_another(requests.path_back(request, asking)),
    }
    response = quiet(render(request, "oidc/consent.html", context), has_form=True)
    return may_post_on_to(response, asking.redirect_uri)


def _not_for_you(request: HttpRequest, asking: Request) -> HttpResponse:
    """Said here, where there are words for it; the service hears of it when the person goes back."""
    said = {"error": "access_denied", "error_description": "this person may not use this service"}
    address = requests.with_parameters(asking.redirect_uri, {**said, "state": asking.state, "iss": issuer()})
    elsewhere = _as_another(requests.path_back(request, asking))
    context = {"client": asking.client, "address": address, "elsewhere": elsewhere}
    return quiet(render(request, "oidc/not_for_you.html", context, status=403))


def _as_another(back: str) -> str:
    return f"{reverse('identity:sign_in')}?{urlencode({'again': 1, 'next': back})}"


def _person_key(request: HttpRequest) -> str:
    """Who the page was shown to."""
    return request.user.pk.hex if isinstance(request.user, Person) else ""
