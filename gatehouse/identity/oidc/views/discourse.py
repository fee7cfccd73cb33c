"""A forum that speaks DiscourseConnect asks who somebody is; see the kernel `discourse`."""

from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from gatehouse.core import clock
from gatehouse.identity.acr import acr_of, is_met
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions, discourse, policies, queries, uris
from gatehouse.identity.oidc.checking import Unanswerable
from gatehouse.identity.oidc.discourse import Question, Unasked
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.views.answers import away, may_post_on_to, quiet, redirected, unanswerable
from gatehouse.identity.oidc.views.asking import with_parameters
from gatehouse.identity.views.requests import person_of, prove_address, session_id_of
from gatehouse.people.models import Person


@never_cache
@require_GET
def sign_in(request: HttpRequest, client_id: str) -> HttpResponse:
    forum = _forum(client_id)
    sso, sig = request.GET.get("sso", ""), request.GET.get("sig", "")
    try:
        question = _understood(forum, sso, sig)
    except Unasked as what:
        return unanswerable(request, Unanswerable(str(what)))
    return _go_on(request, forum, question, {"sso": sso, "sig": sig})


@never_cache
@require_POST
def consent(request: HttpRequest, client_id: str) -> HttpResponse:
    """The answer to the page that asks; all is looked at again."""
    forum = _forum(client_id)
    asked = {"sso": request.POST.get("sso", ""), "sig": request.POST.get("sig", "")}
    try:
        question = _understood(forum, asked["sso"], asked["sig"])
    except Unasked as what:
        return unanswerable(request, Unanswerable(str(what)))
    if request.POST.get("answer") != "allow":
        return away(_door_of(question))
    if not request.user.is_authenticated or request.POST.get("person") != person_of(request).pk.hex:
        return redirected(_path(forum, asked))  # somebody else came in meanwhile
    return _go_on(request, forum, question, asked, is_allowed=True)


def _forum(client_id: str) -> Client:
    forum = queries.client_by_id(client_id)
    if forum is None or forum.kind != Client.Kind.FORUM or forum.disabled_at:
        raise Http404
    return forum


def _understood(forum: Client, sso: str, sig: str) -> Question:
    """Signed by this forum, and leading back to an address that is registered for it, letter by letter."""
    question = discourse.read(sso, sig, secrets=actions.shared_secrets(forum))
    if not uris.is_registered(question.return_url, forum.redirect_uris):
        raise Unasked("return_sso_url")
    return question


def _go_on(
    request: HttpRequest, forum: Client, question: Question, asked: dict[str, str], *, is_allowed: bool = False
) -> HttpResponse:
    here = _path(forum, asked)
    if question.is_sign_out:
        return redirected(reverse("oidc:end_session"))
    session = _session(request)
    if session is None or session.person is None:
        return HttpResponseRedirect(f"{reverse('identity:sign_in')}?{urlencode({'next': here})}")
    if not is_met(acr_of(session.methods, now=clock.now()), forum.acr_floor):
        return redirected(prove_address(next_path=here, level=forum.acr_floor))
    if not policies.may_sign_in(session.person, forum):
        elsewhere = f"{reverse('identity:sign_in')}?{urlencode({'again': 1, 'next': here})}"
        context = {"client": forum, "address": _door_of(question), "elsewhere": elsewhere}
        return quiet(render(request, "oidc/not_for_you.html", context, status=403))
    if not (is_allowed or queries.allows(session.person, forum, forum.scopes)):
        return _ask(request, forum, question, asked)
    return _answer(forum, question, session.pk, session.person, is_allowed=is_allowed)


def _answer(forum: Client, question: Question, session_id: UUID, person: Person, *, is_allowed: bool) -> HttpResponse:
    """The session is held meanwhile, so that ending it finds what was granted."""
    with transaction.atomic():
        session = BrowserSession.objects.select_for_update().filter(pk=session_id, person=person).first()
        if session is None:
            raise Http404
        if is_allowed and not forum.is_trusted:
            actions.give_consent(person=person, client=forum, scopes=forum.scopes)
        about = actions.enter_forum(forum=forum, person=person, session=session)
    secret = actions.shared_secrets(forum)[0]
    return away(with_parameters(question.return_url, discourse.answer(question, about, secret=secret)))


def _ask(request: HttpRequest, forum: Client, question: Question, asked: dict[str, str]) -> HttpResponse:
    person = person_of(request)
    elsewhere = f"{reverse('identity:sign_in')}?{urlencode({'again': 1, 'next': _path(forum, asked)})}"
    context = {
        "client": forum,
        "place": uris.place_of(question.return_url),
        "told": queries.disclosed(person, forum, forum.scopes),
        "added": queries.added(forum),
        "act": reverse("oidc:discourse_consent", args=[forum.client_id]),
        "hidden": {**asked, "person": person.pk.hex},
        "elsewhere": elsewhere,
    }
    response = quiet(render(request, "oidc/discourse.html", context), has_form=True)
    return may_post_on_to(response, question.return_url)


def _session(request: HttpRequest) -> BrowserSession | None:
    session_id = session_id_of(request) if request.user.is_authenticated else None
    return BrowserSession.objects.select_related("person").filter(pk=session_id).first() if session_id else None


def _path(forum: Client, asked: dict[str, str]) -> str:
    return f"{reverse('oidc:discourse', args=[forum.client_id])}?{urlencode(asked)}"


def _door_of(question: Question) -> str:
    """The forum's front page."""
    parts = urlsplit(question.return_url)
    return f"{parts.scheme}://{parts.netloc}/"
