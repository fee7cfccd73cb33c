"""Whose last day was named before: told of as that day is over here, once, whatever happens meanwhile."""

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings as portal
from django.db import connection

from gatehouse.core import clock, events
from gatehouse.core.tasks import labels
from gatehouse.core.ticker import recurring
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions as oidc
from gatehouse.identity.oidc.models import Grant, LogoutNotice
from gatehouse.identity.oidc.tests.conftest import hands as hands
from gatehouse.identity.oidc.tests.factories import a_client, a_code, a_service, a_session
from gatehouse.identity.tests.factories import a_person, an_owner
from gatehouse.people import actions, queries, tasks
from gatehouse.people.events import PersonLeft
from gatehouse.people.models import ExternalId, Person
from gatehouse.people.tests.importing import applied
from tests.services.plans import walks

HEAD = "source,number,email,given_name,family_name,left_on\r\n"
TELLER = """
import json, os, sys, time
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
import django
from django.conf import settings
django.setup()
given = json.loads(sys.argv[1])
settings.SECRET_KEY = given.pop("SECRET_KEY")
settings.DATABASES["default"].update(given)
from gatehouse.core.events import subscribe
from gatehouse.people import actions
from gatehouse.people.events import PersonLeft
def hang(fact):
    print("told", flush=True)
    time.sleep(60)
subscribe(PersonLeft, hang)
actions.tell_of_leavers()
"""


@pytest.fixture
def told(monkeypatch):
    """Every PersonLeft from now on; whoever else listens hears it too."""
    heard: list[PersonLeft] = []
    others = events._subscribers[PersonLeft]
    monkeypatch.setattr(events, "_subscribers", {**events._subscribers, PersonLeft: [*others, heard.append]})
    return heard


@pytest.fixture
def new_york(settings):
    settings.TIME_ZONE = "America/New_York"


@pytest.fixture
def door(db):
    return a_service(client_id="door")


def written(door, person: Person, **said) -> None:
    ExternalId.objects.get_or_create(person=person, source="door", value=str(person.pk))
    oidc.write_member(client=door, external_id=str(person.pk), said=said)


def test_a_leave_date_of_the_api_begins_at_midnight_here(door, new_york, hands, told):
    maya = a_person()
    hands.set(datetime(2026, 3, 7, 12, tzinfo=UTC))
    session = a_session(maya)
    client = a_client(backchannel_logout_uri="https://wiki.example.org/bye")
    a_code(client, session)
    written(door, maya, leave_date=datetime(2026, 3, 8, tzinfo=UTC).date())

    hands.set(datetime(2026, 3, 8, 4, 59, tzinfo=UTC))
    assert tasks.tell_of_leavers.call() == 0
    hands.set(datetime(2026, 3, 8, 5, 0, tzinfo=UTC))
    assert [tasks.tell_of_leavers.call(), tasks.tell_of_leavers.call()] == [1, 0]

    assert told == [PersonLeft((maya.pk,))]
    assert not BrowserSession.objects.exists()
    assert Grant.objects.get().ended_why == Grant.Ended.LEFT
    assert LogoutNotice.objects.get().client == client


def test_the_last_day_of_a_roster_is_over_at_midnight_here_also_when_clocks_change(db, tmp_path, new_york, hands, told):
    """8 March has 23 hours there: it ends at 4 UTC, where the day before it ended at 5."""
    owner = an_owner()
    hands.set(datetime(2026, 3, 1, tzinfo=UTC))
    lines = "".join(f"a,{day},p{day}@example.org,P,{day},3/{day}/2026\r\n" for day in (7, 8))
    applied(tmp_path, HEAD + lines, mapping="gatehouse", actor=owner)
    told.clear()  # the import's own word, of whoever it marked

    left = dict(Person.objects.exclude(left_at=None).values_list("family_name", "left_at"))

    assert left == {"7": datetime(2026, 3, 8, 5, tzinfo=UTC), "8": datetime(2026, 3, 9, 4, tzinfo=UTC)}
    assert actions.tell_of_leavers() == 0
    hands.set(datetime(2026, 3, 9, 3, 59, tzinfo=UTC))
    assert actions.tell_of_leavers() == 1
    hands.turn(minutes=1)
    assert actions.tell_of_leavers() == 1
    assert [len(fact.person_ids) for fact in told] == [1, 1]


def test_whoever_was_told_of_as_they_left_is_not_told_of_again(door, tmp_path, told):
    owner, maya, ben = an_owner(), a_person(), a_person()
    actions.end_person(person=maya, actor=owner)
    written(door, ben, leave_date=clock.today())
    applied(tmp_path, HEAD + "a,1,x@example.org,X,Y,1/2/2020\r\n", mapping="gatehouse", actor=owner)

    assert actions.tell_of_leavers() == 0

    assert [fact.person_ids for fact in told] == [(maya.pk,), (ben.pk,), ()]


def test_who_came_back_and_leaves_again_is_told_of_again(door, hands, told):
    maya = a_person()
    for _time in range(2):
        written(door, maya, leave_date=clock.today() + timedelta(days=2))
        hands.turn(days=3)
        assert actions.tell_of_leavers() == 1
        written(door, maya, leave_date=None)
        maya.refresh_from_db()

    assert told == [PersonLeft((maya.pk,))] * 2


def test_who_came_back_before_the_day_is_not_told_of(door, hands, told):
    maya = a_person()
    written(door, maya, leave_date=clock.today() + timedelta(days=2))
    written(door, maya, leave_date=None)
    hands.turn(days=3)

    assert actions.tell_of_leavers() == 0
    assert told == []


def test_an_undo_that_makes_somebody_gone_again_says_so(db, tmp_path, hands, told):
    owner = an_owner()
    applied(tmp_path, HEAD + "a,1,x@example.org,X,Y,\r\n", mapping="gatehouse", actor=owner)
    hands.turn(minutes=1)
    applied(tmp_path, HEAD + "a,2,z@example.org,Z,Y,\r\n", mapping="gatehouse", actor=owner, missing="left")
    gone = Person.objects.get(email="x@example.org")
    assert not gone.is_active
    hands.turn(minutes=1)
    back = applied(tmp_path, HEAD + "a,1,x@example.org,X,Y,\r\n", mapping="gatehouse", actor=owner)
    gone.refresh_from_db()
    assert gone.is_active
    a_session(gone)
    told.clear()

    actions.undo_import(roster_import=back, actor=owner)

    assert told == [PersonLeft((gone.pk,))]
    assert not BrowserSession.objects.filter(person=gone).exists()


@pytest.mark.django_db
def test_a_thousand_at_a_time(told, monkeypatch):
    monkeypatch.setattr("gatehouse.people.actions.leaving.AT_ONCE", 2)
    Person.objects.bulk_create(Person(family_name=str(n), left_at=clock.now()) for n in range(5))

    assert actions.tell_of_leavers() == 5
    assert [len(fact.person_ids) for fact in told] == [2, 2, 1]


@pytest.mark.django_db
def test_those_told_of_are_not_looked_at():
    """By an index of those that are left to tell of."""
    assert walks(queries.leavers_untold()[:1000])
    Person.objects.create(left_at=clock.now())
    assert "leavers_to_tell_of" in queries.leavers_untold()[:1000].explain() or connection.vendor == "postgresql"


def test_two_workers_tell_once(together, told):
    Person.objects.bulk_create(Person(family_name=str(n), left_at=clock.now()) for n in range(20))

    done = together(actions.tell_of_leavers, actions.tell_of_leavers)

    assert sum(done) == 20
    assert sum(len(fact.person_ids) for fact in told) == 20


def test_a_worker_killed_as_it_tells_has_told_nobody(transactional_db, told):
    maya = a_person(left_at=clock.now())
    a_session(maya)
    named = {name: str(connection.settings_dict[name]) for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}
    given = json.dumps({**named, "SECRET_KEY": portal.SECRET_KEY})
    with subprocess.Popen([sys.executable, "-c", TELLER, given], stdout=subprocess.PIPE, text=True) as teller:
        assert teller.stdout.readline() == "told\n"
        teller.kill()

    assert BrowserSession.objects.exists()
    assert actions.tell_of_leavers() == 1
    assert told == [PersonLeft((maya.pk,))]
    assert not BrowserSession.objects.exists()


def test_it_is_on_the_clock_and_on_the_page_of_jobs():
    name = tasks.tell_of_leavers.module_path
    assert recurring[name].interval == timedelta(minutes=10)
    assert str(labels[name]) == "Tell of people whose last day is over"
