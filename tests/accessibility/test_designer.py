"""The designer in a browser: the card follows what is typed, and a chosen picture is shown at once."""

import pytest
from playwright.sync_api import expect

from gatehouse.passes.models import Design
from gatehouse.passes.tests import drafting

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def designer(visit):
    browser = visit("owner")
    browser.open(f"/manage/passes/designs/{drafting.begun().pk}")
    return browser


def test_card_follows_what_is_typed(designer):
    page = designer.page
    card = page.locator("#shown-card .pass").first

    page.get_by_label("Title", exact=True).fill("Garden Friends")
    expect(card).to_contain_text("Garden Friends")
    page.get_by_label("Labels", exact=True).fill("#2a5a50")
    expect(page.locator("#contrasts")).to_contain_text("Hard to read")
    expect(page.locator("#open-points")).to_contain_text("can't be read by everybody")
    page.get_by_label("As", exact=True).select_option("long")
    expect(card).to_contain_text("Konstantinopoulou")
    page.get_by_label("Dark room").check()
    expect(page.locator("#shown-card")).to_have_class("room dark")

    assert Design.objects.get(name="Friends of the garden").blueprint.logo_text != "Garden Friends"
    assert designer.complaints == designer.strangers == []


def test_chosen_picture_is_shown_at_once_and_saved_with_the_rest(designer):
    page = designer.page
    page.get_by_label("Title", exact=True).fill("Garden Friends")

    picture = {"name": "strip.png", "mimeType": "image/png", "buffer": drafting.picture()}
    page.locator("#id_image-strip").set_input_files(picture)
    expect(page.locator("#shown-card img.strip")).to_be_visible()
    expect(page.get_by_label("Title", exact=True)).to_have_value("Garden Friends")
    page.get_by_role("button", name="Save the draft").click()

    expect(page.locator("[data-toast]")).to_contain_text("The draft is saved.")
    saved = Design.objects.get(name="Friends of the garden").blueprint
    assert saved.logo_text == "Garden Friends"
    assert "strip" in saved.images


def test_enter_in_a_field_shows_and_neither_saves_nor_publishes(designer):
    page = designer.page
    page.get_by_label("Title", exact=True).fill("Garden Friends")

    page.get_by_label("Title", exact=True).press("Enter")

    expect(page.locator(".actionbar")).to_contain_text("Not saved")
    expect(page.get_by_label("Title", exact=True)).to_have_value("Garden Friends")
    assert Design.objects.get(name="Friends of the garden").blueprint.logo_text != "Garden Friends"


def test_fields_show_only_what_they_need(designer):
    page = designer.page
    row = page.locator("#row-1")

    expect(row.get_by_label("Own words")).to_be_hidden()
    row.get_by_label("Says").select_option(label="Own words")
    expect(row.get_by_label("Own words")).to_be_visible()
    row.get_by_text("Place, format and notice").click()
    expect(row.get_by_label("Currency")).to_be_hidden()
    row.get_by_label("Shown as").select_option("currency")
    expect(row.get_by_label("Currency")).to_be_visible()
