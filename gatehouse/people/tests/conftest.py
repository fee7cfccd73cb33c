"""Who acts in these tests, and what was announced."""

import pytest

from gatehouse.core import events
from gatehouse.people import policies
from gatehouse.people.tests.factories import an_owner, holder_of


@pytest.fixture
def owner(db):
    return an_owner(given_name="Ruth", family_name="Amsel")


@pytest.fixture
def officer(db):
    """May see and edit people, and give roles; holds nothing else."""
    return holder_of(policies.VIEW, policies.EDIT, policies.ROLES, given_name="Ines", family_name="Duarte")


@pytest.fixture
def facts(monkeypatch):
    """What is published while the test runs, in order."""
    told = []
    publish = events.publish
    for module in ("people", "memberships", "merging", "roles", "groups"):
        monkeypatch.setattr(
            f"gatehouse.people.actions.{module}.publish", lambda fact: (told.append(fact), publish(fact))
        )
    return told
