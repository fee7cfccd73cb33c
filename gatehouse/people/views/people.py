"""Pages of people: the list, and one person with all that is known."""

from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.people import actions, policies, queries
from gatehouse.people.forms.people import EndForm, GrantForm, PeopleFilter, PersonForm
from gatehouse.people.models import Person
from gatehouse.people.refusals import EmailTaken, Refused
from gatehouse.people.slots import person_parts
from gatehouse.people.views.shared import actor_of, chips, page_of

LONGEST = 200
"""Characters that a search may have."""
STATES = {
    "": gettext_lazy("Everybody here"),
    "active": gettext_lazy("Active"),
    "lapsed": gettext_lazy("Lapsed"),
    "none": gettext_lazy("No membership"),
    "left": gettext_lazy("Left"),
}


@require_GET
@requires(policies.VIEW)
def people(request: HttpRequest) -> HttpResponse:
    """What can't be understood of the address gives nobody, and says so."""
    filters = PeopleFilter.of(request)
    wanted = wanted_of(request, filters)
    counts = queries.state_counts(wanted)
    page = page_of(request, queries.listed(queries.people(wanted)), total=counts[wanted.state])
    actor = actor_of(request)
    context = {
        "page": page,
        "filters": filters,
        "chips": chips(request, "state", STATES, counts),
        "wanted": wanted,
        "is_narrowed": wanted != queries.Wanted(sort=wanted.sort),
        "may_edit": policies.can_edit_people(actor),
        "may_export": policies.can_export(actor),
    }
    return render(request, "people/people.html", context, status=422 if wanted.is_unusable else 200)


def wanted_of(request: HttpRequest, filters: Any) -> queries.Wanted:
    """What the address narrows the list to."""
    q, state = " ".join(request.GET.get("q", "").split()), request.GET.get("state", "")
    is_unusable = not filters.is_valid() or state not in STATES or len(q) > LONGEST or not q.isprintable()
    values = {name: value for name, value in filters.values().items() if value}
    return queries.Wanted(
        q="" if is_unusable else q, state=state if state in STATES else "", is_unusable=is_unusable, **values
    )


@require_http_methods(["GET", "POST"])
@requires(policies.EDIT)
def add_person(request: HttpRequest) -> HttpResponse:
    form = PersonForm(request.POST) if request.method == "POST" else PersonForm.new()
    taken_by = None
    if form.is_bound and form.is_valid():
        try:
            person = actions.add_person(actor=actor_of(request), **form.fields_of_person())
        except Refused as refusal:
            form.refuse(refusal)
            taken_by = refusal.person if isinstance(refusal, EmailTaken) else None
        else:
            done(request, _("%(name)s was added.") % {"name": person.name})
            return redirect("people:person", person.pk)
    context = {"form": form, "taken_by": taken_by}
    return render(request, "people/add_person.html", context, status=422 if form.errors else 200)


@require_GET
@requires(policies.VIEW)
def person(request: HttpRequest, pk: UUID) -> HttpResponse:
    return person_page(request, pk)


def person_page(request: HttpRequest, pk: UUID, refusal: Refused | None = None) -> HttpResponse:
    """The page of one person; with a refusal it says why, and nothing was changed."""
    shown = get_object_or_404(queries.with_all(Person.objects.all()), pk=pk)
    actor = actor_of(request)
    context = {
        "person": shown,
        "refusal": refusal,
        "may_edit": policies.can_edit_people(actor) and policies.can_edit_person(actor, shown),
        "may_export": actor.may(policies.EXPORT),
        "may_import": actor.may(policies.IMPORT),
        "may_erase": policies.can_erase(actor),
        "grants": [(grant, policies.can_give(actor, grant.role.holds)) for grant in shown.grants.all()],
        "grant_form": _grant_form(actor, shown),
        "end_form": EndForm(),
        "parts": person_parts(request, shown),
        "ledger": queries.ledger_of(shown),
    }
    return render(request, "people/person.html", context, status=409 if refusal else 200)


def _grant_form(actor: Person, shown: Person) -> GrantForm | None:
    roles = queries.givable(actor, to=shown) if policies.can_edit_roles(actor) else []
    return GrantForm(roles=roles) if roles else None


@require_http_methods(["GET", "POST"])
@requires(policies.EDIT)
def edit_person(request: HttpRequest, pk: UUID) -> HttpResponse:
    shown = get_object_or_404(Person, pk=pk)
    seen = actions.version(shown)
    form = PersonForm(request.POST, person=shown) if request.method == "POST" else PersonForm.of(shown, seen)
    taken_by = None
    if form.is_bound and form.is_valid():
        try:
            actions.edit_person(
                person=shown, actor=actor_of(request), seen=form.cleaned_data["seen"], **form.fields_of_person()
            )
        except Refused as refusal:
            form.refuse(refusal)
            taken_by = refusal.person if isinstance(refusal, EmailTaken) else None
        else:
            done(request, _("Saved."))
            return redirect("people:person", pk)
    context = {"form": form, "person": shown, "taken_by": taken_by, "seen": seen}
    return render(request, "people/edit_person.html", context, status=422 if form.errors else 200)


@require_POST
@requires(policies.EDIT)
def end_person(request: HttpRequest, pk: UUID) -> HttpResponse:
    shown = get_object_or_404(Person, pk=pk)
    form = EndForm(request.POST)
    note = form.cleaned_data["note"] if form.is_valid() else ""
    try:
        actions.end_person(person=shown, actor=actor_of(request), note=note)
    except Refused as refusal:
        return person_page(request, pk, refusal)
    undo = reverse("people:bring_back", args=[pk])
    done(request, _("%(name)s is marked as left and can't sign in.") % {"name": shown.name}, undo=undo)
    return redirect("people:person", pk)


@require_POST
@requires(policies.EDIT)
def bring_back(request: HttpRequest, pk: UUID) -> HttpResponse:
    shown = get_object_or_404(Person, pk=pk)
    actions.bring_back(person=shown, actor=actor_of(request))
    done(request, _("%(name)s is back.") % {"name": shown.name})
    return redirect("people:person", pk)


@require_http_methods(["GET", "POST"])
@requires(policies.EDIT)
def erase_person(request: HttpRequest, pk: UUID) -> HttpResponse:
    shown = get_object_or_404(Person, pk=pk)
    if not policies.can_erase(actor_of(request)):
        raise PermissionDenied(_("Only an owner of this portal can erase a record."))
    if request.method == "POST":
        try:
            actions.erase_person(person=shown, actor=actor_of(request))
        except Refused as refusal:
            return person_page(request, pk, refusal)
        done(request, _("The record was erased."))
        return redirect("people:people")
    memberships = shown.memberships.count()
    context = {
        "question": _("Erase %(name)s for good?") % {"name": shown.name},
        "what": [
            _("The record, with name, address and further details, is deleted."),
            _("%(n)s memberships, and all places in groups and roles, go with it.") % {"n": memberships},
            _("This can't be undone. To let somebody leave, mark them as left instead."),
        ],
        "stays": _("The journal keeps what was written in it."),
        "act": _("Erase 1 person"),
        "back": reverse("people:person", args=[pk]),
    }
    return render(request, "confirm.html", context)
