"""Where one is signed in, and where another person is; ending it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from gatehouse.core.access import requires
from gatehouse.identity import actions, queries
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.policies import END_SESSIONS, can_end_sessions_of
from gatehouse.identity.views.requests import person_of, safe_next, session_id_of
from gatehouse.people.models import Person


@never_cache
@login_required
@require_safe
def own(request: HttpRequest) -> HttpResponse:
    context = {"sessions": _listed(person_of(request)), "here": session_id_of(request)}
    return render(request, "identity/sessions.html", context)


@login_required
@require_POST
def end_one(request: HttpRequest, session_id: UUID) -> HttpResponse:
    """Ends one's own; another's for those who may, from that person's page."""
    person = person_of(request)
    theirs = BrowserSession.objects.exclude(person=None)
    if not person.may(END_SESSIONS):
        theirs = theirs.filter(person=person)
    session = get_object_or_404(theirs, pk=session_id)
    actions.end_session(session=session, actor=person)
    messages.success(request, _("Signed out: %(browser)s.") % {"browser": session})
    return redirect(safe_next(request) or "identity:sessions")


@login_required
@require_POST
def end_others(request: HttpRequest) -> HttpResponse:
    person = person_of(request)
    ended = actions.end_all_sessions(person=person, actor=person, but=session_id_of(request))
    _say_how_many(request, ended)
    return redirect("identity:sessions")


@never_cache
@requires(END_SESSIONS)
@require_safe
def of_person(request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(Person, pk=person_id)
    if not can_end_sessions_of(person_of(request), person):
        raise PermissionDenied
    context = {"person": person, "sessions": _listed(person), "here": session_id_of(request)}
    return render(request, "identity/sessions_of.html", context)


@requires(END_SESSIONS)
@require_POST
def end_all(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Sign this person out everywhere; whoever does it to themselves stays signed in here."""
    person, actor = get_object_or_404(Person, pk=person_id), person_of(request)
    but = session_id_of(request) if person == actor else None
    _say_how_many(request, actions.end_all_sessions(person=person, actor=actor, but=but))
    return redirect(safe_next(request) or reverse("identity:sessions_of", args=[person.pk]))


def _listed(person: Person) -> list[BrowserSession]:
    sessions = list(queries.sessions_of(person))
    for session in sessions:
        session.method_names = ", ".join(queries.method_names(session.methods))  # type: ignore[attr-defined]
    return sessions


def _say_how_many(request: HttpRequest, ended: int) -> None:
    text = ngettext("Signed out in %(n)d browser.", "Signed out in %(n)d browsers.", ended)
    messages.success(request, text % {"n": ended})
