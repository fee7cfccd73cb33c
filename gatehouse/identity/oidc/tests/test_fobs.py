"""Keyfobs: given to people, shown by a reader's service, and how little they open."""

import hashlib
import json
from urllib.parse import urlsplit

import pytest
from django.test import Client

from gatehouse.core import clock
from gatehouse.identity import actions
from gatehouse.identity.acr import acr_of
from gatehouse.identity.models import BrowserSession, Fob, SignInFlow
from gatehouse.identity.oidc.models import Client as Service
from gatehouse.identity.oidc.tests.factories import a_service
from gatehouse.identity.refusals import FobTaken, FobUnreadable
from gatehouse.identity.tests.conftest import sign_in as sign_in
from gatehouse.identity.tests.factories import a_person, an_owner
from gatehouse.journal.models import Entry

NUMBER = "04:A2:2B:1C"
PATH = "/api/v1/fobs/sign-in"


@pytest.fixture
def fob(maya):
    return actions.add_fob(person=maya, number=NUMBER, name="Blue", actor=maya)


@pytest.fixture
def token(provider, db):
    reader = a_service(scopes=["fobs:sign-in"], client_id="front-door")
    return provider.token(reader, grant_type="client_credentials", scope="fobs:sign-in").body["access_token"]


def show(token, number=NUMBER, **more):
    body = json.dumps({"fob": number, **more})
    return Client().post(PATH, body, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {token}")


def come_in(client, answer):
    path = urlsplit(answer.json()["address"]).path
    assert b"<form" in client.get(path).content
    return client.post(path)


def test_a_fob_lets_in_once_as_plastic(client, maya, fob, token):
    answer = show(token, "04a2 2b1c")
    assert (answer.status_code, answer.json()["expires_in"], answer.json()["name"]) == (200, 60, "Maya Okafor")
    assert come_in(client, answer).status_code == 302
    session = BrowserSession.objects.get(person=maya)
    assert acr_of(session.methods, now=clock.now()) == "plastic"
    assert Client().post(urlsplit(answer.json()["address"]).path).status_code == 410


def test_a_get_lets_nobody_in(client, fob, token):
    client.get(urlsplit(show(token).json()["address"]).path)
    assert not BrowserSession.objects.exclude(person=None).exists()


def test_it_waits_for_a_minute(client, fob, token, hands):
    answer = show(token)
    hands.turn(seconds=61)
    assert client.post(urlsplit(answer.json()["address"]).path).status_code == 410


def test_a_fobs_session_ends_after_twenty_minutes_however_much_it_is_used(client, maya, fob, token, hands):
    come_in(client, show(token))
    hands.turn(minutes=15)
    client.get("/")
    assert "_auth_user_id" in client.session
    hands.turn(minutes=6)
    client.get("/")
    assert "_auth_user_id" not in client.session


def test_proving_more_makes_it_last(client, maya, fob, token, hands):
    come_in(client, show(token))
    maya.set_password("a long enough sentence")
    maya.save()
    client.post("/sign-in/password", {"email": maya.email, "password": "a long enough sentence"})
    hands.turn(hours=2)
    assert client.get("/me").status_code == 200


@pytest.mark.parametrize("path", ["/me", "/me/data", "/me/security/fobs/add", "/manage/people", "/admin/"])
def test_it_opens_no_details_and_nothing_of_staff(client, token, path):
    owner = an_owner()
    actions.add_fob(person=owner, number=NUMBER, actor=owner)
    come_in(client, show(token))
    response = client.get(path)
    assert response.status_code == 302
    assert "/sign-in/prove" in response.headers["Location"]


def test_unknown_left_and_removed_fobs_are_one_answer(maya, fob, token):
    unknown = show(token, "0000000000")
    maya.left_at = clock.now()
    maya.save()
    left = show(token)
    assert (unknown.status_code, unknown.content) == (404, left.content)
    assert unknown.headers["Content-Type"] == "application/problem+json"


def test_removing_it_takes_back_what_was_made_for_it(client, maya, fob, token):
    answer = show(token)
    actions.remove_fob(fob=fob, actor=maya)
    assert client.post(urlsplit(answer.json()["address"]).path).status_code == 410
    assert show(token).status_code == 404


def test_a_reader_cannot_try_all_numbers(fob, token):
    answers = [show(token, f"{n:010}").status_code for n in range(31)]
    assert answers == [404] * 30 + [429]
    assert show(token, "9" * 10).headers["Retry-After"]


def test_only_a_service_with_the_scope(provider, client, maya, fob, signed_in):
    assert client.post(PATH).status_code == 401
    assert show("x.y.z").status_code == 401
    assert show(signed_in["access_token"]).status_code == 403  # a person's
    other = provider.token(a_service(), grant_type="client_credentials").body["access_token"]
    assert show(other).status_code == 403
    assert client.get(PATH).status_code == 405


def test_a_stopped_reader_opens_nothing(fob, token):
    Service.objects.filter(client_id="front-door").update(disabled_at=clock.now())
    assert show(token).status_code == 401


@pytest.mark.parametrize(
    "body",
    ["", "[]", "null", "7", '{"fob": 7}', '{"fob": null}', "{}", '{"fob": "0', "[" * 900, '{"fob":"0123","x":1}'],
)
def test_m47_bad_bodies(token, body):
    answer = Client().post(PATH, body, content_type="application/json", HTTP_AUTHORIZATION=f"Bearer {token}")
    assert answer.status_code == 400


@pytest.mark.parametrize("number", ["", "123", "x" * 41, "\x00\x00\x00\x00", "Ä" * 8, "٠١٢٣٤٥"])
def test_m47_bad_numbers(token, number):
    assert show(token, number).status_code == 422


def test_m47_a_long_body(token):
    assert show(token, "1" * 2000).status_code == 400


def test_n13_the_number_is_kept_nowhere(maya, fob, token):
    show(token)
    kept = f"{Fob.objects.values().get()} {list(Entry.objects.values())} {list(SignInFlow.objects.values())}".upper()
    assert "04A22B1C" not in kept
    assert NUMBER not in kept
    assert hashlib.sha256(b"04A22B1C").hexdigest().upper() not in kept


def test_one_fob_one_person(maya, fob):
    with pytest.raises(FobTaken):
        actions.add_fob(person=a_person(), number="04a22b1c", actor=maya)
    with pytest.raises(FobUnreadable):
        actions.add_fob(person=maya, number="?", actor=maya)


def test_added_and_removed_on_ones_own_page(client, maya, sign_in):
    sign_in(client, maya)
    client.post("/me/security/fobs/add", {"number": NUMBER, "name": "Blue"})
    assert b"Blue" in client.get("/me/security").content
    other = actions.add_fob(person=a_person(), number="99999999", actor=maya)
    assert client.post(f"/me/security/fobs/{other.pk}/remove").status_code == 404
    client.post(f"/me/security/fobs/{maya.fobs.get().pk}/remove")
    assert not maya.fobs.exists()


def test_staff_manage_those_of_people_below(client, maya, sign_in):
    owner = an_owner()
    page = f"/manage/people/{maya.pk}"
    sign_in(client, maya)
    assert client.post(f"/manage/people/{owner.pk}/fobs/add", {"number": NUMBER}).status_code == 403
    sign_in(client, owner)
    assert client.post(f"{page}/fobs/add", {"number": NUMBER, "name": "Blue"}).headers["Location"] == page
    assert b"Blue" in client.get(page).content
    client.post(f"{page}/fobs/{maya.fobs.get().pk}/remove")
    assert not Fob.objects.exists()


def test_a_fob_shown_many_times_at_once_lets_in_once(maya, fob, token, together):
    path = urlsplit(show(token).json()["address"]).path
    outcomes = together(*[lambda: Client().post(path).status_code] * 8)
    assert sorted(outcomes) == [302] + [410] * 7
