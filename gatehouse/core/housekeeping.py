"""What nobody needs any more: finished runs, finished tasks, limits whose window has passed."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django_tasks_db.models import DBTaskResult

from gatehouse.core import clock, limits
from gatehouse.core.forgetting import forget, go_on
from gatehouse.core.models import Occurrence
from gatehouse.core.tasks import sweep

KEEP_RUNS = timedelta(days=2)
KEEP_FAILURES = timedelta(days=30)


@sweep(_("Tidy up"))
def tidy_up() -> int:
    """Failures are kept longer, so that somebody can still read them; a killed worker's task stays RUNNING, and goes."""
    now = clock.now()
    runs = forget(Occurrence.objects.filter(due_at__lt=now - KEEP_RUNS, error="").order_by("due_at"))
    failures = forget(Occurrence.objects.filter(due_at__lt=now - KEEP_FAILURES).order_by("due_at"))
    return runs + failures + forget(DBTaskResult.objects.filter(enqueued_at__lt=now - KEEP_RUNS).order_by())


@sweep(_("Forget limits whose time is over"))
def forget_limits() -> int:
    return go_on(limits.forget_past(), forget_limits)


@sweep(_("Heartbeat"))
def beat() -> int:
    """Nothing to do: that it was done shows that ticker, queue and worker live (see /readyz)."""
    return 0
