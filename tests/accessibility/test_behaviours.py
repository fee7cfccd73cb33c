"""Each behaviour that a data- attribute names, once, in a browser; then the same deeds without a script."""

import pytest
from playwright.sync_api import expect

from gatehouse.people.models import Group, Organisation, Person
from gatehouse.people.tests.factories import GroupPlaceFactory, PersonFactory
from tests.accessibility import pages


def save_organisation(browser):
    browser.open("/manage/organisation")
    browser.page.get_by_label("Unit").fill("Garden")
    browser.page.get_by_role("button", name="Save the organisation").click()
    return browser.page.locator("[data-toast]")


def test_toast_tells_of_a_success_and_leaves_when_asked(visit):
    toast = save_organisation(visit("owner"))

    expect(toast).to_contain_text("Saved.")
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_have_count(0)


def test_toast_leaves_by_itself_but_not_while_it_is_looked_at(visit):
    browser = visit("owner")
    browser.page.clock.install()
    toast = save_organisation(browser)

    toast.hover()
    browser.page.clock.run_for(15_000)
    expect(toast).to_be_visible()
    browser.page.mouse.move(5, 5)
    browser.page.clock.run_for(11_000)

    expect(toast).to_have_count(0)


def test_toast_takes_an_act_back(visit, college):
    browser = visit("owner")
    browser.open(f"/manage/groups/{college.group.pk}")
    browser.page.get_by_role("button", name="Take").first.click()
    assert not college.group.places.exists()

    browser.page.get_by_role("button", name="Undo").click()

    expect(browser.page.locator("[data-toast]")).to_contain_text("is in the group again")
    assert college.group.places.exists()


def test_typed_text_outlives_a_broken_connection_and_is_forgotten_once_saved(visit):
    browser = visit("owner")
    page = browser.page
    browser.open("/manage/people/add")
    page.get_by_label("First name").fill("Ana")
    browser.open("/manage/people")

    browser.open("/manage/people/add")
    expect(page.get_by_label("First name")).to_have_value("Ana")
    page.get_by_role("button", name="Add", exact=False).last.click()
    page.wait_for_url("**/manage/people/*-*")
    browser.open("/manage/people/add")

    expect(page.get_by_label("First name")).to_have_value("")


def test_button_waits_for_the_number(visit, college):
    for person in PersonFactory.create_batch(101):
        GroupPlaceFactory(group=college.group, person=person)
    browser = visit("owner")
    browser.open(f"/manage/groups/{college.group.pk}/delete")
    button = browser.page.get_by_role("button", name="Delete 1 group")

    expect(browser.page.get_by_role("link", name="Go back")).to_be_focused()
    expect(button).to_be_disabled()
    browser.page.get_by_label("Type the number").fill("101")
    expect(button).to_be_disabled()
    browser.page.get_by_label("Type the number").fill("102")
    button.click()

    expect(browser.page.locator("[data-toast]")).to_be_visible()
    assert not Group.objects.filter(pk=college.group.pk).exists()


def test_all_are_chosen_at_once_and_the_bar_counts_them(visit):
    browser = visit("owner")
    page = browser.page
    browser.open("/manage/parts")
    bar, everyone = page.locator("[data-chosen]"), page.get_by_label("Choose all on this page")

    expect(bar).to_be_hidden()
    everyone.check()
    expect(bar).to_contain_text("Letters chosen: 2")
    page.get_by_label("Choose the letter to Noor").uncheck()
    expect(bar).to_contain_text("Letters chosen: 1")

    assert everyone.evaluate("box => box.indeterminate")


def test_long_work_is_looked_at_again_until_it_is_over(visit, settings, monkeypatch):
    settings.ROOT_URLCONF = "tests.accessibility.pages"
    monkeypatch.setattr(pages.work, "is_over", False)
    browser = visit("owner")
    browser.page.clock.install()
    browser.open("/try/work")

    expect(browser.page.locator("#work")).to_contain_text("Step 0")
    browser.page.clock.run_for(2_500)
    expect(browser.page.locator("#work")).to_contain_text("Step 1")
    browser.page.clock.run_for(2_500)
    expect(browser.page.locator("#work")).to_contain_text("Step 2")
    browser.page.clock.run_for(2_500)

    expect(browser.page.locator("#work")).to_contain_text("All done")


def test_text_is_copied_and_the_button_says_so(visit, context):
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    browser = visit("owner")
    browser.open("/manage/parts")
    browser.page.locator("[data-copy]").click()

    expect(browser.page.locator("[data-copy]")).to_contain_text("Copied")
    assert browser.page.evaluate("navigator.clipboard.readText()") == "https://portal.example.org/help/tickets/20417"


def test_door_is_shown_while_its_colour_is_chosen(visit):
    browser = visit("owner")
    browser.open("/manage/organisation")
    browser.page.get_by_label("Door colour").fill("#f0b03a")

    expect(browser.page.locator("#look")).to_contain_text("can't be read by everybody")
    browser.page.get_by_label("Door colour").fill("#1f3f8a")
    expect(browser.page.locator("#look svg")).to_have_count(2)
    assert browser.complaints == []


def test_theme_is_chosen_at_once_and_kept(visit):
    browser = visit("member")
    browser.open("/")
    browser.page.get_by_label("Light or dark").select_option("dark")
    expect(browser.page.locator("html")).to_have_attribute("data-bs-theme", "dark")

    browser.page.wait_for_load_state("networkidle")
    browser.open("/")

    expect(browser.page.locator("html")).to_have_attribute("data-bs-theme", "dark")


def test_menu_closes_with_escape_and_gives_the_focus_back(visit):
    browser = visit("owner")
    browser.page.set_viewport_size({"width": 390, "height": 800})
    browser.open("/manage/")
    browser.page.get_by_text("Menu", exact=True).click()
    browser.page.keyboard.press("Tab")
    browser.page.keyboard.press("Escape")

    expect(browser.page.locator("details.menu nav")).to_be_hidden()
    expect(browser.page.locator("details.menu summary")).to_be_focused()


def test_page_without_a_connection_is_ours(visit, context):
    browser = visit("owner")
    page = browser.page
    browser.open("/docs/")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    browser.open("/docs/")
    context.set_offline(True)

    page.goto(f"{browser.server}/manage/people")

    expect(page.get_by_role("heading", level=1)).to_have_text("No connection")
    assert page.locator(".gate").evaluate("gate => getComputedStyle(gate).borderTopLeftRadius") != "0px"
    assert "Ruth" not in page.content()


@pytest.fixture
def plain(browser, live_server, cookies_of):
    """A browser that runs no scripts, with the owner signed in."""
    context = browser.new_context(java_script_enabled=False, base_url=live_server.url)
    held = cookies_of("owner").items()
    context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in held])
    yield context.new_page()
    context.close()


def test_forms_are_sent_without_a_script(plain):
    plain.goto("/manage/organisation")
    plain.get_by_label("Unit").fill("Garden")
    plain.get_by_role("button", name="Save the organisation").click()
    expect(plain.locator(".toast")).to_contain_text("Saved.")
    assert Organisation.objects.get().unit == "Garden"

    plain.get_by_label("Door colour").fill("#1f3f8a")
    plain.get_by_role("button", name="Show me").click()
    expect(plain.locator("#look svg")).to_have_count(2)
    assert Organisation.objects.get().door_colour == "#7a1f3d"

    plain.goto("/manage/people")
    plain.get_by_label("Name, e-mail or number").fill("Nguyễn")
    plain.get_by_role("button", name="Show").click()
    expect(plain.locator("main tbody tr")).to_have_count(1)


def test_looks_and_menu_work_without_a_script(plain):
    plain.goto("/")
    plain.get_by_label("Light or dark").select_option("dark")
    plain.get_by_label("Language").select_option("de")
    plain.get_by_role("button", name="Set").click()
    expect(plain.locator("html")).to_have_attribute("data-bs-theme", "dark")
    expect(plain.locator("html")).to_have_attribute("lang", "de")

    plain.set_viewport_size({"width": 390, "height": 800})
    plain.locator("details.menu summary").click()
    expect(plain.locator("details.menu nav")).to_be_visible()


def test_somebody_is_added_without_a_script(plain):
    plain.goto("/manage/people/add")
    plain.get_by_label("First name").fill("Noor")
    plain.get_by_label("E-mail").fill("noor@example.org")
    plain.get_by_role("button", name="Add", exact=False).last.click()

    expect(plain.get_by_role("heading", level=1)).to_contain_text("Noor")
    assert Person.objects.filter(email="noor@example.org").exists()
