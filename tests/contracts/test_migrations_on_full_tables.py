"""An upgrade meets tables that are full: every later migration of people and mail runs over rows of the first version."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

PEOPLE = 2_000
FIRST = [("people", "0002_built_in_roles")]

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


@pytest.fixture
def first_version():
    """The database as the first version left it; put right again afterwards."""
    executor = MigrationExecutor(connection)
    latest = [node for node in executor.loader.graph.leaf_nodes() if node[0] != "__first__"]
    executor.migrate(FIRST)
    yield MigrationExecutor(connection).loader.project_state(FIRST).apps
    MigrationExecutor(connection).migrate(latest)


def test_people_and_memberships_survive_every_later_migration(first_version):
    person, membership = first_version.get_model("people", "Person"), first_version.get_model("people", "Membership")
    people = [
        person(email=f"p{number}@example.org", password="!", family_name=f"O'Brien {number}", attributes={"n": number})
        for number in range(PEOPLE)
    ]
    person.objects.bulk_create(people)
    membership.objects.bulk_create(
        membership(person=owner, source="altru", number=f"{number:08}", add_ons=[{"name": "Parking", "quantity": 1}])
        for number, owner in enumerate(people)
    )

    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())

    now = MigrationExecutor(connection).loader.project_state(executor.loader.graph.leaf_nodes()).apps
    person, membership = now.get_model("people", "Person"), now.get_model("people", "Membership")
    assert person.objects.count() == membership.objects.count() == PEOPLE
    last = membership.objects.select_related("person").get(number=f"{PEOPLE - 1:08}")
    assert (last.person.family_name, last.person.attributes) == (f"O'Brien {PEOPLE - 1}", {"n": PEOPLE - 1})
    assert (last.add_ons, last.listed_groups, last.read_as) == ([{"name": "Parking", "quantity": 1}], [], None)
