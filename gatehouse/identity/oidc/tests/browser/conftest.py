import pytest
from django.test import Client as Browser

from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.tests.browser.visiting import a_wiki, come_in
from gatehouse.identity.tests.conftest import hands as hands
from gatehouse.identity.tests.factories import a_person
from gatehouse.people.models import Person


@pytest.fixture
def maya(db) -> Person:
    return a_person(email="maya@example.org")


@pytest.fixture
def wiki(db) -> Client:
    return a_wiki()


@pytest.fixture
def browser_of(db):
    """`browser_of(person, code=5)`: a browser in which this person signed in by code five seconds ago."""

    def open_one(person: Person, **methods: int) -> Browser:
        opened = Browser()
        opened.session_row = come_in(opened, person, **methods)
        return opened

    return open_one
