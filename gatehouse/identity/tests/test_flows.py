"""The lines of flows.py that concern sign-in."""

import pytest
from django_tasks_db.models import DBTaskResult

from gatehouse.core.events import publish
from gatehouse.core.ticker import recurring
from gatehouse.identity import actions, tasks
from gatehouse.mail import tasks as mail_tasks
from gatehouse.people.events import PeopleInvited


@pytest.mark.parametrize("email", ["maya@example.org", "none@example.org"])
def test_a_code_wakes_the_outbox_whoever_asked(maya, django_capture_on_commit_callbacks, email):
    with django_capture_on_commit_callbacks(execute=True):
        actions.ask_code(email=email)

    assert [task.task_path for task in DBTaskResult.objects.all()] == [mail_tasks.send_waiting.module_path]


def test_invitations_wake_their_sweep(db, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        publish(PeopleInvited(count=1))

    assert [task.task_path for task in DBTaskResult.objects.all()] == [tasks.write_invitations.module_path]


def test_sweeps_are_on_the_clock():
    for sweep in (tasks.forget_sessions, tasks.forget_ways_in, tasks.forget_browsers):
        assert recurring[sweep.module_path].interval.total_seconds() == 3600
    assert recurring[tasks.write_invitations.module_path].interval.total_seconds() == 60


def test_forgetting_twice_harms_nothing(maya, hands):
    actions.ask_code(email=maya.email)
    hands.turn(minutes=11)

    assert (tasks.forget_ways_in.call(), tasks.forget_ways_in.call()) == (1, 0)
