"""The import wizard's first page: what was imported, and a file to begin with."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from gatehouse.core.access import requires
from gatehouse.core.handed_in import TableForm, on_disk
from gatehouse.people import actions, policies, queries, roster
from gatehouse.people.views.shared import actor_of, page_of


@require_http_methods(["GET", "POST"])
@requires(policies.IMPORT)
def rosters(request: HttpRequest) -> HttpResponse:
    form = TableForm(request.POST, request.FILES) if request.method == "POST" else TableForm()
    if form.is_bound and form.is_valid():
        file, text = form.cleaned_data["file"], form.cleaned_data["text"]
        try:
            with on_disk(file, text) as (path, name):
                begun = actions.receive_import(path=path, filename=name, actor=actor_of(request))
        except actions.ImportRefused as refusal:
            form.add_error("file" if file else "text", str(refusal))
        else:
            return redirect("people:roster", begun.pk)
    last = queries.last_applied()
    context = {
        "form": form,
        "page": page_of(request, queries.imports()),
        "undoable": last if last and last.can_be_undone else None,
        "templates": list(roster.MAPPINGS),
    }
    return render(request, "people/rosters/rosters.html", context, status=422 if form.errors else 200)


@require_GET
@requires(policies.IMPORT)
def roster_template(request: HttpRequest, slug: str) -> HttpResponse:
    """The header of a ready-made mapping, to fill in."""
    if slug not in roster.MAPPINGS:
        raise Http404
    response = HttpResponse(roster.template_csv(roster.MAPPINGS[slug]), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{slug}.csv"'
    return response
