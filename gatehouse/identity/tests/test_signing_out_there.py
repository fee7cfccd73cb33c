"""Whoever came by another organisation's sign-in is signed out there too; `tests.services.entra` plays it."""

import html
import re
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from django.test import Client

from gatehouse.identity.models import BrowserSession
from gatehouse.identity.tests.apps import code_of_app, set_up_app
from gatehouse.identity.tests.factories import a_person
from gatehouse.identity.tests.test_upstream import (
    connected as connected,
    go,
    server as server,
    upstream as upstream,
    who,
)
from gatehouse.identity.upstream import documents, id_tokens
from tests.services.entra import OTHER_TENANT, TENANT

DONE = "http://127.0.0.1:8000/sign-out/done"


@pytest.fixture(autouse=True)
def anew(server):
    server.left, server.ends_sessions = [], True
    documents.forget()


def led_on(response) -> str:
    """Where the page leads by itself, and by its button."""
    page = response.content.decode()
    (refreshed,), (pressed,) = re.findall(r'content="0; url=([^"]+)"', page), re.findall(r'href="(http[^"]+)"', page)
    assert refreshed == pressed
    return html.unescape(refreshed)


def said_to(address: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}


def test_out_here_then_there_and_back_at_the_gate(client, maya, upstream, connected):
    go(client, upstream)

    response = client.post("/sign-out")

    assert who(client) is None, "whatever becomes of it there"
    address = led_on(response)
    assert address.startswith(f"{upstream.url}/{TENANT}/oauth2/v2.0/logout?")
    said = said_to(address)
    assert (said["client_id"], said["post_logout_redirect_uri"]) == (upstream.client_id, DONE)
    assert said["id_token_hint"].count(".") == 2
    back = httpx.get(address, follow_redirects=False, trust_env=False)
    assert back.headers["Location"] == DONE
    assert client.get("/sign-out/done").headers["Location"] == "/sign-in"
    assert (response["Cache-Control"], response["Referrer-Policy"]) == ("no-store", "no-referrer")


def test_n13_the_id_token_is_kept_sealed_and_goes_with_the_session(client, maya, upstream, connected):
    go(client, upstream)
    session = BrowserSession.objects.get(person=maya)
    kept = client.session["upstream"]["hint"]

    hint = said_to(led_on(client.post("/sign-out")))["id_token_hint"]

    assert hint not in f"{session.data} {kept}"
    assert hint.split(".")[1] not in f"{session.data} {kept}"
    assert not BrowserSession.objects.filter(person=maya).exists()


def test_a_long_id_token_is_done_without(client, upstream, connected):
    upstream.person["groups"] = ["g" * 40] * 200
    go(client, upstream)

    assert "id_token_hint" not in said_to(led_on(client.post("/sign-out")))


def test_the_address_of_the_portal_straight_there_is_the_gate(client, upstream, connected, settings):
    settings.UPSTREAM_FIRST = True
    go(client, upstream)
    client.post("/sign-out")

    assert client.get("/sign-out/done").headers["Location"] == "/sign-in?here=1"


def test_where_it_is_not_offered_or_not_wanted_out_here_is_all(client, upstream, connected, settings):
    for change in ("no", OTHER_TENANT):
        go(client, upstream)
        settings.UPSTREAM_SIGN_OUT = [change]
        assert client.post("/sign-out").headers["Location"] == "/sign-in"
    settings.UPSTREAM_SIGN_OUT = ["yes"]
    upstream.ends_sessions = False
    documents.forget()
    go(client, upstream)
    assert client.post("/sign-out").headers["Location"] == "/sign-in"
    assert upstream.left == []


def test_one_of_several_tenants(client, upstream, connected, settings):
    settings.UPSTREAM_TENANTS, settings.UPSTREAM_SIGN_OUT = [OTHER_TENANT, TENANT], [TENANT]
    go(client, upstream)

    assert led_on(client.post("/sign-out"))


def test_a_silent_upstream_keeps_nobody_in(client, upstream, connected, monkeypatch):
    go(client, upstream)

    def silent(issuer):
        raise documents.NoAnswer("unreachable")

    monkeypatch.setattr(documents, "of", silent)

    assert client.post("/sign-out").headers["Location"] == "/sign-in"
    assert who(client) is None


def test_whoever_came_otherwise_is_not_sent_there(client, maya, upstream, connected, sign_in):
    sign_in(client, maya)
    assert client.post("/sign-out").headers["Location"] == "/sign-in"


def test_nor_is_the_next_person_at_the_same_browser(client, maya, upstream, connected, sign_in):
    go(client, upstream)
    sign_in(client, a_person())

    assert client.post("/sign-out").headers["Location"] == "/sign-in"


@pytest.fixture
def app(maya, sign_in, hands):
    """The secret of Maya's app; she is asked for a second step."""
    browser = Client()
    sign_in(browser, maya)
    secret, _codes = set_up_app(browser)
    hands.turn(minutes=2)
    return secret


def test_with_a_second_step_it_is_known_from_the_first(client, maya, upstream, connected, app):
    go(client, upstream)
    assert who(client) is None

    client.post("/sign-in/second", {"way": "totp", "code": code_of_app(app)})

    assert who(client) == str(maya.pk)
    assert led_on(client.post("/sign-out"))


def test_who_gives_up_at_the_second_step_was_never_in(client, upstream, connected, app):
    go(client, upstream)
    assert client.post("/sign-out").headers["Location"] == "/sign-in"


@pytest.mark.parametrize("cookie", ["", "x", "x" * 5000, "eyJhIjoxfQ:1:2"])
def test_m36_only_an_address_that_we_wrote_is_gone_on_to(client, db, cookie):
    client.cookies["gatehouse_onward"] = cookie
    response = client.get("/sign-out/done?next=https://evil.example.org&state=https://evil.example.org")
    assert response.headers["Location"] == "/sign-in"


def test_n9_going_there_by_get_signs_nobody_out(client, maya, upstream, connected):
    go(client, upstream)
    client.get("/sign-out/done")
    assert who(client) == str(maya.pk)
    assert client.get("/sign-out").status_code == 405


def test_m50_a_known_tells_no_token():
    assert "secret" not in repr(id_tokens.Known("uid", {}, None, "secret"))
