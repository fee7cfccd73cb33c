from datetime import date, timedelta

import pytest

from gatehouse.core import clock
from gatehouse.people import queries
from gatehouse.people.queries import Wanted, WantedMemberships
from gatehouse.people.tests.factories import (
    GroupPlaceFactory,
    MembershipFactory,
    PersonFactory,
    RoleGrantFactory,
)


@pytest.fixture
def maya(db):
    person = PersonFactory(given_name="Maya", family_name="Okafor", email="maya.okafor@example.org")
    MembershipFactory(person=person, number="8-10024417", level="Friend", source="altru")
    PersonFactory(given_name="Leon", family_name="Brandt", email="leon@example.org")
    return person


@pytest.mark.parametrize(
    "typed",
    ["maya", "MAYA okafor", "okafor maya", "kafo", "maya.okafor@example.org", "Maya.Okafor@EXAMPLE.org", "24417",
     "8-1002", "maya 24417", "  maya  "],
)  # fmt: skip
def test_every_word_typed_must_be_somewhere(maya, typed):
    assert [person.pk for person in queries.people(Wanted(q=typed))] == [maya.pk]


@pytest.mark.parametrize("typed", ["maya brandt", "999", "%", "_", "maya.okafor@example.com", "' OR 1=1 --", "\x00"])
def test_nothing_else_is_found(maya, typed):
    assert len(queries.people(Wanted(q=typed))) == (2 if typed == "\x00" else 0)


@pytest.mark.parametrize("typed", ["özil", "ÖZIL", "Özil", "Nguye\u0302\u0303n", "nguyễn"])
def test_letters_beyond_ascii_are_found_in_any_case(db, typed):
    PersonFactory(given_name="Özil", family_name="Nguyễn")

    assert queries.people(Wanted(q=typed)).count() == 1


def test_filters_narrow_together(maya):
    RoleGrantFactory(person=maya, role__slug="keyholder")
    place = GroupPlaceFactory(person=maya)
    wanted = Wanted(level="Friend", role="keyholder", group=str(place.group_id), source="altru", state="active")

    assert list(queries.people(wanted)) == [maya]
    assert not queries.people(Wanted(level="Patron"))
    assert not queries.people(Wanted(group="999999999999999999"))
    assert len(queries.people(Wanted(group="9" * 30, sort="nonsense", state="nonsense"))) == 2


def test_states_are_counted_as_they_are_listed(db):
    twice = PersonFactory()
    MembershipFactory(person=twice, status="active")
    MembershipFactory(person=twice, status="lapsed")
    MembershipFactory(status="suspended")
    PersonFactory()
    MembershipFactory(person__left_at=clock.now(), status="active")

    counts = queries.state_counts(Wanted())

    assert counts == {"": 3, "active": 1, "lapsed": 1, "none": 1, "left": 1}
    assert counts == {state: queries.people(Wanted(state=state)).count() for state in counts}
    words = Wanted(q="maya", level="")
    assert queries.state_counts(words) == counts


def test_people_come_in_the_order_asked_for(db):
    first = PersonFactory(family_name="B", joined_on=date(2020, 1, 1))
    second = PersonFactory(family_name="A", joined_on=date(2019, 1, 1))

    assert list(queries.people(Wanted())) == [second, first]
    assert list(queries.people(Wanted(sort="joined"))) == [first, second]
    assert list(queries.people(Wanted(sort="changed"))) == [second, first]


@pytest.mark.parametrize(
    ("window", "found"), [("week", 2), ("month", 3), ("quarter", 4), ("past", 1), ("never", 1), ("", 7), ("x", 7)]
)
def test_memberships_are_found_by_their_last_day(db, window, found):
    today = clock.today()
    for days in (-31, -1, 0, 7, 30, 90):
        MembershipFactory(expires_on=today + timedelta(days=days))
    MembershipFactory(expires_on=None)

    assert queries.memberships(WantedMemberships(expires=window)).count() == found


def test_memberships_are_found_by_number_and_person(maya):
    MembershipFactory(number="7", person__given_name="Thảo")

    assert [one.number for one in queries.memberships(WantedMemberships(q="okafor 10024"))] == ["8-10024417"]
    counts = queries.status_counts(WantedMemberships(level="Friend", source="altru"))
    assert counts == {"": 1, "active": 1, "lapsed": 0, "suspended": 0, "ended": 0}


def test_ones_own_memberships_show_the_valid_first_and_the_ended_not_at_all(db):
    person = PersonFactory()
    MembershipFactory(person=person, number="1", status="lapsed")
    MembershipFactory(person=person, number="2", expires_on=date(2030, 1, 1))
    MembershipFactory(person=person, number="3", status="ended")
    MembershipFactory(person=person, number="4")

    assert [one.number for one in queries.memberships_of(person)] == ["4", "2", "1"]
