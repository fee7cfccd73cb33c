"""The least that signs in."""

from itertools import count
from typing import Any

from gatehouse.people.models import Person, Role, RoleGrant

_numbers = count(1)


def a_person(**fields: Any) -> Person:
    fields.setdefault("email", f"person{next(_numbers)}@example.org")
    fields.setdefault("given_name", "Maya")
    fields.setdefault("family_name", "Okafor")
    return Person.objects.create_user(**fields)


def an_owner(**fields: Any) -> Person:
    person = a_person(**fields)
    RoleGrant.objects.create(person=person, role=Role.objects.get(slug="owner"))
    return person
