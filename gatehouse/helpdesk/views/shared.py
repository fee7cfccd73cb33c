"""What the desk's pages share: whose ticket an address names, and who acts."""

from collections.abc import Callable
from functools import wraps
from typing import Any, cast
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from gatehouse.core.links import LinkUnusable
from gatehouse.helpdesk import links, policies
from gatehouse.helpdesk.actions.waiting import Actor
from gatehouse.helpdesk.models import Ticket
from gatehouse.people.models import Person

TicketView = Callable[..., HttpResponseBase]


def for_people(view: TicketView) -> TicketView:
    """`view(request, person)` for whoever is signed in; strangers sign in first, and come back to where they were."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        person = person_of(request)
        if person is None:
            return redirect(f"{settings.LOGIN_URL}?{urlencode({'next': request.get_full_path()})}")
        return view(request, person, *args, **kwargs)

    return guarded


def person_of(request: HttpRequest) -> Person | None:
    return request.user if isinstance(request.user, Person) else None


def actor_of(request: HttpRequest) -> Person:
    """Whoever asks; for views behind `requires`, where it is somebody."""
    return cast("Person", request.user)


def seen_now(request: HttpRequest, theirs: Ticket) -> QueryDict:
    typed = request.POST.copy()
    typed["seen"] = str(theirs.revision)
    return typed


def by_link(view: TicketView) -> Callable[..., HttpResponseBase]:
    """`view(request, ticket, actor)` for the private link of a ticket; what the browser keeps of it is nothing.

    Who is signed in and may see the ticket acts under their name, everybody else as the bearer of the link.
    """

    @never_cache
    @wraps(view)
    def guarded(request: HttpRequest, token: str, **kwargs: Any) -> HttpResponseBase:
        try:
            number = links.number_of(token)
        except LinkUnusable as error:
            raise Http404 from error
        ticket = get_object_or_404(_whole(), pk=number)
        person = person_of(request)
        actor: Actor = person if person and policies.can_see(person, ticket) else policies.Bearer(number)
        if not policies.can_see(actor, ticket):
            raise PermissionDenied(_("This question is somebody else's."))
        return view(request, ticket, actor, **kwargs)

    return guarded


def _whole() -> Any:
    return Ticket.objects.select_related("course", "section", "problem_type", "person", "room", "group")
