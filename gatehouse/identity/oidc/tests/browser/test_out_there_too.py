"""Signing out of a service whose person came here by another organisation's sign-in."""

import html
import re

from django.test import Client

from gatehouse.identity.oidc.tests.browser.visiting import AFTERWARDS, a_wiki
from gatehouse.identity.tests.test_signing_out_there import led_on
from gatehouse.identity.tests.test_upstream import connected as connected, go, server as server, upstream as upstream


def test_out_there_too_and_back_to_the_service(maya, upstream, connected):
    """Out at the service, out here, out there, and back to the service."""
    a_wiki()
    browser = Client()
    go(browser, upstream)
    asked = browser.get("/oauth/logout", {"client_id": "wiki", "post_logout_redirect_uri": AFTERWARDS, "state": "7"})
    wish = re.search(r'name="wish" value="([^"]+)"', asked.content.decode())[1]

    away = browser.post("/oauth/logout/confirm", {"wish": html.unescape(wish)})

    assert led_on(away).startswith(upstream.url)
    assert browser.get("/sign-out/done").headers["Location"] == f"{AFTERWARDS}?state=7"
    assert browser.get("/sign-out/done").headers["Location"] == "/sign-in", "once"
