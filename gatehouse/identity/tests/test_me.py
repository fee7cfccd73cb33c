"""One's own pages."""

import json
import re

import pytest
from django.test import Client

from gatehouse.core import events
from gatehouse.identity import actions
from gatehouse.identity.models import SignInFlow
from gatehouse.identity.refusals import AddressTaken
from gatehouse.identity.tests.factories import a_person
from gatehouse.identity.tests.reading import code_of, last_letter, words_of
from gatehouse.journal.models import Entry
from gatehouse.mail.models import Letter
from gatehouse.people.events import PeopleChanged
from gatehouse.people.models import Group, GroupPlace, Membership, Person, Role, RoleGrant


@pytest.fixture
def maya_in(client, maya, sign_in):
    sign_in(client, maya)
    return maya


def test_one_sees_what_the_portal_knows(client, maya_in):
    Membership.objects.create(
        person=maya_in, source="garden", number="00017", level="Friend", card_names="Ben Okafor", address_1="4 Elm Road",
        add_ons=[{"name": "Parking", "quantity": 2}],
    )  # fmt: skip
    group = Group.objects.create(name="Seed committee", kind="committee")
    GroupPlace.objects.create(group=group, person=maya_in)
    RoleGrant.objects.create(person=maya_in, role=Role.objects.get(slug="tutor"))

    page = client.get("/me").content.decode()

    for known in (
        "Maya Okafor",
        "maya@example.org",
        "00017",
        "Friend",
        "Seed committee",
        "Tutor",
        "Ben Okafor",
        "Parking × 2",
        "4 Elm Road",
    ):
        assert known in page


def test_strangers_are_asked_to_sign_in(client, db):
    assert client.get("/me").url == "/sign-in?next=/me"


def test_one_edits_preferred_name_and_language(client, maya_in, monkeypatch):
    told = []
    monkeypatch.setitem(events._subscribers, PeopleChanged, [told.append])

    client.post("/me", {"given_name": "Maya", "family_name": "Okafor", "preferred_name": "May", "language": "de"})

    maya_in.refresh_from_db()
    assert (maya_in.name, maya_in.language) == ("May Okafor", "de")
    assert told == [PeopleChanged((maya_in.pk,))]
    assert Entry.objects.get(verb="details.edited").details == {"fields": ["preferred_name", "language"]}


def test_a_roster_keeps_the_name_it_brought(client, maya, sign_in):
    Person.objects.filter(pk=maya.pk).update(source="garden")
    sign_in(client, maya)

    client.post(
        "/me", {"given_name": "Queen", "family_name": "Mab", "preferred_name": "", "language": "", "source": ""}
    )

    maya.refresh_from_db()
    assert maya.name == "Maya Okafor"


def test_n25_fields_that_are_not_ones_own_to_change_are_left_alone(client, maya_in):
    client.post(
        "/me",
        {
            "given_name": "M",
            "family_name": "O",
            "preferred_name": "",
            "language": "",
            "email": "x@example.org",
            "password": "x",
        },
    )

    before = maya_in.password
    maya_in.refresh_from_db()
    assert (maya_in.email, maya_in.password) == ("maya@example.org", before)


def test_a_new_address_counts_once_its_code_was_typed(client, maya_in, hands):
    hands.turn(minutes=2)
    client.post("/me/address", {"email": "New@Example.org"})
    maya_in.refresh_from_db()
    assert maya_in.email == "maya@example.org"
    assert last_letter().address == "new@example.org"

    answer = client.post("/me/address/code", {"code": code_of(last_letter())})

    maya_in.refresh_from_db()
    assert answer.url == "/me"
    assert maya_in.email == "new@example.org"
    told = Letter.objects.get(template="identity/letters/address_moved")
    assert told.address == "maya@example.org"
    assert "new@example.org" in words_of(told)
    assert Entry.objects.filter(verb="address.changed", actor_id=maya_in.pk).count() == 1


def test_a_code_for_the_old_address_dies_when_the_address_changes(client, maya_in, hands):
    waiting = Client()
    hands.turn(minutes=2)
    waiting.post("/sign-in", {"email": "maya@example.org"})
    old_code = code_of(last_letter())
    client.post("/me/address", {"email": "new@example.org"})
    client.post("/me/address/code", {"code": code_of(last_letter())})

    assert waiting.post("/sign-in/code", {"code": old_code}).url == "/sign-in"


def test_n7_m41_an_address_that_is_anothers_gets_no_letter_and_looks_the_same(client, maya_in):
    ben = a_person()
    before = Letter.objects.count()

    answer = client.post("/me/address", {"email": ben.email})

    assert answer.url == "/me/address/code"
    assert client.get(answer.url).status_code == 200
    assert Letter.objects.count() == before


def test_a_code_for_a_new_address_signs_nobody_in(client, maya_in):
    client.post("/me/address", {"email": "new@example.org"})
    client.post("/sign-out")

    answer = client.post("/sign-in/code", {"code": code_of(last_letter())})

    assert answer.url == "/sign-in"


@pytest.mark.django_db(transaction=True)
def test_n7_two_who_move_to_one_address_at_once_and_one_gets_it(together):
    people = [a_person(), a_person()]
    flows = []
    for person in people:
        flow_id = actions.issue_link(email=person.email, actor=None).rpartition("/")[2].partition(":")[0]
        flow = SignInFlow.objects.get(pk=flow_id)
        flow.email, flow.purpose = "shared@example.org", SignInFlow.Purpose.NEW_ADDRESS
        flow.save()
        flows.append(flow)

    outcomes = together(
        lambda: actions.move_address(flow=flows[0], person=people[0]),
        lambda: actions.move_address(flow=flows[1], person=people[1]),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == [AddressTaken.__name__, "NoneType"]
    assert Person.objects.filter(email="shared@example.org").count() == 1


def test_one_takes_ones_data_along_without_secrets(client, maya_in):
    Membership.objects.create(person=maya_in, source="garden", number="00017")

    answer = client.get("/me/data")
    known = json.loads(answer.content)

    assert answer["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert known["person"]["email"] == "maya@example.org"
    assert [membership["number"] for membership in known["memberships"]] == ["00017"]
    assert len(known["sessions"]) == 1
    assert "password" not in known["person"]
    assert "hash" not in answer.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_my_page_asks_as_much_of_the_database_for_three_as_for_one(client, maya_in, rows, django_assert_num_queries):
    for number in range(rows):
        Membership.objects.create(person=maya_in, source="garden", number=str(number))
        GroupPlace.objects.create(group=Group.objects.create(name=f"Group {number}"), person=maya_in)
    client.get("/me")

    with django_assert_num_queries(13):
        client.get("/me")


def test_adding_a_fob_leads_back_to_where_one_came_from(client, maya, sign_in):
    sign_in(client, maya)

    page = client.get("/me/security/fobs/add").content.decode()

    assert re.search(r'class="crumb" href="/me/security">.*What protects my account</a>', page)
    assert "reader that types" not in page


def test_times_within_a_sentence_begin_small(client, maya, sign_in):
    sign_in(client, maya)

    page = client.get("/me/sessions").content.decode()

    assert re.search(r"Seen today \d\d:\d\d, signed in today \d\d:\d\d", page)
