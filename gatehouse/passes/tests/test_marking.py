"""What happens to people leaves its mark on their passes, and on nobody else's."""

import datetime as dt

import pytest

from gatehouse.core import clock, events
from gatehouse.passes import actions
from gatehouse.passes.blueprint import Barcode, Blueprint, Field
from gatehouse.passes.events import PassesStale
from gatehouse.passes.models import Device, Pass, Registration
from gatehouse.passes.tests.factories import PASS_TYPE, a_design, a_pass, looked_at
from gatehouse.people import actions as people
from gatehouse.people.events import MembershipChanged, MembershipLapsed, PeopleChanged, PeopleMerged, PersonErased
from gatehouse.people.models import Membership, Person
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory
from gatehouse.people.tests.importing import ALTRU, LEVEL, STATUS, applied, member

pytestmark = pytest.mark.django_db

BADGE = Blueprint(fields=(Field("name", "primary", "Name", "{person.name}"),), barcode=Barcode(says="{pass.serial}"))


def a_badge(person, design=None):
    design = design or a_design("Badge", blueprint=BADGE, subject="person")
    return looked_at(actions.issue_pass(design=design, person=person, actor=None))


def stale():
    return set(Pass.objects.filter(stale_since__isnull=False).values_list("serial", flat=True))


def test_change_of_people_marks_all_their_passes_and_no_others(monkeypatch):
    told = []
    monkeypatch.setitem(events._subscribers, PassesStale, [told.append])
    card, other = a_pass(), a_pass(a_design("Other"))
    badge = a_badge(card.membership.person)

    actions.mark_changed_people(PeopleChanged((card.membership.person_id,)))

    assert stale() == {card.serial, badge.serial}
    assert other.serial not in stale()
    assert told == [PassesStale(1), PassesStale(1)]


def test_change_of_many_people_is_marked_in_portions(django_assert_max_num_queries):
    card = a_pass()
    crowd = tuple(PersonFactory.build().pk for _ in range(2500))

    with django_assert_max_num_queries(20):
        actions.mark_changed_people(PeopleChanged((*crowd, card.membership.person_id)))

    assert stale() == {card.serial}


def test_passes_stopped_by_hand_stay_as_they_are():
    card = a_pass()
    actions.void_pass(card=card, reason="Lost", actor=None)
    actions.renew_stale()

    actions.mark_changed_people(PeopleChanged((card.membership.person_id,)))

    assert stale() == set()


def test_membership_and_lapse_mark_their_passes():
    one, two, three = (a_pass(a_design(name)) for name in ("One", "Two", "Three"))

    actions.mark_membership(MembershipChanged(one.membership_id, one.membership.person_id))
    actions.mark_lapsed(MembershipLapsed((two.membership_id,)))

    assert stale() == {one.serial, two.serial}
    assert three.serial not in stale()


def line(number, **cells):
    return member(number, given="Maya", family=f"Okafor {number[-1]}", **cells)


@pytest.fixture
def roster(tmp_path):
    """Three members of one roster, a pass each; `roster(rows)` imports another."""
    number = iter(range(100))
    applied(tmp_path, [line(f"8-0000000{n}") for n in range(3)])
    design = a_design()
    for membership in Membership.objects.all():
        a_pass(design, membership)

    def again(rows, **options):
        done = applied(tmp_path, rows, name=f"{next(number)}.csv", **options)
        actions.mark_changed_people(PeopleChanged(import_id=done.pk))
        return done

    return again


def numbers(serials):
    return set(Pass.objects.filter(serial__in=serials).values_list("membership__number", flat=True))


@pytest.mark.parametrize("row", [0, 1, 2])
def test_n9_n10_a_single_changed_row_first_middle_or_last_marks_exactly_its_pass(roster, row):
    lines = [line(f"8-0000000{n}") for n in range(3)]
    lines[row][LEVEL] = "Patron"

    done = roster(lines)

    assert (done.joined, done.changed, done.unchanged) == (0, 1, 2)
    assert numbers(stale()) == {f"8-0000000{row}"}
    actions.renew_stale()
    assert list(Pass.objects.filter(version=2).values_list("membership__number", flat=True)) == [f"8-0000000{row}"]


def test_n26_an_import_without_a_change_marks_nothing(roster):
    roster([line(f"8-0000000{n}") for n in range(3)])

    assert stale() == set()


def test_n14_a_row_that_says_cancelled_voids_the_card(roster):
    roster([line("8-00000000", **{STATUS: "Cancelled"}), line("8-00000001"), line("8-00000002")])
    actions.renew_stale()

    assert Pass.objects.get(membership__number="8-00000000").content["is_void"] is True
    assert Pass.objects.filter(version=2).count() == 1


def test_n14_members_missing_from_the_file_are_voided_where_that_was_chosen(roster):
    roster([line("8-00000000"), line("8-00000001")], missing="expire")
    actions.renew_stale()

    assert Pass.objects.get(membership__number="8-00000002").content["is_void"] is True


def test_undo_marks_what_it_changed_back_and_stops_passes_of_whom_it_takes_away(roster):
    done = roster([line("8-00000000", **{LEVEL: "Patron"}), *[line(f"8-0000000{n}") for n in range(1, 5)]])
    actions.renew_stale()
    newcomer = a_pass(Pass.objects.first().design, Membership.objects.get(number="8-00000004"))

    people.undo_import(roster_import=done, actor=None)
    actions.mark_changed_people(PeopleChanged(import_id=done.pk))
    actions.renew_stale()

    assert Pass.objects.get(membership__number="8-00000000").content["values"]["level"] == "Friend"
    newcomer.refresh_from_db()
    assert (newcomer.membership, newcomer.content["is_void"], newcomer.content["values"]) == (None, True, {})
    assert newcomer.voided_at


def test_the_altru_columns_are_those_of_the_tests():
    assert len(ALTRU) == 15


def test_leavers_are_marked_on_the_day_after_their_last_even_if_a_roster_named_it_long_ago():
    card, staying = a_pass(), a_pass(a_design("Other"))
    Person.objects.filter(pk=card.membership.person_id).update(left_at=clock.now() + dt.timedelta(days=30))
    Person.objects.filter(pk=staying.membership.person_id).update(left_at=clock.now() + dt.timedelta(days=60))
    assert actions.mark_just_left() == 0
    Person.objects.filter(pk=card.membership.person_id).update(left_at=clock.now() - dt.timedelta(hours=1))

    assert actions.mark_just_left() == 1

    actions.renew_stale()
    assert Pass.objects.get(pk=card.pk).content["is_void"] is True


def test_merged_passes_go_to_the_kept_one_and_of_two_alike_one_is_stopped():
    kept, gone = PersonFactory(), PersonFactory()
    design, other = (a_design(name, blueprint=BADGE, subject="person") for name in ("Badge", "Other badge"))
    own, doubled, only = a_badge(kept, design), a_badge(gone, design), a_badge(gone, other)

    actions.give_passes_to_kept(PeopleMerged(kept_id=kept.pk, gone_id=gone.pk))

    for card in (own, doubled, only):
        card.refresh_from_db()
        assert card.person_id == kept.pk
    assert [card.voided_at is None for card in (own, doubled, only)] == [True, False, True]
    assert stale() == {doubled.serial}
    gone.delete()
    actions.renew_stale()
    doubled.refresh_from_db()
    assert doubled.content["is_void"] is True


def test_erased_person_leaves_no_word_on_their_passes_and_phones_are_told():
    person = PersonFactory(given_name="Maya", family_name="Okafor", email="maya@example.org")
    card = a_pass(membership=MembershipFactory(person=person, number="8-77777777"))
    badge = a_badge(person)
    Pass.objects.filter(pk=badge.pk).update(own={"seat": "Okafor's"}, void_reason="")
    stranger = a_pass(card.design)
    phone = Device.objects.create(library_id="phone", pass_type_id=PASS_TYPE, push_token="t")
    Registration.objects.create(device=phone, card=card)

    actions.erase_holder(PersonErased(person.pk))

    for one in (card, badge):
        one.refresh_from_db()
        said = str(Pass.objects.filter(pk=one.pk).values().get())
        assert not any(word in said for word in ("Maya", "Okafor", "maya@", "8-77777777"))
        assert (one.holder, one.own, one.version, one.content["is_void"]) == (None, {}, 2, True)
        assert one.voided_at
    phone.refresh_from_db()
    assert phone.push_since
    stranger.refresh_from_db()
    assert stranger.version == 1
