"""The page of jobs: what is waiting, running, late or failed, and a button that runs a sweep now."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from gatehouse.core import access, echo, jobs, tasks, ticker
from gatehouse.journal import actions as journal
from gatehouse.web import health

VIEW, RUN = "jobs.view", "jobs.run"
QUEUES = {tasks.QUICK: gettext_lazy("Quick work"), tasks.LONG: gettext_lazy("Long work")}


@require_safe
@access.requires(VIEW)
def overview(request: HttpRequest) -> HttpResponse:
    person: Any = request.user
    context = {
        "jobs": [(job, rhythm(job), said(job.last.error) if job.last else "") for job in jobs.jobs()],
        "queues": [(QUEUES[queue.name], queue) for queue in jobs.queues()],
        "failures": [(tasks.labels.get(run.sweep, run.sweep), run, said(run.error)) for run in jobs.failures()],
        "is_alive": health.heartbeat(),
        "may_run": person.may(RUN),
    }
    return render(request, "manage/jobs.html", context)


def rhythm(job: jobs.Job) -> str:
    """How often, as people say it: every 10 seconds, every hour, every day at 03:40."""
    if job.at:
        return _("every day at %(at)s") % {"at": f"{job.at:%H:%M}"}
    seconds = int(job.interval.total_seconds()) if job.interval else 0
    if seconds % 3600 == 0:
        return ngettext("every hour", "every %(n)d hours", seconds // 3600) % {"n": seconds // 3600}
    if seconds % 60 == 0:
        return ngettext("every minute", "every %(n)d minutes", seconds // 60) % {"n": seconds // 60}
    return ngettext("every second", "every %(n)d seconds", seconds) % {"n": seconds}


def said(error: str) -> str:
    """What went wrong, without the name of its class, which says something only where there are no other words."""
    name, _colon, words = error.partition(": ")
    return words or name


@require_POST
@access.requires(RUN)
def run(request: HttpRequest, name: str) -> HttpResponse:
    """Queue the sweep, unless it waits there already; running it twice is harmless."""
    job = ticker.recurring.get(name)
    if job is None:
        raise Http404
    label = str(tasks.labels.get(name, name))
    tasks.enqueue(job.sweep)
    journal.record(actor=request.user, verb="job.asked", subject=label)  # type: ignore[arg-type]  # see access.requires
    echo.done(request, _("%(job)s: it runs as soon as a worker is free.") % {"job": label})
    return HttpResponseRedirect(reverse("web:jobs"))
