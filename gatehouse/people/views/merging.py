"""Merging: find the other record, look at both side by side, confirm."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.people import actions, policies, queries
from gatehouse.people.models import Person
from gatehouse.people.refusals import Refused
from gatehouse.people.views.shared import actor_of


@require_GET
@requires(policies.EDIT)
def find_twin(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Without words typed, those of the same last name are offered."""
    person = get_object_or_404(Person, pk=pk)
    typed = request.GET.get("q", "").strip()
    found = queries.found(typed or person.family_name, but=[person])
    template = "people/_twins.html" if request.headers.get("HX-Request") else "people/find_twin.html"
    return render(request, template, {"person": person, "found": found, "typed": typed})


@require_http_methods(["GET", "POST"])
@requires(policies.EDIT)
def merge(request: HttpRequest, pk: UUID, other: UUID) -> HttpResponse:
    """`pk` stays, `other` goes over to it."""
    kept, gone = get_object_or_404(Person, pk=pk), get_object_or_404(Person, pk=other)
    refusal = None
    if request.method == "POST":
        try:
            actions.merge_people(kept=kept, gone=gone, actor=actor_of(request))
        except Refused as error:
            refusal = error
        else:
            done(request, _("Both records are one now."))
            return redirect("people:person", pk)
    context = {"merger": queries.merger(kept, gone), "refusal": refusal, "is_same": kept.pk == gone.pk}
    return render(request, "people/merge.html", context, status=409 if refusal else 200)
