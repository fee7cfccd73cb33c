"""The app grid of the home page, as staff keep it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from gatehouse.core.access import requires
from gatehouse.core.echo import done
from gatehouse.identity.oidc import actions, policies
from gatehouse.identity.oidc.forms.tiles import TileForm
from gatehouse.identity.oidc.models import AppTile, Client
from gatehouse.identity.oidc.refusals import Refused
from gatehouse.identity.views.requests import person_of


@require_GET
@requires(policies.TILES)
def tiles(request: HttpRequest) -> HttpResponse:
    listed = list(AppTile.objects.select_related("client").prefetch_related("roles"))
    return render(request, "oidc/manage/tiles.html", {"tiles": listed})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.TILES)
def add_tile(request: HttpRequest) -> HttpResponse:
    form = TileForm(request.POST or None, initial=_of_service(request))
    if form.is_bound and form.is_valid():
        try:
            tile = actions.add_tile(actor=person_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("%(tile)s stands on the home page.") % {"tile": tile})
            return redirect("oidc:tiles")
    return render(request, "oidc/manage/edit_tile.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(policies.TILES)
def edit_tile(request: HttpRequest, pk: int) -> HttpResponse:
    tile = get_object_or_404(AppTile, pk=pk)
    form = TileForm(request.POST or None, tile=tile)
    if form.is_bound and form.is_valid():
        try:
            actions.edit_tile(tile=tile, actor=person_of(request), **form.cleaned_data)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            done(request, _("%(tile)s was saved.") % {"tile": form.cleaned_data["name"]})
            return redirect("oidc:tiles")
    context = {"form": form, "tile": tile}
    return render(request, "oidc/manage/edit_tile.html", context, status=422 if form.errors else 200)


@require_POST
@requires(policies.TILES)
def move_tile(request: HttpRequest, pk: int) -> HttpResponse:
    tile = get_object_or_404(AppTile, pk=pk)
    actions.move_tile(tile=tile, actor=person_of(request), is_up=request.POST.get("to") == "up")
    return redirect("oidc:tiles")


@require_POST
@requires(policies.TILES)
def remove_tile(request: HttpRequest, pk: int) -> HttpResponse:
    tile = get_object_or_404(AppTile, pk=pk)
    actions.remove_tile(tile=tile, actor=person_of(request))
    done(request, _("%(tile)s is off the home page.") % {"tile": tile})
    return redirect("oidc:tiles")


def _of_service(request: HttpRequest) -> dict[str, object]:
    """What is known of the service that one came from."""
    wanted = request.GET.get("service", "")
    client = Client.objects.filter(client_id=wanted).first() if wanted and "\0" not in wanted else None
    if client is None:
        return {"icon": "globe"}
    return {"icon": "globe", "name": client.name[:40], "address": client.home_url, "client": client}
