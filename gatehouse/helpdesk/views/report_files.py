"""Reports as files: what may be told without names, and tickets with names, which is written down."""

from collections.abc import Iterator

from django.http import Http404, HttpRequest, StreamingHttpResponse
from django.views.decorators.http import require_GET

from gatehouse.core import clock
from gatehouse.core.access import requires
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.actions import reporting as acts
from gatehouse.helpdesk.queries import report_files
from gatehouse.helpdesk.queries.report_files import TYPES, Form
from gatehouse.helpdesk.views.report_shared import asking_of, for_readers, kept


@require_GET
@for_readers
def report_file(request: HttpRequest, form: Form) -> StreamingHttpResponse:
    asking = asking_of(request)
    if asking.chosen is None:
        raise Http404
    return _download(report_files.summary(asking.chosen.wanted, form), form, "help-desk-report")


@require_GET
@for_readers
@requires(policies.NAMES)
def tickets_file(request: HttpRequest, form: Form) -> StreamingHttpResponse:
    asking = asking_of(request)
    if asking.chosen is None:
        raise Http404
    title, filters = asking.chosen.title, kept(asking.values)
    acts.note_names_read(actor=asking.person, period=title, filters=filters, form=form)
    return _download(report_files.tickets(asking.chosen.wanted, form), form, "help-desk-tickets")


def _download(pieces: Iterator[bytes], form: Form, name: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(pieces, content_type=TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{name}-{clock.today():%Y-%m-%d}.{form}"'
    return response
