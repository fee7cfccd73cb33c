"""What anybody can have us write, without being anybody here: little, and not for long."""

from datetime import timedelta

import pytest
from django.test import Client as Browser

from gatehouse.core import clock
from gatehouse.identity import tasks
from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc.tests.browser.visiting import a_wiki, address
from gatehouse.identity.tests.conftest import hands as hands, sign_in as sign_in
from gatehouse.identity.tests.factories import a_person

pytestmark = pytest.mark.django_db
LONG = address(state="s" * 990, nonce="n" * 490, login_hint="h" * 1900)


@pytest.fixture(autouse=True)
def wiki(db):
    return a_wiki()


def test_a_strangers_session_ends_within_the_hour(hands):
    assert Browser().get(LONG).status_code == 200
    row = BrowserSession.objects.get(person=None)
    assert row.ends_at - clock.now() <= timedelta(hours=1)

    hands.turn(minutes=61)
    tasks.forget_sessions.call()
    assert not BrowserSession.objects.exists()


def test_it_does_not_last_by_being_used(hands):
    browser = Browser()
    browser.get(LONG)
    for _visit in range(3):
        hands.turn(minutes=25)
        browser.get("/sign-in")

    assert not BrowserSession.objects.filter(ends_at__gt=clock.now()).exists()


def test_one_network_has_us_write_so_much_a_minute_and_no_more():
    answers = [Browser().get(LONG).status_code for _try in range(65)]

    assert answers == [200] * 60 + [400] * 5
    assert BrowserSession.objects.count() == 60
    assert Browser().get(address()).status_code == 200


def test_who_signs_in_on_the_way_stays_for_a_month(sign_in, hands):
    browser = Browser()
    browser.get(LONG)
    hands.turn(minutes=30)
    sign_in(browser, a_person(email="maya@example.org"))

    row = BrowserSession.objects.exclude(person=None).get()
    assert row.ends_at == clock.now() + timedelta(days=30)
