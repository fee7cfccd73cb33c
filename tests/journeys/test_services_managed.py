"""An administrator lets a service in: by template, with a secret seen once, tried, replaced, and switched off again."""

from urllib.parse import urlencode

import httpx
import pytest
from playwright.sync_api import Page, expect

from tests.services.portal import Portal

OLIVIA = "olivia.hart@example.org"
CALLBACK = "https://wiki.example.org/callback"
CHALLENGE = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B


@pytest.fixture
def office(portal: Portal, page: Page) -> Page:
    page.goto(portal.command("sign-in-link", "--email", OLIVIA)["url"])
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Olivia")
    return page


def word_on(portal: Portal, client_id: str, secret: str) -> str:
    """What the token endpoint says to a code that is none: who proves itself hears of the code."""
    form = {"grant_type": "authorization_code", "code": "none", "redirect_uri": CALLBACK, "code_verifier": "v" * 43}
    with httpx.Client(trust_env=False) as service:
        return service.post(f"{portal.url}/oauth/token", data=form, auth=(client_id, secret)).json()["error"]


def test_a_service_from_its_template_to_its_end(portal: Portal, office: Page) -> None:
    office.goto(f"{portal.url}/manage/identity")
    office.get_by_role("link", name="Add a service").first.click()
    office.get_by_role("link", name="Web application").click()
    office.get_by_label("Name", exact=True).fill("Workshop Wiki")
    office.get_by_label("Redirect addresses").fill(CALLBACK)
    office.get_by_role("button", name="Add the service").click()

    # Its secret is seen once.
    expect(office.get_by_role("heading", level=1)).to_have_text("Workshop Wiki was added")
    secret, client_id = office.locator("#secret").inner_text(), office.locator("#client-id").inner_text()
    assert word_on(portal, client_id, secret) == "invalid_grant"
    assert word_on(portal, client_id, secret[:-1]) == "invalid_client"
    office.get_by_role("link", name="I have it, go on").click()
    expect(office.get_by_role("heading", level=1)).to_have_text("Workshop Wiki")
    place = office.url
    assert secret not in office.content()
    expect(office.get_by_text(f"Ends with {secret[-4:]}")).to_be_visible()

    # A trial: the way that everybody takes, and what the service would have been told.
    office.get_by_role("button", name="With the page that asks").click()
    expect(office.get_by_role("heading", level=1)).to_have_text("Workshop Wiki asks who you are")
    office.get_by_role("button", name="Allow and go on").click()
    expect(office.get_by_text("It works")).to_be_visible()
    expect(office.get_by_role("region", name="Userinfo").get_by_text("Olivia Hart")).to_be_visible()
    assert "code=" not in office.content()

    # The secret is replaced; both work until the old one is ended.
    office.goto(place)
    office.get_by_role("button", name="Make a new secret").click()
    newer = office.locator("#secret").inner_text()
    assert newer != secret
    assert [word_on(portal, client_id, each) for each in (secret, newer)] == ["invalid_grant", "invalid_grant"]
    office.get_by_role("link", name="I have it, go on").click()
    old = office.get_by_role("listitem").filter(has_text=f"Ends with {secret[-4:]}")
    old.get_by_role("button", name="End it now").click()
    expect(office.get_by_text(f"The secret that ends with {secret[-4:]} is no good any more.")).to_be_visible()
    assert [word_on(portal, client_id, each) for each in (secret, newer)] == ["invalid_client", "invalid_grant"]

    # It is switched off: nobody is sent there any more, whatever it shows.
    office.get_by_role("link", name="Switch off").click()
    office.get_by_role("button", name="Switch 1 service off").click()
    expect(office.get_by_text("Switched off").first).to_be_visible()
    assert word_on(portal, client_id, newer) == "invalid_client"
    asked = {"response_type": "code", "client_id": client_id, "redirect_uri": CALLBACK, "scope": "openid"}
    refused = office.goto(
        f"{portal.url}/oauth/authorize?{urlencode({**asked, 'code_challenge': CHALLENGE, 'code_challenge_method': 'S256'})}"
    )
    assert refused is not None
    assert (refused.status, office.url.startswith(portal.url)) == (400, True)
