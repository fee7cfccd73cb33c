"""The link in a letter, as people press it and as mail programs do (RFC 8058)."""

import email
import email.policy
from urllib.parse import urlsplit

import pytest
from django.test import Client

from gatehouse.mail import actions
from gatehouse.mail.models import Suppression

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter():
    return actions.post(to="ana@example.org", template="mail/letters/test", context={}, message_class="bulk")


@pytest.fixture
def link(letter):
    message = email.message_from_bytes(letter.rendered, policy=email.policy.default)
    return urlsplit(str(message["List-Unsubscribe"]).strip("<>")).path


@pytest.mark.parametrize("method", ["get", "head"])
def test_looking_never_unsubscribes(link, client, method):
    answer = getattr(client, method)(link)

    assert answer.status_code in {200, 405}
    assert not Suppression.objects.exists()


def test_a_mail_program_unsubscribes_without_cookie_sign_in_or_redirect(link):
    stranger = Client(enforce_csrf_checks=True)

    answer = stranger.post(link, {"List-Unsubscribe": "One-Click"})

    assert answer.status_code == 200
    assert not answer.cookies
    stop = Suppression.objects.get()
    assert (stop.address, stop.scope, stop.reason) == ("ana@example.org", "class:bulk", "unsubscribed")


def test_pressing_twice_is_as_once(link, client):
    client.post(link)
    client.post(link)

    assert Suppression.objects.count() == 1


@pytest.mark.parametrize(
    "change", [lambda path: path.replace("/unsubscribe", "x/unsubscribe"), lambda _: "/letters/x/unsubscribe"]
)
def test_a_link_that_was_changed_stops_nothing(link, client, change):
    assert client.post(change(link)).status_code == 400
    assert not Suppression.objects.exists()


def test_the_link_of_a_letter_that_is_gone_is_not_found(link, letter, client):
    letter.delete()

    assert client.post(link).status_code == 404
