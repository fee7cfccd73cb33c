"""Google Wallet hears soon of what changed, and in any case within a minute."""

from datetime import time, timedelta

import pytest
from django_tasks_db.models import DBTaskResult

from gatehouse import flows
from gatehouse.core import ticker
from gatehouse.core.events import publish
from gatehouse.passes import tasks
from gatehouse.passes.events import GoogleMarked, PassesRenewed


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("fact", [PassesRenewed(1), GoogleMarked(1)], ids=str)
def test_renewed_passes_and_marks_wake_the_sweep(fact):
    flows.connect()

    publish(fact)

    assert DBTaskResult.objects.filter(task_path=tasks.tell_google.module_path).count() == 1


def test_the_sweep_runs_each_minute_and_old_calls_are_forgotten_at_night():
    flows.connect()

    assert ticker.recurring[tasks.tell_google.module_path].interval == timedelta(minutes=1)
    assert ticker.recurring[tasks.forget_callbacks.module_path].at == time(3, 50)
