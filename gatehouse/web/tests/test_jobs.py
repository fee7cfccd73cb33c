from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from gatehouse.core import housekeeping, jobs, ticker
from gatehouse.core.models import Occurrence
from gatehouse.journal.models import Entry
from gatehouse.people.models import Person, Role, RoleGrant
from gatehouse.web.views import jobs as views

pytestmark = pytest.mark.django_db

BEAT = housekeeping.beat.module_path


@pytest.fixture
def admin():
    person = Person.objects.create_user("ruth@example.org", given_name="Ruth", family_name="Amsel")
    RoleGrant.objects.create(person=person, role=Role.objects.get(slug="admin"))
    return person


@pytest.fixture
def admin_client(client, admin):
    client.force_login(admin)
    return client


def test_page_shows_every_recurring_job_by_its_label(admin_client):
    housekeeping.beat.func()

    page = admin_client.get("/manage/jobs")

    assert page.status_code == 200
    assert all(str(label) in page.text for label in ["Heartbeat", "Tidy up", "Send letters"])
    assert "No worker is at work" not in page.text


def test_a_silent_worker_is_said_first(admin_client):
    assert "No worker is at work" in admin_client.get("/manage/jobs").text


def test_run_now_queues_the_job_once_and_is_written_down(admin_client, admin):
    for _each in range(2):
        answer = admin_client.post(f"/manage/jobs/{BEAT}/run", follow=True)

    assert "Heartbeat: it runs as soon as a worker is free." in answer.text
    assert DBTaskResult.objects.filter(task_path=BEAT).count() == 1
    assert Entry.objects.filter(verb="job.asked", subject="Heartbeat", actor_id=admin.pk).count() == 2


def test_a_job_that_is_none_is_not_run(admin_client):
    assert admin_client.post("/manage/jobs/os.abort/run").status_code == 404
    assert DBTaskResult.objects.count() == 0


def test_members_neither_see_nor_run_jobs(client):
    client.force_login(Person.objects.create_user("maya@example.org"))

    assert client.get("/manage/jobs").status_code == 403
    assert client.post(f"/manage/jobs/{BEAT}/run").status_code == 403


def test_strangers_are_asked_to_sign_in(client):
    assert client.get("/manage/jobs").url == "/sign-in?next=%2Fmanage%2Fjobs"


def test_failures_are_shown_as_text(admin_client):
    Occurrence.objects.create(
        sweep=BEAT, due_at="2026-11-22T00:00Z", finished_at="2026-11-22T00:00Z", error="<b>no</b>"
    )

    assert "&lt;b&gt;no&lt;/b&gt;" in admin_client.get("/manage/jobs").text


@pytest.mark.parametrize(
    ("interval", "words"),
    [
        (timedelta(seconds=10), "every 10 seconds"),
        (timedelta(minutes=1), "every minute"),
        (timedelta(minutes=5), "every 5 minutes"),
        (timedelta(hours=1), "every hour"),
    ],
)
def test_rhythms_are_said_as_people_do(interval, words, monkeypatch):
    monkeypatch.setattr(jobs, "recurring", {BEAT: ticker.Recurring(housekeeping.beat, interval=interval)})

    assert views.rhythm(jobs.jobs()[0]) == words


@pytest.mark.parametrize(
    ("error", "words"),
    [("OSError: No room.", "No room."), ("KeyError: 'x: y'", "'x: y'"), ("ZeroDivisionError", "ZeroDivisionError")],
)
def test_errors_are_said_without_their_class(error, words):
    assert views.said(error) == words


def fail(minutes):
    for minute in minutes:
        at = f"2026-11-22T00:0{minute}Z"
        Occurrence.objects.create(sweep=BEAT, due_at=at, finished_at=at, error="no")


def test_page_asks_as_much_for_many_runs_as_for_one(admin_client):
    fail([1])
    with CaptureQueriesContext(connection) as for_one:
        admin_client.get("/manage/jobs")
    fail([2, 3])

    with CaptureQueriesContext(connection) as for_three:
        admin_client.get("/manage/jobs")

    assert len(for_three) == len(for_one) < 14 + len(ticker.recurring)
