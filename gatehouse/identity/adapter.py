"""allauth signs in; this is where it meets us: our stages and messages, our key rotation, our journal, our notices."""

from datetime import datetime
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY, get_authentication_records
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from allauth.account.stages import LoginStage
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gatehouse.core import clock
from gatehouse.identity import actions, cookies, tokens
from gatehouse.people.models import Person

BY_LETTER = frozenset({"code", "link"})


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Sign-up, mails and messages of allauth are not used; its login stages are, with one of our own."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_login_stages(self) -> list[str]:
        return ["gatehouse.identity.stages.SecondStepStage"]

    def add_message(self, *args: Any, **kwargs: Any) -> None:
        """A greeting stands on the home page anyway."""

    def respond_user_inactive(self, request: HttpRequest, user: Person) -> HttpResponse:
        return HttpResponseRedirect(reverse("identity:sign_in"))

    def login(self, request: HttpRequest, user: Person) -> None:
        if SESSION_KEY in request.session:  # Django rotates the key only for strangers
            request.session.cycle_key()
        super().login(request, user)
        methods = [record["method"] for record in get_authentication_records(request, user)]
        actions.note_sign_in(person=user, methods=methods)
        if session := tokens.parse(request.session.session_key):
            is_known = user.pk.hex in cookies.browser_of(request).people
            actions.notice_sign_in(person=user, session_id=session.id, is_known_browser=is_known)


def let_in(
    request: HttpRequest, *, person: Person, method: str, next_path: str, at: datetime | None = None
) -> HttpResponse:
    """Sign this person in by way of allauth's stages, where a second step may be asked for.

    `at` is when they proved it, if that was not now but somewhere else.
    """
    if request.user.is_authenticated and request.user != person:
        request.session.ends_because = "replaced"  # type: ignore[attr-defined]  # our engine's
        logout(request)  # nothing of the other person's session goes on in this one
    record(request, person, method, at=at)
    login = Login(user=person, email=person.email, redirect_url=next_path or "/")  # else allauth reads `next` by itself
    response: HttpResponse = perform_login(request, login)
    return response


def go_on(request: HttpRequest, stage: LoginStage, *, method: str) -> HttpResponse:
    """The second step is done by this method: on through the stages, and in."""
    record(request, stage.login.user, method)
    response: HttpResponse = stage.exit()
    return response


def prove(request: HttpRequest, *, person: Person, method: str) -> None:
    """Somebody who is signed in proved themselves by this method; the session gets a new key, for it may do more now."""
    record(request, person, method)
    request.session.cycle_key()
    actions.note_proof(person=person, method=method)


def record(request: HttpRequest, person: Person, method: str, *, at: datetime | None = None) -> None:
    """A method counts from its last use: a session that lives for months does not grow."""
    others = [kept for kept in get_authentication_records(request, person) if kept["method"] != method]
    request.session[AUTHENTICATION_METHODS_SESSION_KEY] = others
    record_authentication(request, person, method=method, at=(at or clock.now()).timestamp())
    if method in BY_LETTER:
        actions.note_address(person=person)
