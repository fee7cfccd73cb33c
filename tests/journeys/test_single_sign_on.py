"""Single sign-on, whole: the demo's sample service signs somebody in, asks again, and hears of every sign-out."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.services import ROOT, accepts, free_port, portal as service
from tests.services.portal import Portal

MAYA = "maya.okafor@example.org"
INES = "ines.duarte@example.org"
RUTH = "ruth.amsel@example.org"  # an owner
MOST = 6  # requests that a sign-in to a service costs the portal, letters and question included


@pytest.fixture(scope="module")
def college(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """As `make demo` starts it: prepared, then run, with the sample service beside it."""
    data, port = tmp_path_factory.mktemp("sso") / "data", free_port()
    wanted = {
        name: value for name, value in os.environ.items() if not name.startswith(("GATEHOUSE_", "DATABASE_", "DJANGO_"))
    }
    made = [sys.executable, "-m", "gatehouse.config.cli", "demo", "--port", str(port)]
    subprocess.run(made, check=True, capture_output=True, cwd=ROOT, env=wanted | {"GATEHOUSE_DATA": str(data)})
    with service.running(data, port=port) as running:
        yield running


@pytest.fixture
def sample(college: Portal, page: Page) -> str:
    """Its address, when it answers."""
    told = json.loads((college.data / "sample-app.json").read_text())
    for _try in range(100):
        if accepts(told["port"]):
            break
        page.wait_for_timeout(100)
    return told["url"]


def sign_in_here(page: Page, college: Portal, email: str = MAYA) -> None:
    page.get_by_label("E-mail address").fill(email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(college.code_for(email))
    page.get_by_role("button", name="Sign in").click()


def test_a_service_signs_somebody_in_and_hears_of_sign_outs(college: Portal, sample: str, page: Page) -> None:
    """Chromium holds the redirects that follow a form to our policy (form-action): its complaints would be heard."""
    complaints: list[str] = []
    asked: list[str] = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    page.on("request", lambda request: asked.append(request.url) if request.is_navigation_request() else None)

    page.goto(sample)
    page.get_by_role("button", name="Sign in with the portal").click()
    expect(page.get_by_text("Visitors’ Book")).to_be_visible()
    sign_in_here(page, college)
    expect(page.get_by_role("heading", level=1)).to_have_text("Visitors’ Book asks who you are")
    expect(page.get_by_text(MAYA)).to_be_visible()
    page.get_by_role("button", name="Allow and go on").click()

    expect(page.get_by_role("heading", level=1)).to_have_text("Good to see you, Maya")
    expect(page.get_by_text("silver")).to_be_visible()
    assert len(at_portal(asked, college)) <= MOST, asked

    # It refreshes its tokens, each time with the newest, and asks again who she is.
    before = tokens_given(college)
    for _turn in range(2):
        page.get_by_role("button", name="Ask again").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Good to see you, Maya")
    assert tokens_given(college) == before + 2

    # She signs out there, and with it here.
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Who is there?")
    page.goto(f"{college.url}/me")
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")

    # She comes again: what she allowed before is not asked again, and the gate leads straight there.
    for letter in (college.data / "mail").glob("*.eml"):
        letter.unlink()
    page.goto(sample)
    asked.clear()
    page.get_by_role("button", name="Sign in with the portal").click()
    sign_in_here(page, college)
    expect(page.get_by_role("heading", level=1)).to_have_text("Good to see you, Maya")
    assert len(at_portal(asked, college)) <= MOST - 1, asked

    # She ends the session at the portal: the service hears of it by the back channel.
    page.goto(college.url)
    expect(page.get_by_role("link", name="Visitors’ Book")).to_be_visible()
    page.goto(f"{college.url}/me")
    page.get_by_role("button", name="Sign out").click()
    hears_of_it(page, sample)
    assert not complaints


def test_a_service_hears_of_somebody_who_leaves(college: Portal, sample: str, page: Page, browser: Browser) -> None:
    for letter in (college.data / "mail").glob("*.eml"):
        letter.unlink()
    page.goto(sample)
    page.get_by_role("button", name="Sign in with the portal").click()
    sign_in_here(page, college, INES)
    page.get_by_role("button", name="Allow and go on").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Good to see you, Ines")

    office = browser.new_page()
    office.goto(college.command("sign-in-link", "--email", RUTH)["url"])
    office.get_by_role("button", name="Sign in").click()
    office.goto(f"{college.url}/manage/people?q={INES}")
    office.get_by_role("link", name="Ines Duarte").click()
    office.get_by_role("button", name="Mark as left").click()
    expect(office.get_by_text("can sign in nowhere")).to_be_visible()
    office.close()

    hears_of_it(page, sample)
    page.get_by_role("button", name="Sign in with the portal").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


def at_portal(asked: list[str], college: Portal) -> list[str]:
    return [url for url in asked if url.startswith(college.url)]


def tokens_given(college: Portal) -> int:
    """How often the token endpoint said yes, by the portal's own log."""
    log = college.data.with_name(f"{college.data.name}.log").read_text(errors="replace")
    lines = [json.loads(line) for line in log.splitlines() if '"/oauth/token"' in line and line.startswith("{")]
    return sum(line.get("status") == 200 for line in lines)


def hears_of_it(page: Page, sample: str) -> None:
    for _try in range(60):
        page.goto(sample)
        if "Who is there" in page.content():
            return
        page.wait_for_timeout(500)
    raise AssertionError("the service heard nothing of the sign-out")
