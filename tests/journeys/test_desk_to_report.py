"""From a guest's question to the coordinator's report: three people, three browsers, and nobody's name at the end."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from gatehouse.core import clock
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.models import Ticket
from gatehouse.helpdesk.tests.factories import a_ticket, a_tutor
from gatehouse.helpdesk.tests.reading import last_letter, words_of
from gatehouse.helpdesk.tests.visiting import visits
from gatehouse.people.models import Role, RoleGrant
from gatehouse.people.tests.factories import PersonFactory
from tests.accessibility import help_desk
from tests.accessibility.college import found

SOON = 6_000  # milliseconds in which another's deed is seen
GUEST = "Wanda Guesting"


@pytest.fixture
def sits_down(live_server, transactional_db, browser: Browser):
    """`sits_down(person, width, theme)` is a browser of theirs; of a stranger without one."""
    opened = []

    def come(person, width: int, theme: str) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=theme, base_url=live_server.url
        )
        if person:
            client = Client()
            client.force_login(person)
            held = client.cookies.items()
            context.add_cookies([{"name": key, "value": one.value, "url": live_server.url} for key, one in held])
        opened.append(context)
        return context.new_page()

    yield come
    for context in opened:
        context.close()


def coordinator():
    person = PersonFactory(given_name="Edith", family_name="Thornbury")
    reads = Role.objects.create(slug="reads-reports", name="Reads reports", permissions=[policies.REPORT])
    RoleGrant.objects.create(person=person, role=reads)
    return person


def ask(page: Page) -> None:
    page.goto("/help/ask")
    page.get_by_label("Course", exact=True).click()
    page.get_by_label("Course", exact=True).press_sequentially("stat")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_label("Your question").fill("Which of the two tests fits question 4?")
    page.get_by_label("Your name").fill(GUEST)
    page.get_by_label("Your e-mail").fill("wanda.guesting@example.org")
    page.get_by_role("button", name="Send, and get the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    page.goto(re.search(r"/help/confirm/[^\s>)]+", words_of(last_letter()))[0])
    page.get_by_role("button", name="Yes, show my place").click()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_question_is_asked_helped_rated_and_counted_without_a_name(sits_down, width, theme, axe):
    found()
    course = help_desk.opened()
    visits(6, course=course, at=clock.now() - timedelta(hours=1), stars=5)
    first, ana, edith = a_ticket(course=course), a_tutor(course, given_name="Ana", family_name="Silva"), coordinator()
    guest, tutor, report = (sits_down(who, width, theme) for who in (None, ana, edith))

    ask(guest)
    expect(guest.locator("#place")).to_contain_text("2nd")
    tutor.goto("/manage/help/queue")
    for asker in (first.asker, GUEST):
        expect(tutor.locator("#waiting")).to_contain_text(asker)
        tutor.get_by_role("button", name="Help next").filter(visible=True).click()
        expect(tutor.locator("#session")).to_contain_text(asker)
        if asker == GUEST:
            expect(guest.locator(".arch.turn #place")).to_be_visible(timeout=SOON)
        else:
            expect(guest.locator("#place")).to_contain_text("1st", timeout=SOON)
        tutor.get_by_label("Solved").check()
        tutor.get_by_role("button", name="Close, ").filter(visible=True).click()
        expect(tutor.locator("[data-toast]")).to_contain_text("Closed: Solved.")
    guest.get_by_role("button", name="4 of 5").click(timeout=SOON)
    expect(guest.get_by_role("button", name="4 of 5")).to_have_attribute("aria-pressed", "true")

    report.goto("/manage/help/reports")
    expect(report.locator(".sums")).to_contain_text("8")
    told = report.locator("body").inner_text()
    assert GUEST not in told
    assert "wanda.guesting" not in told
    assert [axe(page) for page in (guest, tutor, report)] == [[], [], []]
    assert Ticket.objects.get(guest_name=GUEST).stars == 4
