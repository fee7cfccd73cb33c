"""A student holds a wallet card before the reader, presses two keys and is in the queue; then the screen is the next one's."""

import re
from urllib.parse import urlsplit

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from gatehouse import flows
from gatehouse.core.tests.camera import drawn
from gatehouse.helpdesk import actions
from gatehouse.helpdesk.actions.desk import save_desk
from gatehouse.helpdesk.models import Course, Room, Ticket
from gatehouse.helpdesk.tests.factories import a_ticket
from gatehouse.passes import codes
from gatehouse.passes.queries.facts import code_key
from gatehouse.passes.tests.factories import a_pass
from gatehouse.people.models import Person
from tests.accessibility import help_desk
from tests.accessibility.college import found
from tests.journeys.test_helping import SOON, at_desk as at_desk

PIN = help_desk.PIN
NOON = 1_790_000_000  # any moment
CUT = "all => all.map(box => box.scrollHeight > box.clientHeight + 1 || box.scrollWidth > box.clientWidth + 1"
SIZES = [(1280, 800), (390, 844), (320, 640)]


def opened(page: Page, server: str, shows: str = "Check-in") -> Page:
    flows.connect()
    save_desk(values={}, pin=PIN, actor=None)
    page.goto(f"{server}/help/kiosk")
    page.get_by_label(shows).check()
    page.get_by_label("Where this screen stands").select_option(label=str(Room.objects.get(name="B15")))
    for digit in PIN:
        page.get_by_role("group", name="Digits").get_by_role("button", name=digit, exact=True).click()
    page.get_by_role("button", name="Open this screen").click()
    return page


def stand_still(page: Page) -> None:
    """From now on the browser's clock moves when the test says so, however busy the machine is; axe needs it to move."""
    page.clock.pause_at(NOON + 3600)


def scan(page: Page, code: str) -> None:
    """As a hand scanner does: it types into whatever has the focus, and presses Enter."""
    page.keyboard.type(code)
    page.keyboard.press("Enter")


def seen(page: Page, axe) -> list[str]:
    """What axe and the width hold against this page, in both themes, on a tablet and on phones."""
    faults, size = [], page.viewport_size
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        for theme in ("light", "dark"):
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            faults += [f"{width} {theme}: {fault}" for fault in axe(page)]
        if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
            faults.append(f"{width}: scrolls sideways")
    page.set_viewport_size(size)
    return faults


def test_a_wallet_card_checks_in_and_the_screen_forgets(at_desk, live_server, page: Page, axe):
    tutor = at_desk("Ana")
    card = a_pass()
    code = codes.sign(card.serial, key=code_key())
    name = card.membership.person.name
    page.clock.install(time=NOON)
    opened(page, live_server.url)
    expect(page.get_by_label("Card, number or code")).to_be_focused()
    assert seen(page, axe) == []
    stand_still(page)

    page.locator("h1").click()
    scan(page, code)
    page.get_by_role("button", name=re.compile("^STAT 1100")).click()
    page.get_by_label("Homework").check()
    page.get_by_label("Your question in a line").fill("Which test fits?")
    page.get_by_role("button", name="Join the queue").dblclick()

    expect(page.get_by_role("heading", level=1)).to_have_text("You are in the queue")
    expect(page.locator(".place")).to_have_text("1st")
    assert name not in page.content()
    ticket = Ticket.objects.get()
    assert (ticket.person.name, ticket.origin, ticket.room.name) == (name, "kiosk", "B15")
    expect(tutor.locator("#waiting")).to_contain_text(name, timeout=SOON)
    expect(tutor.locator("#waiting")).to_contain_text("Checked in")
    phone = page.context.browser.new_page()
    phone.goto(live_server.url + urlsplit(drawn(page.content(), ".kcode")).path)
    expect(phone.locator(".place")).to_have_text("1st")
    phone.close()

    expect(page.locator("[data-left]")).to_have_text("20")
    page.get_by_role("link", name="More time").click()
    page.clock.fast_forward(25_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("You are in the queue")
    page.clock.fast_forward(60_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check in here")
    page.go_back()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check in here")
    assert "Which test fits?" not in page.content()

    scan(page, code)
    expect(page.get_by_role("heading", level=1)).to_have_text("We know that you are here")
    assert Ticket.objects.count() == 1
    page.clock.fast_forward(21_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check in here")


def test_every_page_of_it_is_open_to_everybody(live_server, transactional_db, page: Page, axe):
    found()
    course = help_desk.opened()
    for number in range(18):
        Course.objects.create(
            department="CHEM", number=str(1300 + number), name="Chemistry, with a long name of its own"
        )
    a_ticket(course=course)
    page.clock.install(time=NOON)
    opened(page, live_server.url)

    scan(page, "nothing of ours")
    expect(page.get_by_role("alert")).to_contain_text("We can't check you in with this.")
    assert seen(page, axe) == []
    page.get_by_role("link", name="Use my name").click()
    page.get_by_label("Your name").fill("Kit Walker")
    page.get_by_label("Your e-mail").fill("zzz")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("This is not an address.").first).to_be_visible()
    assert seen(page, axe) == []
    page.get_by_label("Your e-mail").fill("kit@example.org")
    page.get_by_role("button", name="Go on").click()
    assert seen(page, axe) == []
    page.get_by_role("link", name="CHEM").click()
    assert seen(page, axe) == []
    page.clock.fast_forward(65_000)
    expect(page.get_by_text("Are you still there?").first).to_be_visible()
    assert seen(page, axe) == []
    page.get_by_role("button", name="I am still here").click()
    page.get_by_role("button", name=re.compile("CHEM 1300")).click()
    assert seen(page, axe) == []
    page.get_by_role("button", name="Join the queue").click()
    for _ in range(3):
        page.get_by_role("link", name="More time").click()
    expect(page.locator(".place")).to_have_text("2nd")
    assert seen(page, axe) == []

    page.goto(f"{live_server.url}/manage/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Check in here")
    page.get_by_role("link", name="For staff").click()
    assert seen(page, axe) == []
    page.get_by_label("PIN of the desk").fill(PIN)
    page.get_by_role("button", name="Close this screen").click()
    expect(page).to_have_url(f"{live_server.url}/help")


def test_who_goes_away_half_way_leaves_nothing(live_server, transactional_db, page: Page):
    found()
    help_desk.opened()
    page.clock.install(time=NOON)
    opened(page, live_server.url)
    page.get_by_role("link", name="Use my name").click()
    page.get_by_label("Your name").fill("Kit Walker")
    stand_still(page)
    page.keyboard.press("Tab")

    page.clock.fast_forward(81_000)
    expect(page.get_by_role("heading", level=1)).to_have_text("Check in here")
    page.go_back()
    page.wait_for_load_state()

    assert "Kit" not in page.content()
    assert page.locator("input").evaluate_all("all => all.some(field => /Kit/.test(field.value))") is False


@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720), (3840, 2160)])
def test_a_full_wall_fits_without_scrolling_and_follows_the_queue(size, live_server, transactional_db, page: Page):
    width, height = size
    college = found()
    help_desk.on_the_wall(college.ruth)
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{live_server.url}/help/board")

    assert page.locator(".call").count() == 4
    assert page.evaluate("document.documentElement.scrollHeight") == height
    assert page.locator(".wallcalls, .wallnext").evaluate_all(f"{CUT} ? box.className : '')") == ["", ""]
    letters = page.locator(".call .who").first.evaluate("box => parseFloat(getComputedStyle(box).fontSize)")
    assert letters >= height / 22, "read from five metres: on a wall of 1.2 m these are 30 mm"

    first = page.locator(".wallnext .who").first.inner_text()
    ticket = Ticket.objects.filter(state="waiting").order_by("place_at", "pk").first()
    actions.withdraw_ticket(ticket=ticket, actor=None)
    expect(page.locator(".wallnext .who").first).not_to_have_text(first, timeout=SOON)


def test_a_wall_without_a_connection_says_so(live_server, transactional_db, page: Page):
    found()
    help_desk.opened()
    page.goto(f"{live_server.url}/help/board")
    page.clock.install()
    page.reload()

    page.context.set_offline(True)
    for _ in range(4):
        page.clock.run_for(3_100)
    expect(page.get_by_role("alert")).to_contain_text("No connection.")

    page.context.set_offline(False)
    page.clock.run_for(3_100)
    expect(page.get_by_role("alert")).to_be_hidden()


@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("language", ["en", "together"])
def test_each_poster_is_one_page(paper, language, at_owner):
    page = at_owner(f"/manage/help/poster?language={language}")
    rooms = Room.objects.count()

    printed = page.pdf(format=paper, prefer_css_page_size=False)

    assert len(re.findall(rb"/Type\s*/Page\b", printed)) == rooms


@pytest.fixture
def at_owner(live_server, transactional_db, browser: Browser):
    """A page as the owner of the college sees it."""
    found()
    help_desk.opened()
    Room.objects.create(name="C4", building="The house with the longest name of all, beyond the river")
    client, context = Client(), browser.new_context()
    client.force_login(Person.objects.get(email="ruth@example.org"))
    held = client.cookies.items()
    context.add_cookies([{"name": key, "value": kept.value, "url": live_server.url} for key, kept in held])

    def come(path: str) -> Page:
        page = context.new_page()
        page.goto(live_server.url + path)
        return page

    yield come
    context.close()
