"""allauth signs in; this is where it meets us: our messages, our key rotation, our journal."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from gatehouse.core import clock
from gatehouse.identity import actions
from gatehouse.people.models import Person


class Adapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Sign-up, mails and messages of allauth are not used; its login stages are, and factors will be."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

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


def let_in(request: HttpRequest, *, person: Person, method: str, next_path: str) -> HttpResponse:
    """Sign this person in by way of allauth's stages, where further factors will be asked for."""
    if request.user.is_authenticated and request.user != person:
        request.session.ends_because = "replaced"  # type: ignore[attr-defined]  # our engine's
        logout(request)  # nothing of the other person's session goes on in this one
    record_authentication(request, person, method=method, at=clock.now().timestamp())
    login = Login(user=person, email=person.email, redirect_url=next_path or "/")  # else allauth reads `next` by itself
    response: HttpResponse = perform_login(request, login)
    return response
