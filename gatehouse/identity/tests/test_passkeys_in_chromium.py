"""Passkeys as people meet them: Chromium with a virtual authenticator, our own module in the page, under the strict policy."""

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from gatehouse.core.models import Rate
from gatehouse.identity import factors
from gatehouse.identity.models import BrowserSession, KnownNetwork
from gatehouse.identity.tests.apps import code_of_app
from gatehouse.identity.tests.factories import a_person
from gatehouse.identity.tests.reading import code_of, last_letter

TOUCHED = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def house(live_server) -> str:
    """By its name: browsers give no passkeys to numbers."""
    return f"http://localhost:{urlsplit(live_server.url).port}"


@pytest.fixture(autouse=True)
def no_complaints(page) -> Iterator[None]:
    """Neither the policy nor our module has anything to say."""
    said: list[str] = []
    page.on("console", lambda line: said.append(line.text) if line.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield
    assert said == []


@pytest.fixture
def finger(page, context):
    """An authenticator in the browser; `verified(False)` makes it fail to know its owner."""
    protocol = context.new_cdp_session(page)
    protocol.send("WebAuthn.enable")
    made = protocol.send("WebAuthn.addVirtualAuthenticator", {"options": TOUCHED})

    def verified(is_verified: bool) -> None:
        protocol.send("WebAuthn.setUserVerified", {**made, "isUserVerified": is_verified})

    return verified


@pytest.fixture
def maya(transactional_db):
    return a_person(email="maya@example.org")


def sign_in_by_code(page, house, person) -> None:
    page.goto(f"{house}/sign-in")
    page.get_by_label("E-mail address").fill(person.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(code_of(last_letter()))
    page.get_by_role("button", name="Sign in").click()


def add_passkey(page, house) -> None:
    page.goto(f"{house}/me/security/passkeys/add")
    page.get_by_role("button", name="Make the passkey").click()
    expect(page.get_by_role("heading", name="Keep these ten codes")).to_be_visible()


def fit(page, axe) -> list[str]:
    page.set_viewport_size({"width": 390, "height": 900})
    faults = []
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        faults += axe(page)
    return faults


def test_from_the_first_passkey_to_signing_in_with_nothing_typed(page, house, maya, finger, axe):
    sign_in_by_code(page, house, maya)
    page.goto(f"{house}/me/security/passkeys/add")
    assert fit(page, axe) == []
    add_passkey(page, house)
    assert fit(page, axe) == []
    assert page.locator("ol.recovery li").count() == 10
    page.get_by_role("link", name="I have kept them").click()
    expect(page.get_by_role("heading", name="What protects my account")).to_be_visible()
    assert fit(page, axe) == []
    page.get_by_role("button", name="Remove").click()
    expect(page.get_by_role("heading", name="Remove Chrome on Linux?")).to_be_visible()
    expect(page.get_by_role("link", name="Go back")).to_be_focused()
    assert fit(page, axe) == []

    BrowserSession.objects.all().delete()
    page.goto(f"{house}/sign-in?next=/me/security")  # the offer in the address field: the device takes it by itself
    expect(page.get_by_role("heading", name="What protects my account")).to_be_visible()
    (session,) = BrowserSession.objects.filter(person=maya)
    assert list(session.methods) == ["passkey"]


def test_by_the_button_where_nothing_is_offered(page, house, maya, finger, axe):
    page.add_init_script("PublicKeyCredential.isConditionalMediationAvailable = async () => false")
    sign_in_by_code(page, house, maya)
    add_passkey(page, house)
    BrowserSession.objects.all().delete()

    page.goto(f"{house}/sign-in")
    assert fit(page, axe) == []
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("heading", level=1)).to_contain_text("Maya")


def test_somebody_the_device_does_not_know_gets_no_further(page, house, maya, finger, axe):
    sign_in_by_code(page, house, maya)
    add_passkey(page, house)
    BrowserSession.objects.all().delete()
    finger(is_verified=False)

    page.goto(f"{house}/sign-in")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_text("No passkey came.")).to_be_visible()
    assert fit(page, axe) == []
    assert not BrowserSession.objects.filter(person=maya).exists()


def test_second_step_and_step_up_by_passkey(page, house, maya, finger, axe):
    sign_in_by_code(page, house, maya)
    add_passkey(page, house)
    page.goto(f"{house}/me/security")
    page.get_by_role("button", name="Ask for a second step").click()
    expect(page.get_by_role("heading", name="Two things are needed")).to_be_visible()
    assert factors.asks_second_step(maya)
    forget_the_minute()

    BrowserSession.objects.all().delete()
    finger(is_verified=False)  # so that nothing is offered before the code is typed
    sign_in_by_code(page, house, maya)
    expect(page.get_by_role("heading", name="One thing more")).to_be_visible()
    assert fit(page, axe) == []
    finger(is_verified=True)
    page.get_by_label("Do not ask in this browser").check()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Maya")
    assert factors.trusted_of(maya).count() == 1

    page.goto(f"{house}/sign-in/prove?acr=gold&again=1&next=/me")
    assert fit(page, axe) == []
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).to_have_url(f"{house}/me")


def test_app_is_set_up_by_what_the_page_shows(page, house, maya, axe):
    sign_in_by_code(page, house, maya)
    page.goto(f"{house}/me/security/app")
    assert fit(page, axe) == []
    secret = re.sub(r"\s", "", page.locator("#secret").inner_text())
    page.get_by_label("Code of your app").fill(code_of_app(secret))
    page.get_by_role("button", name="Use this app").click()
    expect(page.get_by_role("heading", name="Keep these ten codes")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()

    assert download.value.suggested_filename == "recovery-codes.txt"
    assert len(re.findall(r"^\w{5}-\w{5}$", download.value.path().read_text(), re.MULTILINE)) == 10


def forget_the_minute() -> None:
    """The next letter may go at once."""
    Rate.objects.all().delete()
    KnownNetwork.objects.all().delete()  # or the notice would be the last letter
