"""Staff give somebody a way back who lost phone, passkeys and recovery codes."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from gatehouse.core.access import requires
from gatehouse.identity import actions
from gatehouse.identity.policies import RESET_FACTORS, can_reset_factors_of
from gatehouse.identity.views.requests import PAGE, fresh, person_of
from gatehouse.people.models import Person


@never_cache
@requires(RESET_FACTORS)
@fresh
@PAGE
def reset(request: HttpRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(Person, pk=person_id)
    if not can_reset_factors_of(person_of(request), person):
        raise PermissionDenied
    back = reverse("people:person", args=[person.pk])
    if request.method == "POST":
        actions.reset_factors(person=person, actor=person_of(request))
        messages.success(request, _("%(person)s signs in by e-mailed code again.") % {"person": person})
        return redirect(back)
    return render(request, "confirm.html", {**_question(person), "back": back})


def _question(person: Person) -> dict[str, object]:
    return {
        "question": _("Take %(person)s's passkeys, app and recovery codes away?") % {"person": person},
        "what": [
            _("Be sure that it is they who ask: call them, or see them."),
            _("From then on a code by e-mail is the way in, until they set up something new."),
            _("They are signed out everywhere, and told by letter who did it."),
        ],
        "stays": _("Their password stays, if they have one."),
        "act": _("Take them away"),
    }
