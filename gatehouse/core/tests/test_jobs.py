import os
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from gatehouse.core import clock, jobs, tasks, ticker
from gatehouse.core.models import Occurrence

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 28, 12, 0, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@tasks.sweep("Count the sheep")
def count_sheep():
    return 3


@tasks.sweep("Lose a sheep")
def lose_sheep():
    raise LookupError("One is missing.")


@pytest.fixture(autouse=True)
def at_noon(monkeypatch):
    """A portal with one recurring sweep, each minute, half past noon."""
    monkeypatch.setattr(clock, "now", lambda: NOON)
    monkeypatch.setattr(ticker, "recurring", {})
    monkeypatch.setattr(jobs, "recurring", ticker.recurring)
    ticker.every(MINUTE, count_sheep)


def the_job():
    (job,) = jobs.jobs()
    return job


def ran(due_at, **fields):
    return Occurrence.objects.create(sweep=count_sheep.module_path, due_at=due_at, **fields)


def test_a_job_that_ran_says_when_and_how_much():
    ran(NOON - timedelta(seconds=30), started_at=NOON - MINUTE, finished_at=NOON, done=3)

    job = the_job()

    assert (job.state, job.last.done, job.took) == ("done", 3, MINUTE)
    assert job.next_at == datetime(2026, 3, 28, 12, 1, tzinfo=UTC)


@pytest.mark.parametrize(("minutes", "state"), [(0, "done"), (1, "waiting"), (2, "waiting"), (3, "late")])
def test_a_job_is_late_when_two_minutes_have_passed(minutes, state, monkeypatch):
    ran(NOON - timedelta(seconds=30), started_at=NOON, finished_at=NOON, done=0)
    ticker.recurring.clear()
    ticker.every(timedelta(minutes=10), count_sheep)
    start = datetime(2026, 3, 28, 12, 10, tzinfo=UTC) if minutes else NOON
    monkeypatch.setattr(clock, "now", lambda: start + timedelta(minutes=max(minutes - 1, 0), seconds=1))

    assert the_job().state == state


def test_a_job_that_never_ran_is_late():
    ticker.recurring.clear()
    ticker.daily(time(3, 0), count_sheep)

    assert the_job().state == "late"


def test_a_job_in_hand_is_running_and_after_hours_its_worker_is_taken_for_dead(monkeypatch):
    ran(NOON - timedelta(seconds=30), started_at=NOON)
    now_running = the_job()
    monkeypatch.setattr(clock, "now", lambda: NOON + timedelta(hours=4))

    assert (now_running.state, now_running.since) == ("running", NOON)
    assert the_job().state == "stopped"


def test_a_failed_run_says_why():
    with pytest.raises(LookupError):
        lose_sheep.func()

    (failure,) = jobs.failures()
    assert failure.error == "LookupError: One is missing."


def test_queues_count_what_waits_and_who_works():
    tasks.enqueue(count_sheep)
    ran(NOON - MINUTE, started_at=NOON - MINUTE, finished_at=NOON, worker="host 1")
    ran(NOON - 10 * MINUTE, started_at=NOON - 10 * MINUTE, worker="host 2")
    ran(NOON - 5 * MINUTE, started_at=NOON - 5 * MINUTE, finished_at=NOON, worker="host 3")

    quick, long = jobs.queues()

    assert (quick.waiting, quick.workers) == (1, 2)
    assert (long.waiting, long.oldest, long.workers) == (0, None, 0)


def test_a_run_names_the_process_that_did_it():
    count_sheep.func()

    assert Occurrence.objects.get().worker.endswith(str(os.getpid()))


@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize("day", [28, 29, 30])
def test_next_day_is_found_also_when_the_clock_is_put_forward(hour, day, settings):
    settings.TIME_ZONE = "Europe/Berlin"  # 29 March 2026 has 23 hours
    daily = ticker.Recurring(count_sheep, at=time(6, 0))
    now = datetime(2026, 3, day, hour, 1, tzinfo=UTC)

    due = daily.next_due(now)

    assert now < due <= now + timedelta(hours=24)
    assert due.astimezone(ZoneInfo("Europe/Berlin")).time() == time(6, 0)
