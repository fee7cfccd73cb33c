"""Pages of roles, and the giving of them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.people import actions, policies, queries
from gatehouse.people.forms.people import GrantForm
from gatehouse.people.forms.roles import RoleForm
from gatehouse.people.models import Person, Role
from gatehouse.people.refusals import Refused
from gatehouse.people.views.people import person_page
from gatehouse.people.views.shared import actor_of, page_of


@require_GET
@requires(policies.VIEW)
def roles(request: HttpRequest) -> HttpResponse:
    listed = [(role, queries.allows(role)) for role in queries.roles()]
    return render(request, "people/roles.html", {"roles": listed, "may_edit": actor_of(request).may(policies.ROLES)})


@require_GET
@requires(policies.VIEW)
def role(request: HttpRequest, slug: str) -> HttpResponse:
    return role_page(request, get_object_or_404(Role, slug=slug))


def role_page(request: HttpRequest, shown: Role, refusal: Refused | None = None) -> HttpResponse:
    context = {
        "role": shown,
        "refusal": refusal,
        "allows": queries.allows(shown),
        "may_edit": policies.can_edit_roles(actor_of(request)) and not shown.is_built_in,
        "page": page_of(request, queries.grants_of(shown)),
    }
    return render(request, "people/role.html", context, status=409 if refusal else 200)


@require_http_methods(["GET", "POST"])
@requires(policies.ROLES)
def add_role(request: HttpRequest) -> HttpResponse:
    form = RoleForm(request.POST or None, actor=actor_of(request))
    if form.is_bound and form.is_valid():
        try:
            made = actions.add_role(
                name=form.cleaned_data["name"], permissions=form.permissions_wanted(), actor=actor_of(request)
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("The role %(name)s was made.") % {"name": made.name})
            return redirect("people:role", made.slug)
    return render(request, "people/edit_role.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@requires(policies.ROLES)
def edit_role(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Role, slug=slug, is_built_in=False)
    form = RoleForm(request.POST or None, actor=actor_of(request), role=shown)
    if form.is_bound and form.is_valid():
        try:
            actions.edit_role(
                role=shown,
                name=form.cleaned_data["name"],
                permissions=form.permissions_wanted(),
                actor=actor_of(request),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("The role %(name)s was saved.") % {"name": form.cleaned_data["name"]})
            return redirect("people:role", slug)
    return render(request, "people/edit_role.html", {"form": form, "role": shown}, status=422 if form.errors else 200)


@require_POST
@requires(policies.ROLES)
def archive_role(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Role, slug=slug)
    try:
        actions.archive_role(role=shown, actor=actor_of(request))
    except Refused as refusal:
        return role_page(request, shown, refusal)
    undo = reverse("people:restore_role", args=[slug])
    done(request, _("The role %(name)s is archived and allows nothing now.") % {"name": shown.label}, undo=undo)
    return redirect("people:role", slug)


@require_POST
@requires(policies.ROLES)
def restore_role(request: HttpRequest, slug: str) -> HttpResponse:
    shown = get_object_or_404(Role, slug=slug)
    try:
        actions.restore_role(role=shown, actor=actor_of(request))
    except Refused as refusal:
        return role_page(request, shown, refusal)
    done(request, _("The role %(name)s is in use again.") % {"name": shown.label})
    return redirect("people:role", slug)


@require_POST
@requires(policies.ROLES)
def grant_role(request: HttpRequest, pk: UUID) -> HttpResponse:
    person = get_object_or_404(Person, pk=pk)
    form = GrantForm(request.POST, roles=queries.givable(actor_of(request), to=person))
    if form.is_valid():
        chosen = form.chosen()
        try:
            actions.grant_role(person=person, role=chosen, actor=actor_of(request))
        except Refused as refusal:
            return person_page(request, pk, refusal)
        undo = reverse("people:revoke_role", args=[pk, chosen.slug])
        said = {"name": person.name, "role": chosen.label}
        done(request, _("%(name)s has the role %(role)s.") % said, undo=undo)
    return redirect("people:person", pk)


@require_POST
@requires(policies.ROLES)
def revoke_role(request: HttpRequest, pk: UUID, slug: str) -> HttpResponse:
    person, shown = get_object_or_404(Person, pk=pk), get_object_or_404(Role, slug=slug)
    try:
        actions.revoke_role(person=person, role=shown, actor=actor_of(request))
    except Refused as refusal:
        return person_page(request, pk, refusal)
    done(request, _("%(name)s no longer has the role %(role)s.") % {"name": person.name, "role": shown.label})
    return redirect("people:person", pk)
