"""Pages of groups."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.people import actions, policies, queries
from gatehouse.people.forms.groups import GroupFilter, GroupForm, PlaceForm
from gatehouse.people.models import Group, Person
from gatehouse.people.refusals import Refused
from gatehouse.people.views.shared import actor_of, page_of


@require_GET
@requires(policies.VIEW)
def groups(request: HttpRequest) -> HttpResponse:
    filters = GroupFilter.of(request)
    wanted = {"q": request.GET.get("q", "").strip()[:200], "kind": filters.values()["kind"]}
    context = {"page": page_of(request, queries.groups(**wanted)), "filters": filters, "wanted": wanted}
    context["may_edit"] = policies.can_edit_people(actor_of(request))
    return render(request, "people/groups.html", context)


@require_GET
@requires(policies.VIEW)
def group(request: HttpRequest, pk: int) -> HttpResponse:
    """With `find` in the address, people to add are offered; htmx asks for that part alone."""
    shown = get_object_or_404(Group, pk=pk)
    typed = request.GET.get("find", "").strip()
    context = {"group": shown, "typed": typed, "found": queries.found(typed)}
    if request.headers.get("HX-Request"):
        return render(request, "people/_joiners.html", context)
    context["may_edit"] = policies.can_edit_people(actor_of(request))
    return render(request, "people/group.html", {**context, "page": page_of(request, queries.places_in(shown))})


@require_http_methods(["GET", "POST"])
@requires(policies.EDIT)
def add_group(request: HttpRequest) -> HttpResponse:
    form = GroupForm(request.POST or None)
    if form.is_bound and form.is_valid():
        try:
            made = actions.add_group(actor=actor_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("The group %(name)s was made.") % {"name": made.name})
            return redirect("people:group", made.pk)
    return render(request, "people/edit_group.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(policies.EDIT)
def edit_group(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Group, pk=pk)
    form = GroupForm(request.POST) if request.method == "POST" else GroupForm.of(shown)
    if form.is_bound and form.is_valid():
        try:
            actions.edit_group(group=shown, actor=actor_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("Saved."))
            return redirect("people:group", pk)
    return render(request, "people/edit_group.html", {"form": form, "group": shown}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(policies.EDIT)
def delete_group(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Group, pk=pk)
    size = shown.places.count()
    number = size if size > 100 else None
    if request.method == "POST" and (number is None or request.POST.get("number", "").strip() == str(number)):
        actions.delete_group(group=shown, actor=actor_of(request))
        done(request, _("The group %(name)s is no more.") % {"name": shown.name})
        return redirect("people:groups")
    context = {
        "question": _("Delete the group %(name)s?") % {"name": shown.name},
        "what": [_("%(n)s people are no longer in it.") % {"n": size}],
        "stays": _("The people themselves stay, with all their other groups."),
        "act": _("Delete 1 group"),
        "back": reverse("people:group", args=[pk]),
        "number": number,
    }
    return render(request, "confirm.html", context)


@require_POST
@requires(policies.EDIT)
def add_to_group(request: HttpRequest, pk: int) -> HttpResponse:
    shown = get_object_or_404(Group, pk=pk)
    form = PlaceForm(request.POST)
    person = get_object_or_404(Person, pk=form.cleaned_data["person"] if form.is_valid() else None)
    section = form.cleaned_data.get("section", "")
    actions.add_to_group(group=shown, people=[person], section=section, actor=actor_of(request))
    undo = reverse("people:remove_from_group", args=[pk, person.pk])
    done(request, _("%(name)s is in the group.") % {"name": person.name}, undo=undo)
    return redirect("people:group", pk)


@require_POST
@requires(policies.EDIT)
def remove_from_group(request: HttpRequest, pk: int, person: UUID) -> HttpResponse:
    shown, taken = get_object_or_404(Group, pk=pk), get_object_or_404(Person, pk=person)
    actions.remove_from_group(group=shown, person=taken, actor=actor_of(request))
    undo = reverse("people:return_to_group", args=[pk, person])
    done(request, _("%(name)s is no longer in the group.") % {"name": taken.name}, undo=undo)
    return redirect("people:group", pk)


@require_POST
@requires(policies.EDIT)
def return_to_group(request: HttpRequest, pk: int, person: UUID) -> HttpResponse:
    """Undo a removal."""
    shown, back = get_object_or_404(Group, pk=pk), get_object_or_404(Person, pk=person)
    actions.add_to_group(group=shown, people=[back], actor=actor_of(request))
    done(request, _("%(name)s is in the group again.") % {"name": back.name})
    return redirect("people:group", pk)
