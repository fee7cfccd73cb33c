"""The pages of services at 390 px: what is chosen there can be read."""

import pytest

from gatehouse.identity.oidc import actions
from gatehouse.identity.oidc.tests.factories import a_client
from gatehouse.identity.tests.factories import an_owner
from gatehouse.identity.tests.reading import code_of, last_letter
from gatehouse.people.models import Person


@pytest.fixture
def office(page, live_server, transactional_db):
    owner = an_owner(email="owner@example.org")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{live_server.url}/sign-in")
    page.get_by_label("E-mail address").fill(owner.email)
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_label("Code").fill(code_of(last_letter()))
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{live_server.url}/")
    return page


def test_words_have_the_width_they_need(office, live_server):
    client = a_client()
    actions.give_consent(person=Person.objects.get(), client=client, scopes=["openid", "profile", "email", "roles"])

    office.goto(f"{live_server.url}/manage/identity/services/add/web")
    first, second = (office.locator("label.choice").nth(n).bounding_box() for n in (0, 1))
    office.goto(f"{live_server.url}/manage/identity/services/{client.pk}")
    overlap = office.get_by_label("The one before is good for").bounding_box()
    press = office.get_by_role("button", name="Make a new secret").bounding_box()

    assert second["y"] >= first["y"] + first["height"], "what it may learn: one below the other"
    assert press["y"] >= overlap["y"] + overlap["height"], "the button stands below and leaves the choice its room"

    office.goto(f"{live_server.url}/me/apps")
    told = office.get_by_text("That it is you").bounding_box()
    take_back = office.get_by_role("button", name="Take it back").bounding_box()
    assert told["y"] >= take_back["y"] + take_back["height"], "what it knows has the whole line below"
