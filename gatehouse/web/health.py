"""/healthz and /readyz, for probes: answered before everything else, on whatever host name the probe uses.

They ask for no sign-in and tell no more than yes or no.
"""

import functools
from collections.abc import Callable
from datetime import timedelta

from django.core.management import CommandError
from django.db import DatabaseError, InterfaceError, connection
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse

from gatehouse.core import clock
from gatehouse.core.commands import require_migrated
from gatehouse.core.models import Occurrence

HEARTBEAT = timedelta(minutes=2)

Handler = Callable[[HttpRequest], HttpResponse]


class Probes:
    """First of all middleware: no session, no host check, no line in the log."""

    def __init__(self, get_response: Handler) -> None:
        self.get_response = get_response
        self.answers = {"/healthz": alive, "/readyz": ready}

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.answers.get(request.path)
        if answer is None:
            return self.get_response(request)
        response = answer() if request.method in {"GET", "HEAD"} else HttpResponseNotAllowed(["GET", "HEAD"])
        response["Cache-Control"] = "no-store"
        return response


def alive() -> HttpResponse:
    return JsonResponse({"alive": True})


def ready() -> HttpResponse:
    """200 when requests and jobs are served: the database answers, is migrated, and a sweep ended lately; else 503."""
    database = _answers()
    migrations = database and _is_migrated()
    parts = {"database": database, "migrations": migrations, "worker": migrations and heartbeat()}
    is_ready = all(parts.values())
    return JsonResponse({"ready": is_ready, **parts}, status=200 if is_ready else 503)


def heartbeat() -> bool:
    """Whether a worker finished a sweep lately."""
    now = clock.now()
    lately = Occurrence.objects.filter(due_at__gt=now - 10 * HEARTBEAT, finished_at__gt=now - HEARTBEAT)
    return lately.exists()


def _answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except (DatabaseError, InterfaceError):
        connection.close()
        return False
    return True


@functools.cache
def _migrated() -> None:
    """A success is remembered: a process does not outlive the version it was started with."""
    require_migrated()


def _is_migrated() -> bool:
    try:
        _migrated()
    except (CommandError, DatabaseError):
        return False
    return True
