"""Pages of memberships."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.people import actions, policies, queries
from gatehouse.people.forms.memberships import MembershipFilter, MembershipForm
from gatehouse.people.models import Membership, Person
from gatehouse.people.refusals import Refused
from gatehouse.people.views.shared import actor_of, chips, page_of

STATUSES = {"": gettext_lazy("All"), **{str(value): label for value, label in Membership.Status.choices}}


@require_GET
@requires(policies.VIEW)
def memberships(request: HttpRequest) -> HttpResponse:
    filters = MembershipFilter.of(request)
    status = request.GET.get("status", "")
    values = {name: value for name, value in filters.values().items() if value}
    wanted = queries.WantedMemberships(
        q=request.GET.get("q", "").strip(), status=status if status in STATUSES else "", **values
    )
    counts = queries.status_counts(wanted)
    page = page_of(request, queries.memberships(wanted), total=counts[wanted.status])
    context = {"page": page, "filters": filters, "chips": chips(request, "status", STATUSES, counts), "wanted": wanted}
    context["is_narrowed"] = wanted != queries.WantedMemberships(sort=wanted.sort)
    return render(request, "people/memberships.html", context)


@require_http_methods(["GET", "POST"])
@requires(policies.EDIT)
def add_membership(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    start = {"source": "gatehouse", "status": "active"}
    form = MembershipForm(request.POST) if request.method == "POST" else MembershipForm(initial=start)
    if form.is_bound and form.is_valid():
        try:
            membership = actions.add_membership(person=person, actor=actor_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Membership %(number)s was added.") % {"number": membership.number})
            return redirect("people:person", pk)
    context = {"form": form, "person": person}
    return render(request, "people/edit_membership.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(policies.EDIT)
def edit_membership(request: HttpRequest, pk: UUID) -> HttpResponse:
    membership = get_object_or_404(Membership.objects.select_related("person"), pk=pk)
    form = MembershipForm(request.POST) if request.method == "POST" else MembershipForm.of(membership)
    if form.is_bound and form.is_valid():
        try:
            actions.edit_membership(membership=membership, actor=actor_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Membership %(number)s was saved.") % {"number": membership.number})
            return redirect("people:person", membership.person_id)
    context = {"form": form, "person": membership.person, "membership": membership}
    return render(request, "people/edit_membership.html", context, status=422 if form.errors else 200)


@require_POST
@requires(policies.EDIT)
def end_membership(request: HttpRequest, pk: UUID) -> HttpResponse:
    membership = get_object_or_404(Membership, pk=pk)
    actions.end_membership(membership=membership, actor=actor_of(request))
    undo = f"{reverse('people:restore_membership', args=[pk])}?to={membership.status}"
    done(request, _("Membership %(number)s has ended.") % {"number": membership.number}, undo=undo)
    return redirect("people:person", membership.person_id)


@require_POST
@requires(policies.EDIT)
def restore_membership(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Undo an end: the status before it stands in the address."""
    membership = get_object_or_404(Membership, pk=pk)
    former = request.GET.get("to", "")
    status = former if former in Membership.Status.values else str(Membership.Status.ACTIVE)
    actions.edit_membership(membership=membership, actor=actor_of(request), status=status)
    done(request, _("Membership %(number)s is as it was.") % {"number": membership.number})
    return redirect("people:person", membership.person_id)
