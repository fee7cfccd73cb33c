"""The link in a notice of a sign-in. It needs no sign-in: whoever reads the mailbox may shut the door, not open it."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from gatehouse.identity import actions, notices
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.views.requests import PAGE
from gatehouse.people.models import Person


@never_cache
@PAGE
def end(request: HttpRequest, token: str) -> HttpResponse:
    """A GET changes nothing, for mail scanners follow links."""
    named = notices.read(token)
    if named is None:
        raise Http404
    person = Person.objects.filter(pk=named[1]).first()
    session = BrowserSession.objects.filter(pk=named[0], person=person).first() if person else None
    if person is None or (request.method != "POST" and session is None):
        return render(request, "identity/not_me_over.html")
    if request.method != "POST":
        return render(request, "identity/not_me.html", {"session": session})
    actions.deny_sign_in(person=person, session=session, is_everywhere="all" in request.POST)
    return render(request, "identity/not_me_over.html", {"is_done": True})
