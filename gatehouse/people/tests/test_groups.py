import pytest
from django.core.exceptions import PermissionDenied

from gatehouse.people import actions
from gatehouse.people.events import PeopleChanged
from gatehouse.people.models import Group, GroupPlace
from gatehouse.people.refusals import NameTaken
from gatehouse.people.tests.factories import GroupFactory, GroupPlaceFactory, PersonFactory


def test_a_group_is_made_filled_and_deleted(officer, facts):
    ana, ben = PersonFactory(), PersonFactory()

    group = actions.add_group(name=" Garden  committee ", kind="committee", actor=officer)
    assert actions.add_to_group(group=group, people=[ana, ben], section="A", actor=officer) == 2
    assert actions.add_to_group(group=group, people=[ana], actor=officer) == 0
    assert actions.remove_from_group(group=group, person=ben, actor=officer)
    assert actions.delete_group(group=group, actor=officer) == 1

    assert group.name == "Garden committee"
    assert not Group.objects.exists()
    assert facts == [PeopleChanged((ana.pk, ben.pk)), PeopleChanged((ben.pk,)), PeopleChanged((ana.pk,))]


def test_names_are_given_once(officer):
    GroupFactory(name="Garden")

    with pytest.raises(NameTaken):
        actions.add_group(name="Garden", actor=officer)


def test_a_new_name_is_told_of_everybody_in_it(officer, facts):
    place = GroupPlaceFactory()

    actions.edit_group(group=place.group, name="New name", kind="team", actor=officer)

    assert facts == [PeopleChanged((place.person_id,))]


def test_who_may_not_edit_touches_no_group(db):
    with pytest.raises(PermissionDenied):
        actions.add_to_group(group=GroupFactory(), people=[PersonFactory()], actor=PersonFactory())


def test_two_add_the_same_person_at_once(together):
    group, person = GroupFactory(), PersonFactory()

    outcomes = together(*[lambda: actions.add_to_group(group=group, people=[person], actor=None)] * 2)

    assert [type(outcome).__name__ for outcome in outcomes] == ["int", "int"]
    assert GroupPlace.objects.count() == 1
