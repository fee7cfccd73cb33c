from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from gatehouse.journal import actions as journal
from gatehouse.journal.models import Entry
from gatehouse.people import actions, queries
from gatehouse.people.events import PeopleChanged, PeopleMerged
from gatehouse.people.models import Person
from gatehouse.people.refusals import PersonGone, SamePerson
from gatehouse.people.tests.factories import (
    ExternalIdFactory,
    GroupFactory,
    GroupPlaceFactory,
    MembershipFactory,
    PersonFactory,
    RoleFactory,
    RoleGrantFactory,
)


def test_everything_of_the_one_becomes_the_others(officer, facts):
    kept = PersonFactory(given_name="Maya", preferred_name="", email=None, attributes={"Locker": "12"})
    gone = PersonFactory(
        given_name="M.", preferred_name="May", email="may@example.org", attributes={"Locker": "9", "Key": "4"},
        joined_on=date(2020, 1, 2), password="argon2$hash",
    )  # fmt: skip
    both, hers = GroupFactory(name="Both"), GroupFactory(name="Hers")
    GroupPlaceFactory(group=both, person=kept)
    GroupPlaceFactory(group=both, person=gone)
    GroupPlaceFactory(group=hers, person=gone)
    MembershipFactory(person=kept, number="1")
    MembershipFactory(person=gone, number="2")
    ExternalIdFactory(person=gone, source="registry", value="77")
    role = RoleFactory(name="Keyholder")
    RoleGrantFactory(person=gone, role=role)

    actions.merge_people(kept=kept, gone=gone, actor=officer)

    kept = Person.objects.get(pk=kept.pk)
    assert not Person.objects.filter(pk=gone.pk).exists()
    assert (kept.given_name, kept.preferred_name, kept.email) == ("Maya", "May", "may@example.org")
    assert (kept.joined_on, kept.password) == (date(2020, 1, 2), "argon2$hash")
    assert kept.attributes == {"Locker": "12", "Key": "4"}
    assert sorted(kept.memberships.values_list("number", flat=True)) == ["1", "2"]
    assert sorted(kept.groups.values_list("name", flat=True)) == ["Both", "Hers"]
    assert list(kept.roles.all()) == [role]
    assert kept.external_ids.get().value == "77"
    assert facts == [PeopleMerged(kept_id=kept.pk, gone_id=gone.pk), PeopleChanged((kept.pk,))]
    assert Entry.objects.get().details == {
        "gone": str(gone.pk),
        "memberships": ["2"],
        "external_ids": ["registry 77"],
        "groups": ["Both", "Hers"],
        "roles": [role.slug],
        "filled": ["attr:Key", "email", "joined_on", "preferred_name"],
    }


def test_others_point_their_rows_to_the_one_who_stays_while_both_exist(officer, monkeypatch):
    kept, gone = PersonFactory(), PersonFactory()
    there = []
    monkeypatch.setattr(
        "gatehouse.people.actions.merging.publish",
        lambda fact: there.append((type(fact).__name__, Person.objects.filter(pk=gone.pk).exists())),
    )

    actions.merge_people(kept=kept, gone=gone, actor=officer)

    assert there == [("PeopleMerged", True), ("PeopleChanged", False)]


def test_a_record_is_not_merged_with_itself(officer):
    person = PersonFactory()

    with pytest.raises(SamePerson):
        actions.merge_people(kept=person, gone=Person.objects.get(pk=person.pk), actor=officer)


def test_who_may_not_edit_merges_nothing(db):
    kept, gone = PersonFactory(), PersonFactory()

    with pytest.raises(PermissionDenied):
        actions.merge_people(kept=kept, gone=gone, actor=kept)


def test_two_merge_the_same_records_the_other_way_round_and_one_record_is_left(together):
    ana, ben = PersonFactory(), PersonFactory()

    outcomes = together(
        lambda: actions.merge_people(kept=ana, gone=ben, actor=None),
        lambda: actions.merge_people(kept=ben, gone=ana, actor=None),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Person", "PersonGone"]
    assert Person.objects.count() == 1


def test_an_edit_while_merging_does_not_bring_the_record_back(together):
    kept, gone = PersonFactory(), PersonFactory()

    outcomes = together(
        lambda: actions.merge_people(kept=kept, gone=gone, actor=None),
        lambda: actions.edit_person(person=gone, actor=None, given_name="Ghost"),
    )

    assert isinstance(outcomes[1], Person | PersonGone)
    assert list(Person.objects.values_list("pk", flat=True)) == [kept.pk]


def test_the_preview_shows_conflicts_and_what_goes_over(db):
    kept = PersonFactory(given_name="Maya", family_name="Okafor", email=None)
    gone = PersonFactory(given_name="May", family_name="Okafor", email="may@example.org")
    MembershipFactory(person=gone, number="2", level="Friend")

    merger = queries.merger(kept, gone)

    assert [pair.stays for pair in merger.pairs] == ["may@example.org", "Maya", "Okafor"]
    assert [pair.is_conflict for pair in merger.pairs] == [False, True, False]
    assert [names for _label, names in merger.moves] == [["2 Friend"]]


def test_the_ledger_goes_on_across_a_merger(officer):
    kept, gone = PersonFactory(), PersonFactory()
    actions.edit_person(person=gone, actor=officer, given_name="May")

    actions.merge_people(kept=kept, gone=gone, actor=officer)

    assert [line.verb for line in queries.ledger_of(kept)] == ["people.merged", "person.edited"]


@pytest.mark.django_db
def test_ledger_of_a_person_speaks_in_words_of_what_other_apps_did():
    person = PersonFactory()
    journal.record(actor=person, verb="session.began", subject=person.name, subject_id=person.pk)

    assert [str(line.title) for line in queries.ledger_of(person)] == ["Signed in"]
