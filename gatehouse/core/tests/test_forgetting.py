"""Deleting in batches; and limits, which hold across processes and are forgotten when they are over."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection
from django_tasks_db.models import DBTaskResult

from gatehouse.core import clock, forgetting, housekeeping, jobs, limits, tasks
from gatehouse.core.forgetting import forget
from gatehouse.core.limits import Limit
from gatehouse.core.models import Occurrence, Rate
from tests.services.plans import walks

GATE = Limit("gate", 5, timedelta(hours=1))
TRIER = """
import json, os, sys
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
from django.conf import settings
django.setup()
given = json.loads(sys.argv[1])
settings.SECRET_KEY = given.pop("SECRET_KEY")
settings.DATABASES["default"].update(given)
from datetime import timedelta
from gatehouse.core import limits
print(sum(limits.allow(limits.Limit("gate", 5, timedelta(hours=1)), "maya") for _try in range(4)))
"""


def rates(count: int, **fields) -> None:
    past = clock.now() - timedelta(hours=1)
    Rate.objects.bulk_create(Rate(**{"key": f"{n}", "spent": 1, "until": past, **fields}) for n in range(count))


def queries_of(deed) -> list[str]:
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415

    with CaptureQueriesContext(connection) as captured:
        deed()
    return [query["sql"] for query in captured if query["sql"].startswith("DELETE")]


@pytest.mark.django_db
def test_batch_by_batch_and_no_more_than_a_share(monkeypatch):
    monkeypatch.setattr(forgetting, "BATCH", 2)
    rates(7)

    statements = queries_of(lambda: forget(Rate.objects.all(), at_most=5))

    assert len(statements) == 3
    assert Rate.objects.count() == 2
    assert forget(Rate.objects.all()) == 2


@pytest.mark.django_db
def test_one_that_is_renewed_as_it_goes_stays():
    """The statement asks for the time once more, not for the key alone."""
    rates(1)

    (statement,) = queries_of(limits.forget_past)[:1]

    assert '"until" <=' in statement


@pytest.mark.django_db
def test_what_is_left_over_is_another_runs_soon(monkeypatch):
    monkeypatch.setattr(forgetting, "A_RUN", 3)
    assert forgetting.go_on(2, housekeeping.forget_limits) == 2
    assert not DBTaskResult.objects.exists()

    assert forgetting.go_on(3, housekeeping.forget_limits) == 3

    assert DBTaskResult.objects.get().task_path == housekeeping.forget_limits.module_path


@pytest.mark.django_db
def test_the_jobs_page_counts_limits_that_went():
    rates(3)
    limits.allow(GATE, "maya")

    assert housekeeping.forget_limits.call() == 3

    assert Rate.objects.count() == 1
    (job,) = [job for job in jobs.jobs() if job.name == housekeeping.forget_limits.module_path]
    assert job.last.done == 3
    assert tasks.labels[job.name] == "Forget limits whose time is over"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "rows",
    [
        lambda now: Rate.objects.filter(until__lte=now).order_by("until"),
        lambda now: Occurrence.objects.filter(due_at__lt=now, error="").order_by("due_at"),
        lambda now: Occurrence.objects.filter(due_at__lt=now).order_by("due_at"),
    ],
)
def test_no_table_is_read_whole(rows):
    assert walks(rows(clock.now())[:1000])


@pytest.mark.django_db(transaction=True)
def test_m40_a_limit_holds_across_processes():
    """Four processes try four times each, at once, where five tries are allowed."""
    named = {name: str(connection.settings_dict[name]) for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    command = [sys.executable, "-c", TRIER, json.dumps({**named, "SECRET_KEY": settings.SECRET_KEY})]

    def process(_number: int) -> int:
        return int(subprocess.run(command, capture_output=True, check=True, text=True).stdout)

    with ThreadPoolExecutor(4) as pool:
        allowed = list(pool.map(process, range(4)))

    assert sum(allowed) == 5
    assert not limits.allow(GATE, "maya")
