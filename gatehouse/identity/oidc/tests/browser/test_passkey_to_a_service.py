"""A passkey as the only thing that is shown: from a service that wants gold, through the gate, and back with a code."""

from playwright.sync_api import expect

from gatehouse.identity.models import BrowserSession
from gatehouse.identity.oidc.models import Grant
from gatehouse.identity.oidc.tests.browser.visiting import CALLBACK, a_wiki, address, answer_in
from gatehouse.identity.tests.test_passkeys_in_chromium import (
    add_passkey,
    finger as finger,
    house as house,
    maya as maya,
    no_complaints as no_complaints,
    sign_in_by_code,
)


def test_m32_gold_by_a_passkey_alone(page, house, maya, finger):
    sign_in_by_code(page, house, maya)
    add_passkey(page, house)
    BrowserSession.objects.all().delete()
    a_wiki(acr_floor="gold")
    page.route("https://wiki.example.org/**", lambda route: route.fulfill(status=200, body="back"))

    page.goto(f"{house}{address()}")  # the gate; the device offers itself
    expect(page.get_by_role("heading", level=1)).to_have_text("Workshop Wiki asks who you are")
    page.get_by_role("button", name="Allow and go on").click()
    page.wait_for_url(f"{CALLBACK}**")

    assert "code" in answer_in(page.url)
    grant = Grant.objects.get()
    assert (grant.acr, grant.person) == ("gold", maya)
    assert {"hwk", "mfa"} & set(grant.amr)
    (session,) = BrowserSession.objects.filter(person=maya)
    assert list(session.methods) == ["passkey"]
