"""Another organisation signs people in here: a real browser goes there and back, with claims as Microsoft Entra makes them."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.services import entra, portal as service
from tests.services.entra import TENANT, Upstream
from tests.services.portal import Portal

OLIVIA = "olivia.hart@example.org"


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    with entra.running() as running:
        running.person = entra.maya(preferred_username=OLIVIA, email=OLIVIA, upn=OLIVIA, name="Olivia Hart")
        yield running


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, upstream: Upstream) -> Iterator[Portal]:
    settings = {
        "GATEHOUSE_UPSTREAM_TENANTS": TENANT,
        "GATEHOUSE_UPSTREAM_ISSUER": upstream.url,
        "GATEHOUSE_UPSTREAM_CLIENT_ID": upstream.client_id,
        "GATEHOUSE_UPSTREAM_SECRET": upstream.secret,
    }
    with service.running(tmp_path_factory.mktemp("upstream") / "data", **settings) as running:
        running.command("create-admin", "--email", OLIVIA, "--name", "Olivia Hart")
        yield running


def test_m44_n22_an_account_elsewhere_signs_in_once_it_was_connected_and_not_by_its_address(
    house: Portal, upstream: Upstream, page: Page
) -> None:
    # The address is hers, but nobody connected the account: nobody comes in.
    page.goto(f"{house.url}/me")
    page.get_by_role("link", name="Sign in with Microsoft").click()
    expect(page.get_by_text("Nobody here is connected")).to_be_visible()
    page.goto(f"{house.url}/me")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

    # She connects it, signed in here.
    page.goto(house.command("sign-in-link", "--email", OLIVIA)["url"])
    page.get_by_role("button", name="Sign in").click()
    page.goto(f"{house.url}/me/security")
    page.get_by_role("button", name="Microsoft").click()
    expect(page.get_by_role("button", name="Disconnect")).to_be_visible()
    page.goto(f"{house.url}/me")
    page.get_by_role("button", name="Sign out").first.click()

    # From now it signs her in, and leads where she wanted to go.
    page.goto(f"{house.url}/me/security")
    page.get_by_role("link", name="Sign in with Microsoft").click()
    expect(page).to_have_url(f"{house.url}/me/security")
    expect(page.get_by_role("button", name="Disconnect")).to_be_visible()
    assert upstream.asked[-1]["code_challenge_method"] == "S256"
    assert upstream.asked[-1]["redirect_uri"] == f"{house.url}/sign-in/upstream/back"

    # Somebody else of that tenant with the very same address is nobody here.
    page.goto(f"{house.url}/me")
    page.get_by_role("button", name="Sign out").first.click()
    upstream.person = {**upstream.person, "oid": "bbbbbbbb-0000-4000-8000-000000000002"}
    page.goto(f"{house.url}/me")
    page.get_by_role("link", name="Sign in with Microsoft").click()
    expect(page.get_by_text("Nobody here is connected")).to_be_visible()
