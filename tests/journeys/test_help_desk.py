"""A guest asks on a phone or at a desk, sees the place count down, is called, helped, and says how it was."""

import re

import pytest
from playwright.sync_api import Page, expect

from gatehouse.core import clock
from gatehouse.helpdesk import actions
from gatehouse.helpdesk.models import Course, Help, Section, Ticket
from gatehouse.helpdesk.tests.factories import a_ticket
from gatehouse.helpdesk.tests.reading import last_letter, words_of
from gatehouse.people.models import Person
from tests.accessibility import help_desk
from tests.accessibility.college import found

SOON = 3_000  # milliseconds in which a change is seen


def of_letter(wanted: str) -> str:
    return re.search(wanted, words_of(last_letter()))[0]


def helped(ticket: Ticket) -> None:
    tutor = Person.objects.filter(shifts__room__name="B15").get()
    Ticket.objects.filter(pk=ticket.pk).update(state="helped", claimed_at=clock.now())
    Help.objects.create(ticket=ticket, tutor=tutor, tutor_name=tutor.name)
    actions.queue_moved()


def closed(ticket: Ticket) -> None:
    now = clock.now()
    Help.objects.filter(ticket=ticket).update(ended_at=now)
    fields = {"state": "closed", "closed_at": now, "outcome": "solved", "next_step": "Read page 4"}
    Ticket.objects.filter(pk=ticket.pk).update(**fields)
    actions.queue_moved()


def fill(page: Page, course: str) -> None:
    page.get_by_label("Course", exact=True).click()
    page.get_by_label("Course", exact=True).press_sequentially(course)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.get_by_label("Homework").check()
    page.get_by_label("Your question").fill("Which of the two tests fits question 4?")


@pytest.mark.parametrize("width", [390, 1280])
def test_guest_asks_waits_is_helped_and_rates(width, live_server, transactional_db, page: Page, axe):
    found()
    first = a_ticket(course=help_desk.opened())
    page.set_viewport_size({"width": width, "height": 900})

    page.goto(f"{live_server.url}/help")
    page.get_by_role("main").get_by_role("link", name="Get help").click()
    fill(page, "stat")
    page.get_by_label("Your name").fill("Maya Okafor")
    page.get_by_label("Your e-mail").fill("maya.guest@example.org")
    page.locator("input[type=file]").set_input_files(
        {"name": "notes.txt", "mimeType": "text/plain", "buffer": b"p = 0.03"}
    )
    expect(page.locator(".drop")).to_contain_text("notes.txt")
    page.get_by_role("button", name="Send, and get the link").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    ticket = Ticket.objects.exclude(pk=first.pk).get()

    page.goto(live_server.url + of_letter(r"/help/confirm/[^\s>)]+"))
    page.get_by_role("button", name="Yes, show my place").click()
    expect(page.locator("#place")).to_contain_text("2nd")
    expect(page).to_have_title(re.compile(r"^2nd, about \d+ min: Alder College"))
    assert axe(page) == []

    page.get_by_label("Add something").fill("I am at table 5")
    actions.withdraw_ticket(ticket=first, actor=None)
    expect(page.locator("#place")).to_contain_text("1st", timeout=SOON)
    expect(page).to_have_title(re.compile("^1st"), timeout=SOON)
    expect(page.locator("p[role=status]")).to_contain_text("You are 1st")
    expect(page.get_by_label("Add something")).to_be_focused()

    helped(ticket)
    expect(page.locator(".arch.turn #place")).to_contain_text("Go to B15, Tower House", timeout=SOON)
    expect(page.locator("p[role=status]")).to_contain_text("It is your turn.")
    expect(page.get_by_label("Add something")).to_be_focused()
    expect(page.get_by_label("Add something")).to_have_value("I am at table 5")

    closed(ticket)
    expect(page.get_by_text("Read page 4")).to_be_visible(timeout=SOON)
    page.get_by_role("button", name="4 of 5").click()
    expect(page.get_by_role("button", name="4 of 5")).to_have_attribute("aria-pressed", "true")
    ticket.refresh_from_db()
    assert ticket.stars == 4
    assert axe(page) == []


@pytest.mark.parametrize("width", [390, 1280])
def test_place_is_kept_while_away_and_after_leaving_by_mistake(width, live_server, transactional_db, page: Page):
    found()
    course = help_desk.opened()
    ticket = a_ticket(course=course)
    a_ticket(course=course)
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(live_server.url + help_desk.links.path_of(ticket))

    page.get_by_role("button", name="Step away, 10 min").click()
    expect(page.locator("#place")).to_contain_text("kept for you until")
    page.get_by_role("button", name="I am back").click()
    expect(page.locator("#place")).to_contain_text("1st")
    page.get_by_role("button", name=re.compile("^Leave")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You left the queue")
    page.get_by_role("button", name="Undo").click()

    expect(page.locator("#place")).to_contain_text("1st")


def test_text_is_kept_in_the_browser_and_others_are_offered(live_server, transactional_db, page: Page, context, client):
    college = found()
    course = help_desk.opened()
    for _ in range(2):
        a_ticket(course=course, assignment="Paired tests")
    client.force_login(college.maya)
    cookies = [{"name": name, "value": held.value, "url": live_server.url} for name, held in client.cookies.items()]
    context.add_cookies(cookies)

    page.goto(f"{live_server.url}/help/ask")
    fill(page, "1100")
    page.get_by_label("What are you working on?").fill("paired tests")
    page.reload()
    expect(page.get_by_label("Your question")).to_have_value("Which of the two tests fits question 4?")
    fill(page, "1100")
    page.get_by_label("What are you working on?").fill("paired tests ")
    page.get_by_label("Your question").focus()
    expect(page.get_by_text("2 others ask about “paired tests”")).to_be_visible()
    page.get_by_label("Sit in with them").check()
    page.get_by_role("button", name="Join the queue").click()

    expect(page.locator("#place")).to_contain_text("1st")
    assert Ticket.objects.get(person=college.maya).group.tickets.count() == 3


def test_sections_follow_the_course_and_what_was_sent_is_forgotten(live_server, transactional_db, page: Page):
    found()
    course = help_desk.opened()
    Section.objects.create(course=Course.objects.get(department="CHEM"), term=course.sections.get().term, number="002")

    page.goto(f"{live_server.url}/help/ask")
    expect(page.locator("[name=section]")).to_contain_text("CHEM 1210 002")
    fill(page, "1100")
    expect(page.locator("[name=section]")).not_to_contain_text("CHEM")
    expect(page.locator("[name=section]")).to_contain_text("STAT 1100 001")
    page.get_by_label("Your name").fill("Maya Okafor")
    page.get_by_label("Your e-mail").fill("maya.guest@example.org")
    page.get_by_label("Your question").press_sequentially(" Or neither?")
    page.get_by_role("button", name="Send, and get the link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Look into your mail")
    page.goto(f"{live_server.url}/help/ask")

    expect(page.get_by_label("Your question")).to_have_value("")


def test_asking_works_without_a_script(live_server, transactional_db, browser):
    found()
    help_desk.opened()
    page = browser.new_context(java_script_enabled=False).new_page()

    page.goto(f"{live_server.url}/help/ask")
    page.get_by_label("Course", exact=True).select_option("STAT 1100, Introduction to statistics")
    page.get_by_label("Your question").fill("Which of the two?")
    page.get_by_label("Your name").fill("Maya Okafor")
    page.get_by_label("Your e-mail").fill("zzz")
    page.get_by_role("button", name="Send, and get the link").click()
    expect(page.get_by_label("Your question")).to_have_value("Which of the two?")
    page.get_by_label("Your e-mail").fill("maya.guest@example.org")
    page.get_by_role("button", name="Send, and get the link").click()
    page.goto(live_server.url + of_letter(r"/help/confirm/[^\s>)]+"))
    page.get_by_role("button", name="Yes, show my place").click()

    expect(page.locator("#place")).to_contain_text("1st")
    expect(page.get_by_text("As of ")).to_be_visible()
