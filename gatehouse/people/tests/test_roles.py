import pytest
from django.core.exceptions import PermissionDenied

from gatehouse.core import access
from gatehouse.people import actions, policies, queries
from gatehouse.people.events import RoleGranted, RoleRevoked
from gatehouse.people.models import Role, RoleGrant
from gatehouse.people.refusals import LastOwner, NameTaken, PermissionUnknown, RoleArchived, RoleFixed
from gatehouse.people.tests.factories import PersonFactory, RoleFactory, RoleGrantFactory, an_owner


def test_a_role_is_given_and_taken_back(officer, facts):
    person, role = PersonFactory(), RoleFactory(permissions=[policies.VIEW])
    assert not person.may(policies.VIEW)

    actions.grant_role(person=person, role=role, actor=officer)
    assert person.may(policies.VIEW)
    actions.grant_role(person=person, role=role, actor=officer)
    assert actions.revoke_role(person=person, role=role, actor=officer)
    assert not actions.revoke_role(person=person, role=role, actor=officer)

    assert not person.may(policies.VIEW)
    assert facts == [RoleGranted(person.pk, role.slug), RoleRevoked(person.pk, role.slug)]


@pytest.mark.parametrize("slug", ["owner", "admin"])
def test_nobody_gives_what_he_lacks(officer, slug):
    role = RoleFactory.built_in(slug)

    with pytest.raises(PermissionDenied):
        actions.grant_role(person=officer, role=role, actor=officer)
    assert role not in queries.givable(officer, to=officer)


def test_nobody_takes_back_what_he_lacks(officer, owner):
    an_owner()

    with pytest.raises(PermissionDenied):
        actions.revoke_role(person=owner, role=RoleFactory.built_in("owner"), actor=officer)


def test_nobody_makes_a_role_that_may_more_than_he(officer):
    with pytest.raises(PermissionDenied):
        actions.add_role(name="Exporter", permissions=[policies.EXPORT], actor=officer)


def test_editing_neither_adds_nor_takes_what_one_lacks(officer):
    role = RoleFactory(permissions=[policies.EXPORT])

    with pytest.raises(PermissionDenied):
        actions.edit_role(role=role, name="Nothing", permissions=[], actor=officer)
    kept = actions.edit_role(role=role, name="Reader", permissions=[policies.EXPORT, policies.VIEW], actor=officer)

    assert kept.permissions == sorted([policies.EXPORT, policies.VIEW])


def test_the_last_owner_cannot_be_removed(owner):
    with pytest.raises(LastOwner):
        actions.revoke_role(person=owner, role=RoleFactory.built_in("owner"), actor=owner)

    assert owner.may(access.EVERYTHING)


def test_two_owners_resign_at_once_and_one_stays(together):
    ana, ben, role = an_owner(), an_owner(), RoleFactory.built_in("owner")

    outcomes = together(
        lambda: actions.revoke_role(person=ana, role=role, actor=ana),
        lambda: actions.revoke_role(person=ben, role=role, actor=ben),
    )

    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["LastOwner", "bool"]
    assert RoleGrant.objects.filter(role=role).count() == 1


def test_two_give_the_same_role_at_once_and_it_is_given_once(together):
    person, role = PersonFactory(), RoleFactory()

    outcomes = together(*[lambda: actions.grant_role(person=person, role=role, actor=None)] * 2)

    assert [type(outcome).__name__ for outcome in outcomes] == ["RoleGrant", "RoleGrant"]
    assert RoleGrant.objects.count() == 1


def test_an_archived_role_allows_nothing_until_it_is_back(officer):
    role = RoleFactory(permissions=[policies.VIEW])
    holder = RoleGrantFactory(role=role).person
    assert holder.may(policies.VIEW)

    archived = actions.archive_role(role=role, actor=officer)

    assert not type(holder).objects.get(pk=holder.pk).may(policies.VIEW)
    with pytest.raises(RoleArchived):
        actions.grant_role(person=PersonFactory(), role=archived, actor=officer)
    actions.restore_role(role=archived, actor=officer)
    assert type(holder).objects.get(pk=holder.pk).may(policies.VIEW)


def test_built_in_roles_are_neither_edited_nor_archived(owner):
    role = RoleFactory.built_in("tutor")

    with pytest.raises(RoleFixed):
        actions.edit_role(role=role, name="Tutor", permissions=[], actor=owner)
    with pytest.raises(RoleFixed):
        actions.archive_role(role=role, actor=owner)


def test_names_of_roles_differ_and_so_do_their_short_names(owner):
    first = actions.add_role(name="Key holder", permissions=[], actor=owner)
    second = actions.add_role(name="Key-holder", permissions=[], actor=owner)
    third = actions.add_role(name="鍵", permissions=[], actor=owner)

    with pytest.raises(NameTaken):
        actions.add_role(name="KEY HOLDER", permissions=[], actor=owner)
    assert [first.slug, second.slug, third.slug] == ["key-holder", "key-holder-2", "role"]


def test_a_permission_nobody_declared_is_refused(owner):
    with pytest.raises(PermissionUnknown):
        actions.add_role(name="Wizard", permissions=["*"], actor=owner)


def test_roles_are_listed_with_their_holders(owner):
    assert {role.slug: role.holders for role in queries.roles() if role.holders} == {"owner": 1}
    assert queries.allows(Role.objects.get(slug="owner")) == list(access.permissions.values())
