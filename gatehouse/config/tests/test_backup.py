"""Safety copies by the real command: made while others write, put back whole or not at all."""

import json
import subprocess
import sys
import time

import pytest

from gatehouse.config.tests.running import answer, ask, environment, free_port, gatehouse

WRITER = """
import django; django.setup()
from itertools import count
from django.db import transaction
from gatehouse.people.models import Group, Role
for number in count():
    with transaction.atomic():
        Group.objects.create(name=f"group {number}")
        Role.objects.create(slug=f"role-{number}", name="One of the writer's")
"""
PAIRS = """
from gatehouse.people.models import Group, Role
answer = [Group.objects.filter(name__startswith="group ").count(), Role.objects.filter(is_built_in=False).count()]
"""
EVERYTHING = """
from django.apps import apps
skipped = {"journal.Entry"}  # that it was restored is written there
answer = {
    model._meta.label: sorted(map(repr, model._default_manager.values_list()))
    for model in apps.get_models(include_auto_created=True) if model._meta.label not in skipped
}
"""
FORGOTTEN = """
from django.db.migrations.recorder import MigrationRecorder
answer = MigrationRecorder.Migration.objects.filter(app="mail").delete()[0]
"""
NEWER = """
from django.db.migrations.recorder import MigrationRecorder
from django.db import connection
MigrationRecorder(connection).record_applied("people", "9999_to_come")
answer = None
"""


@pytest.fixture
def saved(portal, tmp_path):
    data, more = portal
    path = tmp_path / "saved.tar.gz"
    answer(data, "backup", str(path), **more)
    return path


def test_a_copy_made_while_others_write_is_of_one_moment(portal, tmp_path, database):
    data, more = portal
    around = environment(data, DJANGO_SETTINGS_MODULE="gatehouse.config.settings", **more)
    with subprocess.Popen([sys.executable, "-c", WRITER], env=around) as writer:
        time.sleep(1.5)
        answer(data, "backup", str(tmp_path / "copy.tar.gz"), **more)
        at_the_end = ask(data, PAIRS, **more)
        writer.kill()

    elsewhere = database()
    answer(tmp_path / "new", "restore", str(tmp_path / "copy.tar.gz"), **elsewhere)
    groups, roles = ask(tmp_path / "new", PAIRS, **elsewhere)

    assert 0 < groups < at_the_end[0]
    assert groups == roles


def test_a_restored_portal_is_the_portal_that_was_saved(portal, saved, tmp_path, database):
    data, more = portal
    elsewhere = database()

    told = answer(tmp_path / "new", "restore", str(saved), **elsewhere)

    assert told["state"] == "restored"
    assert ask(tmp_path / "new", EVERYTHING, **elsewhere) == ask(data, EVERYTHING, **more)
    assert (tmp_path / "new" / "media" / "organisation" / "mark.svg").read_text() == "<svg/>"
    assert (tmp_path / "new" / "key").read_text() == (data / "key").read_text()
    assert "GATEHOUSE_MODE=demo" in (tmp_path / "new" / "settings.env").read_text()
    assert "GATEHOUSE_LISTENS" in (data / "settings.env").read_text()
    assert "GATEHOUSE_LISTENS" not in (tmp_path / "new" / "settings.env").read_text()
    assert answer(tmp_path / "new", "migrate", **elsewhere)["migrated"] == 0


def test_numbers_given_once_are_not_given_again(portal, tmp_path, database):
    data, more = portal
    given = "from gatehouse.people.models import Group\nanswer = [g.pk for g in [Group.objects.create(name='one')]]"
    (last,) = ask(data, f"{given}\nGroup.objects.filter(pk=answer[0]).delete()", **more)
    answer(data, "backup", str(tmp_path / "copy.tar.gz"), **more)
    elsewhere = database()
    answer(tmp_path / "new", "restore", str(tmp_path / "copy.tar.gz"), **elsewhere)

    assert ask(tmp_path / "new", given, **elsewhere) == [last + 1]


def test_a_portal_with_people_is_replaced_only_with_yes(portal, saved):
    data, more = portal
    ask(
        data,
        "from gatehouse.people.models import Person; Person.objects.create_user('new@example.org'); answer = 0",
        **more,
    )
    count = "from gatehouse.people.models import Person; answer = Person.objects.count()"
    now = ask(data, count, **more)

    refused = gatehouse(data, "restore", str(saved), "--json", **more)
    kept = ask(data, count, **more)
    answer(data, "restore", str(saved), "--yes", **more)

    assert refused.returncode == 1
    assert "--yes" in json.loads(refused.stdout)["error"]
    assert kept == now
    assert ask(data, count, **more) == now - 1
    assert not (data / "restoring").exists()


@pytest.mark.parametrize("command", ["serve", "worker"])
def test_a_portal_that_runs_is_not_replaced_until_it_is_stopped(portal, saved, command):
    data, more = portal
    begin = [sys.executable, "-m", "gatehouse.config.cli", command, "--json"]
    around = environment(data, **{"PORT": str(free_port())} | more)
    with subprocess.Popen(begin, env=around, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as running:
        running.stdout.readline()
        refused = gatehouse(data, "restore", str(saved), "--yes", "--json", **more)
        running.terminate()

    assert refused.returncode == 1
    assert "Stop the portal first" in json.loads(refused.stdout)["error"]
    assert answer(data, "restore", str(saved), "--yes", **more)["state"] == "restored"


def test_a_copy_of_a_newer_version_is_refused(portal, tmp_path):
    data, more = portal
    ask(data, NEWER, **more)
    answer(data, "backup", str(tmp_path / "newer.tar.gz"), **more)

    done = gatehouse(tmp_path / "new", "restore", str(tmp_path / "newer.tar.gz"), "--json", **more)

    assert done.returncode == 1
    assert "people.9999_to_come" in json.loads(done.stdout)["error"]


def test_what_goes_wrong_while_preparing_leaves_the_old_portal(portal, tmp_path):
    """The copy says that mail was never migrated, and has its tables: nothing can bring it up to date."""
    data, more = portal
    whole = ask(data, EVERYTHING, **more)
    ask(data, FORGOTTEN, **more)
    answer(data, "backup", str(tmp_path / "torn.tar.gz"), **more)
    key = (data / "key").read_text()

    done = gatehouse(data, "restore", str(tmp_path / "torn.tar.gz"), "--yes", "--json", **more)

    assert done.returncode == 1
    assert "could not be prepared" in json.loads(done.stdout)["error"]
    assert (data / "key").read_text() == key
    assert (data / "media" / "organisation" / "mark.svg").exists()
    people = "from gatehouse.people.models import Person; answer = sorted(map(repr, Person.objects.values_list()))"
    assert ask(data, people, **more) == whole["people.Person"]


@pytest.mark.parametrize("file", ["none.tar.gz", ""])
def test_a_place_that_cannot_be_written_is_refused(portal, tmp_path, file):
    data, more = portal

    done = gatehouse(data, "backup", str(tmp_path / "no" / file) if file else str(tmp_path), "--json", **more)

    assert done.returncode == 1
    assert set(json.loads(done.stdout)) == {"error"}


def test_nothing_to_back_up_is_said(tmp_path, database):
    done = gatehouse(tmp_path / "new", "backup", str(tmp_path / "copy.tar.gz"), "--json", **database())

    assert done.returncode == 1
    assert "nothing to back up" in json.loads(done.stdout)["error"]


def test_letters_that_waited_are_held(portal, tmp_path, database):
    data, more = portal
    post = (
        "from gatehouse.mail import actions\nfor n in range(3): actions.send_test(to=f'a{n}@example.org')\nanswer = 0"
    )
    ask(data, post, **more)
    answer(data, "backup", str(tmp_path / "copy.tar.gz"), **more)
    elsewhere = database()

    told = answer(tmp_path / "new", "restore", str(tmp_path / "copy.tar.gz"), **elsewhere)

    states = "from gatehouse.mail.models import Letter\nanswer = [one.state for one in Letter.objects.all()]"
    assert told["held_letters"] == 3
    assert ask(tmp_path / "new", states, **elsewhere) == ["held"] * 3


def test_a_killed_restore_leaves_the_old_portal_or_the_new_one_and_can_be_run_again(portal, tmp_path):
    data, more = portal
    state = "from gatehouse.people.models import Group, Person\nanswer = [Person.objects.count(), Group.objects.filter(name='after').count()]"
    answer(data, "backup", str(tmp_path / "copy.tar.gz"), **more)
    ask(data, "from gatehouse.people.models import Group; Group.objects.create(name='after'); answer = 0", **more)
    old, new = ask(data, state, **more), [ask(data, state, **more)[0], 0]
    command = [sys.executable, "-m", "gatehouse.config.cli", "restore", str(tmp_path / "copy.tar.gz"), "--yes"]

    for seconds in (1.0, 1.6, 2.2, 2.8):
        with subprocess.Popen(command, env=environment(data, **more), stderr=subprocess.DEVNULL) as restoring:
            time.sleep(seconds)
            restoring.kill()
        time.sleep(0.5)  # the process it started may be about to end
        assert ask(data, state, **more) in (old, new)
        assert (data / "key").exists()
        assert (data / "media" / "organisation" / "mark.svg").exists()

    assert answer(data, "restore", str(tmp_path / "copy.tar.gz"), "--yes", **more)["state"] == "restored"
    assert ask(data, state, **more) == new
