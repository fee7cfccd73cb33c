"""Downloads: the list as it is narrowed, and all that is kept of one person."""

from collections.abc import Iterator
from uuid import UUID

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_GET

from gatehouse.core import clock
from gatehouse.core.access import requires
from gatehouse.people import actions, policies, queries
from gatehouse.people.forms.people import PeopleFilter
from gatehouse.people.models import Person
from gatehouse.people.queries import export
from gatehouse.people.views.people import wanted_of
from gatehouse.people.views.shared import actor_of

TYPES = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@require_GET
@requires(policies.EXPORT)
def export_people(request: HttpRequest, form: str) -> StreamingHttpResponse:
    wanted = wanted_of(request, PeopleFilter.of(request))
    is_all = wanted == queries.Wanted()
    rows = None if is_all else queries.people(wanted)
    actions.note_export(actor=actor_of(request), form=form)
    texts = export.as_json(rows) if form == "json" else export.as_csv(rows)
    return _download(texts, form, f"people-{clock.today():%Y-%m-%d}")


@require_GET
@requires(policies.EXPORT)
def export_person(request: HttpRequest, pk: UUID) -> StreamingHttpResponse:
    person = get_object_or_404(Person, pk=pk)
    actions.note_export(actor=actor_of(request), form="json", person=person)
    return _download(iter([export.to_json(export.all_of(person))]), "json", f"person-{pk}")


def _download(texts: Iterator[str], form: str, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(texts, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response
