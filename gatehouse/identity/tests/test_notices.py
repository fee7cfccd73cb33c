"""A sign-in from elsewhere: a letter, a link that ends it; and what the neighbours hear when a session ends.

M is section 6 of the identity reference.
"""

import re
import time
from datetime import timedelta

import pytest
from django.test import Client

from gatehouse.core import clock, events
from gatehouse.identity import actions, tasks
from gatehouse.identity.around import around
from gatehouse.identity.events import SessionsEnded
from gatehouse.identity.models import BrowserSession, KnownNetwork, TrustedBrowser
from gatehouse.identity.tests.factories import a_person, an_owner
from gatehouse.identity.tests.reading import words_of
from gatehouse.mail.models import Letter
from gatehouse.people import actions as people

FIREFOX = {"headers": {"user-agent": "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"}}
HOME, CAFE = "203.0.113.7", "198.51.100.9"


def notices():
    return Letter.objects.filter(template="identity/letters/new_sign_in").order_by("pk")


def at(address: str, **more) -> Client:
    return Client(REMOTE_ADDR=address, **more)


def link_in(letter: Letter) -> str:
    return re.search(r"/sign-in/not-me/[^\s>)]+", words_of(letter))[0]


@pytest.fixture
def told(monkeypatch):
    """Every SessionsEnded from now on."""
    heard: list[SessionsEnded] = []
    monkeypatch.setattr(events, "_subscribers", {**events._subscribers, SessionsEnded: [heard.append]})
    return heard


def test_first_sign_in_of_all_is_no_news(maya, sign_in):
    sign_in(at(HOME), maya)

    assert not notices()


def test_another_browser_is(maya, sign_in, hands):
    sign_in(at(HOME), maya)
    hands.turn(minutes=2)
    sign_in(at(HOME, **FIREFOX), maya)

    (letter,) = notices()
    assert letter.person == maya
    assert re.search(r"[A-Z][a-z]+day \d{1,2} [A-Z][a-z]+ \d{4}, \d\d:\d\d", words_of(letter)), "as the pages say times"
    assert letter.is_credential, "the link acts without a sign-in, so the outbox does not show it"
    words = words_of(letter)
    assert "Firefox on Linux" in words
    assert HOME in words


def test_another_network_is_and_the_neighbourhood_is_not(maya, sign_in, hands):
    browser = at(HOME)
    counts = []
    for address in (HOME, "203.0.113.200", CAFE, CAFE):
        hands.turn(minutes=2)
        sign_in(browser, maya, REMOTE_ADDR=address)
        counts.append(notices().count())

    assert counts == [0, 0, 1, 1]


def test_who_has_no_address_gets_no_letter(maya):
    maya.email = None
    maya.save()

    KnownNetwork.objects.create(person=maya, network="198.51.100.0/24")
    session = BrowserSession.objects.create(person=maya, key_hash="x", data="", ends_at=clock.NEVER)
    assert not actions.notice_sign_in(person=maya, session_id=session.pk, is_known_browser=False)


@pytest.fixture
def intruder(maya, sign_in, hands):
    """Somebody who got Maya's letter of a code; she herself is signed in at home."""
    home, intruder = at(HOME), at(CAFE, **FIREFOX)
    sign_in(home, maya)
    hands.turn(minutes=2)
    sign_in(intruder, maya)
    return home, intruder


def test_the_link_ends_that_sign_in_alone(maya, intruder):
    home, thief = intruder
    TrustedBrowser.objects.create(person=maya, browser_hash="x", ends_at=clock.NEVER)
    reader = Client()

    page = reader.get(link_in(notices().get()))
    after_get = thief.get("/me").status_code
    answer = reader.post(link_in(notices().get()), {"one": "1"})

    assert "Firefox on Linux" in page.content.decode()
    assert after_get == 200, "mail scanners follow links"
    assert "Signed out" in answer.content.decode()
    assert (thief.get("/me").status_code, home.get("/me").status_code) == (302, 200)
    assert not TrustedBrowser.objects.exists()
    assert "over already" in reader.get(link_in(notices().get())).content.decode()
    assert "_auth_user_id" not in reader.session, "it opens nothing"


def test_or_all_of_them(intruder):
    home, thief = intruder

    Client().post(link_in(notices().get()), {"all": "1"})

    assert (thief.get("/me").status_code, home.get("/me").status_code) == (302, 302)


def test_n1_a_link_that_is_none_of_ours_is_not_found(intruder, hands):
    link = link_in(notices().get())

    for text in (link[:-3] + "abc", "/sign-in/not-me/x", "/sign-in/not-me/" + "y" * 3000):
        assert Client().get(text).status_code == 404
        assert Client().post(text, {"all": "1"}).status_code == 404


def test_a_link_lasts_thirty_days(intruder, monkeypatch):
    link, late = link_in(notices().get()), time.time() + timedelta(days=31).total_seconds()
    monkeypatch.setattr("time.time", lambda: late)

    assert Client().get(link).status_code == 404


def test_networks_are_forgotten_after_half_a_year(maya, sign_in, hands):
    sign_in(at(HOME), maya)
    hands.turn(days=181)

    assert tasks.forget_browsers.call() == 1

    assert not KnownNetwork.objects.exists()


@pytest.mark.parametrize(
    ("address", "near"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::ffff:203.0.113.7", "203.0.113.0/24"),
        ("unknown", ""),
    ],
)
def test_neighbourhoods(address, near):
    assert around(address) == near


def test_m35_whoever_keeps_tokens_hears_which_session_ended_and_why(client, maya, sign_in, told, hands):
    ruth = an_owner()
    ended = []

    def a_session():
        hands.turn(minutes=2)
        one = Client()
        sign_in(one, maya)
        ended.append(BrowserSession.objects.filter(person=maya).latest("began_at").pk)
        return one

    a_session().post("/sign-out")
    own = a_session()
    own.post(f"/me/sessions/{ended[-1]}/end")
    a_session()
    actions.end_all_sessions(person=maya, actor=ruth)
    a_session()
    hands.turn(days=31)
    tasks.forget_sessions.call()
    a_session()
    people.end_person(person=maya, actor=ruth)

    heard = [(fact.session_ids, fact.person_ids, fact.why) for fact in told if not fact.are_all]
    whys = ["signed-out", "ended", "ended", "expired", "left"]
    assert heard == [((pk,), (maya.pk,), why) for pk, why in zip(ended, whys, strict=True)]
    assert [fact for fact in told if fact.are_all] == [SessionsEnded((), (maya.pk,), "ended", are_all=True)]


def test_somebody_else_at_the_same_browser_ends_the_session_before(client, maya, sign_in, told):
    sign_in(client, maya)
    (session,) = BrowserSession.objects.all()

    sign_in(client, a_person())

    assert told == [SessionsEnded((session.pk,), (maya.pk,), "replaced")]


def test_a_subscriber_that_fails_keeps_the_session(maya, client, sign_in, monkeypatch):
    """Nobody is told that a session is over whose tokens live on."""
    sign_in(client, maya)
    (session,) = BrowserSession.objects.all()

    def fail(fact):
        raise RuntimeError

    monkeypatch.setattr(events, "_subscribers", {**events._subscribers, SessionsEnded: [fail]})
    with pytest.raises(RuntimeError):
        actions.end_session(session=session, actor=maya)

    assert BrowserSession.objects.filter(pk=session.pk).exists()
