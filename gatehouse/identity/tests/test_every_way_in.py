"""Whichever way somebody came in from a new browser and network: a letter tells of it, and its link ends that session."""

from urllib.parse import urlsplit

import pytest
from django.test import Client

from gatehouse.identity import acr, actions
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.tests.apps import code_of_app, set_up_app
from gatehouse.identity.tests.keys import Key, add_key, sign_in_with
from gatehouse.identity.tests.reading import code_of, last_letter, link_of
from gatehouse.identity.tests.test_notices import CAFE, FIREFOX, HOME, link_in, notices
from gatehouse.identity.tests.test_upstream import connected as connected, go, server as server, upstream as upstream

PASSWORD = "a long enough sentence"


@pytest.fixture
def thief():
    """Another browser in another network; by name, for passkeys know no numbers."""
    headers = {**FIREFOX["headers"], "host": "localhost"}
    return Client(REMOTE_ADDR=CAFE, headers=headers)


@pytest.fixture
def home(maya, sign_in, hands):
    """Where Maya always was."""
    maya.set_password(PASSWORD)
    maya.save()
    browser = Client(REMOTE_ADDR=HOME, headers={"host": "localhost"})
    sign_in(browser, maya)
    hands.turn(minutes=2)
    return browser


def by_code(thief, maya, _key):
    thief.post("/sign-in", {"email": maya.email})
    thief.post("/sign-in/code", {"code": code_of(last_letter())})


def by_link(thief, maya, _key):
    thief.post("/sign-in", {"email": maya.email})
    thief.post(link_of(last_letter()))


def by_issued_link(thief, maya, _key):
    thief.post(urlsplit(actions.issue_link(email=maya.email, actor=None)).path)


def by_password(thief, maya, _key):
    thief.post("/sign-in/password", {"email": maya.email, "password": PASSWORD})


def by_passkey(thief, _maya, key):
    sign_in_with(thief, key)


def by_fob(thief, maya, _key):
    actions.add_fob(person=maya, number="04A22B1C", actor=maya)
    address, _person = actions.show_fob(number="04A22B1C", reader="door")
    thief.post(urlsplit(address).path)


WAYS = {
    "code": by_code,
    "link": by_link,
    "issued-link": by_issued_link,
    "password": by_password,
    "passkey": by_passkey,
    "fob": by_fob,
}


def is_told_and_ended(home, maya) -> bool:
    (letter,) = notices()
    session = BrowserSession.objects.filter(person=maya).latest("began_at")
    assert letter.person == maya

    Client().post(link_in(letter), {"one": "1"})

    assert home.get("/me").status_code == 200
    return not BrowserSession.objects.filter(pk=session.pk).exists()


@pytest.mark.parametrize("way", WAYS)
def test_a_letter_tells_and_its_link_ends_it(home, thief, maya, way):
    key = Key()
    if way == "passkey":
        add_key(home, key)

    WAYS[way](thief, maya, key)

    assert list(BrowserSession.objects.filter(person=maya).latest("began_at").methods) == [way]
    assert is_told_and_ended(home, maya)


def test_also_by_another_organisations_sign_in(home, thief, maya, upstream, connected):
    go(thief, upstream)

    assert list(BrowserSession.objects.filter(person=maya).latest("began_at").methods) == ["upstream"]
    assert is_told_and_ended(home, maya)


@pytest.fixture
def app(home, hands):
    """Its secret, and the recovery codes."""
    made = set_up_app(home)
    hands.turn(minutes=2)
    return made


@pytest.mark.parametrize("second", ["totp", "recovery"])
def test_with_a_second_step_it_tells_once_when_that_is_done(home, thief, maya, app, second):
    by_code(thief, maya, None)
    assert not notices()

    thief.post("/sign-in/second", {"way": second, "code": code_of_app(app[0]), "recovery": app[1][0]})

    assert is_told_and_ended(home, maya)


def test_no_way_is_missing_here():
    """`first-run` makes the first person of all, to whom nothing is news."""
    assert {*WAYS, "upstream", "totp", "recovery", "first-run"} >= {*acr.AMR}
