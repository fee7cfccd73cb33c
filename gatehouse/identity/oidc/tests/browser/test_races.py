"""Two things at the same moment: what must hold, whoever is first."""

import pytest
from django.test import Client as Browser

from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc import actions, tasks
from gatehouse.identity.oidc.models import Consent, Grant, LogoutNotice
from gatehouse.identity.oidc.tests.browser.visiting import a_wiki, address, come_in, hidden
from gatehouse.identity.tests.factories import a_person

ROUNDS = 5


def same(browser: Browser) -> Browser:
    """Another tab of this browser."""
    tab = Browser(raise_request_exception=False)
    tab.cookies = browser.cookies.copy()
    return tab


@pytest.mark.parametrize("number", range(ROUNDS))
def test_m19_who_signs_out_while_being_signed_in_is_signed_in_nowhere(number, together):
    maya, browser = a_person(), Browser()
    actions.give_consent(person=maya, client=a_wiki(), scopes=["openid", "profile"])
    come_in(browser, maya)
    one, other = same(browser), same(browser)

    answers = together(lambda: one.get(address()), lambda: other.post("/sign-out"))

    assert {answer.status_code for answer in answers} <= {200, 302}
    assert not BrowserSession.objects.exists()
    assert not Grant.objects.open().exists()


def test_two_who_allow_it_at_once_are_one(together):
    maya, browser = a_person(), Browser()
    a_wiki()
    come_in(browser, maya)
    said = hidden(browser.get(address()).content.decode()) | {"answer": "allow"}
    tabs = [same(browser) for _tab in range(4)]

    answers = together(*(lambda tab=tab: tab.post("/oauth/authorize/consent", said) for tab in tabs))

    assert [answer.status_code for answer in answers] == [302] * 4
    assert Consent.objects.count() == 1
    assert Grant.objects.count() == 4


def test_m29_two_workers_tell_a_service_once(together):
    client = a_wiki(backchannel_logout_uri="http://127.0.0.1:9/")
    LogoutNotice.objects.create(client=client, subject="a", session="b")

    together(tasks.tell_sign_outs.call, tasks.tell_sign_outs.call)

    assert LogoutNotice.objects.get().attempts == 1
