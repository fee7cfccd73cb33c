"""The least that is valid; a test states what matters to it."""

import factory

from gatehouse.people.models import ExternalId, Group, GroupPlace, Membership, Person, Role, RoleGrant


class PersonFactory(factory.django.DjangoModelFactory):
    given_name = "Maya"
    family_name = factory.Sequence(lambda n: f"Okafor {n}")
    email = factory.Sequence(lambda n: f"maya{n}@example.org")

    class Meta:
        model = Person


class MembershipFactory(factory.django.DjangoModelFactory):
    person = factory.SubFactory(PersonFactory)
    source = "altru"
    number = factory.Sequence(lambda n: f"8-{n:08}")

    class Meta:
        model = Membership


class GroupFactory(factory.django.DjangoModelFactory):
    name = factory.Sequence(lambda n: f"Committee {n}")

    class Meta:
        model = Group


class GroupPlaceFactory(factory.django.DjangoModelFactory):
    group = factory.SubFactory(GroupFactory)
    person = factory.SubFactory(PersonFactory)

    class Meta:
        model = GroupPlace


class RoleFactory(factory.django.DjangoModelFactory):
    """A role of one's own; `built_in("owner")` for those that every portal has."""

    slug = factory.Sequence(lambda n: f"role-{n}")
    name = factory.Sequence(lambda n: f"Role {n}")

    class Meta:
        model = Role

    @classmethod
    def built_in(cls, slug):
        return Role.objects.get_or_create(slug=slug, defaults={"name": slug.title(), "is_built_in": True})[0]


class RoleGrantFactory(factory.django.DjangoModelFactory):
    person = factory.SubFactory(PersonFactory)
    role = factory.SubFactory(RoleFactory)

    class Meta:
        model = RoleGrant


class ExternalIdFactory(factory.django.DjangoModelFactory):
    person = factory.SubFactory(PersonFactory)
    source = "registry"
    value = factory.Sequence(str)

    class Meta:
        model = ExternalId


def holder_of(*permissions, **fields):
    """Somebody whose one role holds exactly these permissions."""
    return RoleGrantFactory(role=RoleFactory(permissions=list(permissions)), person=PersonFactory(**fields)).person


def an_owner(**fields):
    return RoleGrantFactory(role=RoleFactory.built_in("owner"), person=PersonFactory(**fields)).person
