"""Two tutors at two desks: the queue moves by itself, one is faster, and keys do what buttons do."""

import pytest
from django.test import Client
from playwright.sync_api import Browser, Page, expect

from gatehouse.helpdesk import actions
from gatehouse.helpdesk.models import CannedAnswer, Ticket
from gatehouse.helpdesk.tests.factories import a_ticket, a_tutor
from gatehouse.people.tests.factories import PersonFactory
from tests.accessibility import help_desk
from tests.accessibility.college import found

SOON = 6_000  # milliseconds in which another's deed is seen


@pytest.fixture
def at_desk(live_server, transactional_db, browser: Browser):
    """`at_desk("Ana", 1280)` is the queue as this tutor sees it, on a screen so wide."""
    found()
    course = help_desk.opened()
    opened = []

    def come(name: str, width: int = 1280) -> Page:
        client = Client()
        client.force_login(a_tutor(course, given_name=name, family_name="Silva"))
        context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
        held = client.cookies.items()
        context.add_cookies([{"name": key, "value": kept.value, "url": live_server.url} for key, kept in held])
        page = context.new_page()
        opened.append(context)
        page.goto(f"{live_server.url}/manage/help/queue")
        return page

    come.course = course
    yield come
    for context in opened:
        context.close()


def asks(course, name: str) -> Ticket:
    return a_ticket(PersonFactory(given_name=name, family_name="Brandt"), course)


def test_two_tutors_race_and_the_loser_reads_who_was_faster(at_desk):
    ana, ben = at_desk("Ana"), at_desk("Ben")
    expect(ana.locator("#waiting")).to_contain_text("Nobody waits in your courses")

    ticket = asks(at_desk.course, "Leon")
    for page in (ana, ben):
        expect(page.locator("#waiting")).to_contain_text("Leon Brandt", timeout=SOON)
    expect(ana.locator("#told")).to_have_text("1 waits in your courses.")
    ana.keyboard.press("n")
    expect(ana.locator("#session")).to_contain_text("You are helping")
    ben.get_by_role("button", name="Help next").first.click()

    expect(ben.locator("main")).to_contain_text("Ana took this one a moment ago. Help the next person?")
    ticket.refresh_from_db()
    assert ticket.helps.get().tutor_name == "Ana Silva"


def test_keys_close_and_undo_and_can_be_switched_off(at_desk):
    ticket = asks(at_desk.course, "Leon")
    page = at_desk("Ana")
    page.keyboard.press("n")
    expect(page.locator("#session")).to_contain_text("You are helping")

    page.get_by_label("Note", exact=False).first.press_sequentially("nc")
    expect(page.locator("#session")).to_contain_text("You are helping")
    page.locator("h1").click()
    page.keyboard.press("c")
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#session")).to_contain_text("You are helping")
    page.get_by_label("Keys N and C").uncheck()
    page.locator("h1").click()
    page.keyboard.press("c")
    page.wait_for_timeout(400)

    ticket.refresh_from_db()
    assert ticket.state == Ticket.State.HELPED


@pytest.mark.parametrize("width", [390, 1280])
def test_a_shift_from_the_switch_to_the_last_close(at_desk, width, axe):
    CannedAnswer.objects.create(title="Use the t-table", text="With few values use the t-table.")
    page = at_desk("Ana", width)
    page.get_by_label("I’m here").click()
    page.get_by_label("Room").select_option(label="B15, Tower House")
    page.get_by_role("button", name="I’m here").click()
    expect(page.locator(".duty")).to_contain_text("Room B15, since")

    ticket = asks(at_desk.course, "Leon")
    expect(page.locator("#waiting")).to_contain_text("Leon Brandt", timeout=SOON)
    page.get_by_role("button", name="Help next").filter(visible=True).click()
    page.get_by_text("Write to Leon Brandt").click()
    page.get_by_label("Ready answer").select_option(label="Use the t-table")
    expect(page.get_by_label("Message")).to_have_value("With few values use the t-table.")
    page.get_by_role("button", name="Send").click()
    actions.ask_more(ticket=ticket, actor=ticket.person, text="Thank you!")
    expect(page.locator("#news")).to_contain_text("Something happened on this ticket", timeout=SOON)
    page.get_by_role("link", name="Show it").click()
    expect(page.locator("#session")).to_contain_text("Thank you!")
    assert axe(page) == []
    page.get_by_label("Partly").check()
    page.get_by_role("button", name="Close, ").filter(visible=True).click()

    expect(page.locator("[data-toast]")).to_contain_text("Closed: Partly.")
    ticket.refresh_from_db()
    assert (ticket.state, ticket.outcome) == (Ticket.State.CLOSED, "partly")
