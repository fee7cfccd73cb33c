"""The journal's page for staff, and the journal as a file."""

import json
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from gatehouse.core import clock
from gatehouse.core.access import requires
from gatehouse.core.sheets.writing import as_csv
from gatehouse.journal import actions, policies, queries, words
from gatehouse.journal.forms import JournalFilter
from gatehouse.journal.models import Entry
from gatehouse.journal.queries import Place, Wanted

HEADER = (
    "at", "actor", "actor_id", "verb", "subject", "subject_id", "details", "door", "address", "request_id",
)  # fmt: skip


@require_safe
@requires(policies.VIEW)
def journal(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    filters = JournalFilter(request.GET)
    wanted = filters.wanted()
    before, after = (Place.read(request.GET.get(name, "")) for name in ("before", "after"))
    page = queries.page(wanted, before=before, after=after)
    context = {
        "filters": filters,
        "page": page,
        "lines": [(entry, words.of(entry.verb), more(entry.details)) for entry in page.entries],
        "is_narrowed": wanted != Wanted(),
        "may_export": person.may(policies.EXPORT),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if filters.errors else HTTPStatus.OK
    return render(request, "journal/journal.html", context, status=status)


def more(details: dict[str, Any]) -> str:
    """The details in a line: "role: tutor, city: Alderford → Lindenau"."""
    return ", ".join(f"{name}: {_plain(value)}" for name, value in details.items() if value not in ("", None, [], {}))


def _plain(value: Any) -> str:
    if isinstance(value, list) and len(value) == 2 and not any(isinstance(one, list | dict) for one in value):
        return f"{value[0] or '—'} → {value[1] or '—'}"
    if isinstance(value, list):
        return ", ".join(map(_plain, value))
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)


@require_safe
@requires(policies.EXPORT)
def export(request: HttpRequest) -> HttpResponseBase:
    """What the page shows with these filters, as a stream; that it was taken is itself written down."""
    filters = JournalFilter(request.GET)
    wanted = filters.wanted()
    if filters.errors:
        return redirect(f"/manage/journal?{request.GET.urlencode()}")
    person: Any = request.user
    actions.note_export(actor=person, filters={name: str(value) for name, value in asdict(wanted).items() if value})
    response = StreamingHttpResponse(
        as_csv(HEADER, map(_cells, queries.all_entries(wanted))), content_type="text/csv; charset=utf-8"
    )
    response["Content-Disposition"] = f'attachment; filename="journal-{clock.today():%Y-%m-%d}.csv"'
    return response


def _cells(entry: Entry) -> list[str]:
    return [
        entry.at.isoformat(),
        entry.actor_name,
        str(entry.actor_id or ""),
        entry.verb,
        entry.subject,
        entry.subject_id,
        json.dumps(entry.details, ensure_ascii=False) if entry.details else "",
        entry.door,
        entry.address,
        entry.request_id,
    ]
