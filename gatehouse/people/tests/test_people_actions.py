import unicodedata

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from gatehouse.journal.models import Entry
from gatehouse.people import actions
from gatehouse.people.events import PeopleChanged, PersonErased, PersonLeft
from gatehouse.people.models import Membership, Person
from gatehouse.people.refusals import ChangedMeanwhile, EmailTaken, EmailUnfit, LastOwner, Nameless, PersonGone
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory, RoleFactory, RoleGrantFactory, an_owner


def test_a_person_is_added_tidied_and_told(officer, facts):
    person = actions.add_person(
        actor=officer, given_name=" Thảo ", family_name="Nguye\u0302\u0303n", email=" THAO@Example.org "
    )

    person.refresh_from_db()
    assert (person.given_name, person.family_name, person.email) == ("Thảo", "Nguyễn", "thao@example.org")
    assert not person.has_usable_password()
    assert facts == [PeopleChanged((person.pk,))]
    assert Entry.objects.values_list("verb", "actor_name", "subject_id").get() == (
        "person.added", "Ines Duarte", str(person.pk),
    )  # fmt: skip


@pytest.mark.parametrize(
    "again",
    ["josé@example.org", "JOSÉ@EXAMPLE.ORG", unicodedata.normalize("NFD", "josé@example.org"), " josé@example.org "],
)
def test_no_two_people_share_an_address_in_whatever_form(officer, again):
    first = actions.add_person(actor=officer, email="josé@example.org")

    with pytest.raises(EmailTaken) as refused:
        actions.add_person(actor=officer, given_name="Another", email=again)

    assert refused.value.person == first
    assert Person.objects.filter(given_name="Another").count() == 0


def test_two_add_the_same_address_at_once_and_one_wins(together):
    spellings = ["josé@example.org", unicodedata.normalize("NFD", "José@Example.ORG")]

    outcomes = together(*(lambda email=email: actions.add_person(actor=None, email=email) for email in spellings))

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["EmailTaken", "Person"]
    assert Person.objects.count() == 1


@pytest.mark.parametrize("email", ["ana", "ana@", "a b@example.org", "ana@example.org,ben@example.org", "a@b"])
def test_what_is_no_address_is_refused(officer, email):
    with pytest.raises(EmailUnfit):
        actions.add_person(actor=officer, given_name="Ana", email=email)


def test_somebody_without_name_and_address_is_refused(officer):
    with pytest.raises(Nameless):
        actions.add_person(actor=officer, given_name=" \x00 ")


def test_a_name_longer_than_its_place_is_refused(officer):
    with pytest.raises(ValidationError):
        actions.add_person(actor=officer, given_name="x" * 201)


def test_who_may_not_edit_people_adds_nobody(db):
    with pytest.raises(PermissionDenied):
        actions.add_person(actor=PersonFactory(), given_name="Ana")


def test_an_edit_changes_what_differs_and_says_which(officer, facts):
    person = PersonFactory(given_name="Maya", family_name="Okafor", attributes={"Locker": 12})

    actions.edit_person(
        person=person, actor=officer, given_name="Maya", family_name="Okafor-Lind", attributes={"Locker": "13"}
    )

    person.refresh_from_db()
    assert (person.family_name, person.attributes) == ("Okafor-Lind", {"Locker": "13"})
    assert Entry.objects.get().details == {"fields": ["attributes", "family_name"]}
    assert facts == [PeopleChanged((person.pk,))]


def test_an_edit_that_changes_nothing_writes_nothing(officer, facts):
    person = PersonFactory(given_name="Maya")

    actions.edit_person(person=person, actor=officer, given_name="Maya", email=person.email)

    assert (Entry.objects.count(), facts) == (0, [])


def test_who_saves_second_is_told_that_somebody_was_faster(officer):
    person = PersonFactory()
    seen = actions.version(person)
    actions.edit_person(person=person, actor=officer, seen=seen, given_name="Ana")

    with pytest.raises(ChangedMeanwhile):
        actions.edit_person(person=person, actor=officer, seen=seen, given_name="Ben")


def test_nobody_takes_over_somebody_who_may_more(officer, owner):
    """Whoever could change an owner's address could sign in as that owner."""
    with pytest.raises(PermissionDenied):
        actions.edit_person(person=owner, actor=officer, email="ines@example.org")
    with pytest.raises(PermissionDenied):
        actions.end_person(person=owner, actor=officer)
    with pytest.raises(PermissionDenied):
        actions.merge_people(kept=officer, gone=owner, actor=officer)


def test_who_left_signs_in_nowhere_and_comes_back_with_everything(officer, facts):
    membership = MembershipFactory()

    left = actions.end_person(person=membership.person, actor=officer, note="moved away")
    assert not left.is_active
    back = actions.bring_back(person=left, actor=officer)

    assert back.is_active
    assert back.memberships.get().status == Membership.Status.ACTIVE
    assert facts == [PersonLeft((left.pk,)), PeopleChanged((left.pk,))]
    assert list(Entry.objects.order_by("pk").values_list("verb", "details")) == [
        ("person.left", {"note": "moved away"}),
        ("person.returned", {}),
    ]


def test_leaving_twice_is_told_once(officer, facts):
    person = PersonFactory()

    actions.end_person(person=person, actor=officer)
    actions.end_person(person=person, actor=officer)

    assert facts == [PersonLeft((person.pk,))]


def test_the_last_owner_stays(owner):
    RoleGrantFactory(role=RoleFactory.built_in("owner"), person=PersonFactory(left_at="2026-01-01T00:00Z"))

    with pytest.raises(LastOwner):
        actions.end_person(person=owner, actor=owner)
    with pytest.raises(LastOwner):
        actions.erase_person(person=owner, actor=owner)

    owner.refresh_from_db()
    assert owner.is_active


def test_two_owners_leave_at_once_and_one_stays(together):
    ana, ben = an_owner(), an_owner()

    outcomes = together(
        lambda: actions.end_person(person=ana, actor=ana),
        lambda: actions.end_person(person=ben, actor=ben),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastOwner", "Person"]
    assert Person.objects.filter(left_at=None).count() == 1


def test_an_erased_person_leaves_only_the_journal(owner, facts):
    membership = MembershipFactory(person__given_name="Maya")
    person = membership.person

    actions.erase_person(person=person, actor=owner)

    assert not Person.objects.filter(pk=person.pk).exists()
    assert not Membership.objects.exists()
    assert facts == [PersonLeft((person.pk,)), PersonErased(person.pk)]
    entry = Entry.objects.get()
    assert (entry.verb, entry.subject, entry.subject_id) == ("person.erased", "a person", str(person.pk))


def test_only_owners_erase(officer):
    person = PersonFactory()

    with pytest.raises(PermissionDenied):
        actions.erase_person(person=person, actor=officer)

    assert Person.objects.filter(pk=person.pk).exists()


def test_an_edit_never_brings_an_erased_record_back(owner):
    person = PersonFactory()
    actions.erase_person(person=Person.objects.get(pk=person.pk), actor=owner)

    with pytest.raises(PersonGone):
        actions.edit_person(person=person, actor=owner, given_name="Ghost")

    assert not Person.objects.filter(pk=person.pk).exists()


def test_a_failing_subscriber_undoes_the_act(officer, monkeypatch):
    def fail(fact):
        raise RuntimeError("no mark could be left")

    person = PersonFactory()
    monkeypatch.setattr("gatehouse.people.actions.people.publish", fail)

    with pytest.raises(RuntimeError):
        actions.end_person(person=person, actor=officer)

    person.refresh_from_db()
    assert (person.left_at, Entry.objects.count()) == (None, 0)
