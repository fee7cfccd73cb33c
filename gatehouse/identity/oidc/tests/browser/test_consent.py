"""The question whether a service may know, and the page where one takes it back."""

from datetime import date

import pytest
from django.test import Client as Browser

from gatehouse.identity.oidc import actions
from gatehouse.identity.oidc.models import Client, Consent, Grant
from gatehouse.identity.oidc.tests.browser.visiting import CALLBACK, ISSUER, a_wiki, address, answer_in, hidden
from gatehouse.identity.tests.factories import a_person
from gatehouse.journal import actions as journal
from gatehouse.journal.models import Entry
from gatehouse.people.models import Membership

pytestmark = pytest.mark.django_db
PATH = "/oauth/authorize/consent"


def asked(browser: Browser, **changes: str | None) -> str:
    page = browser.get(address(**changes))
    assert page.status_code == 200
    return page.content.decode()


def test_the_page_says_with_the_real_values_what_is_told(maya, wiki, browser_of):
    Membership.objects.create(person=maya, source="x", number="1", level="Friend", expires_on=date(2031, 3, 31))
    Client.objects.update(claims={"locker": "attribute.Locker"})
    maya.attributes = {"Locker": "12"}
    maya.save()
    journal.record(actor=a_person(given_name="Ruth", family_name="Amsel"), verb="x.y", subject="", subject_id=wiki.pk)

    page = asked(browser_of(maya), scope="openid profile email membership offline_access")

    for words in ("Workshop Wiki asks who you are", "wiki.example.org", "Signed in as Maya Okafor", "maya@example.org",
                  "Friend, 1, valid until March 31, 2031", "while you are away", "locker", "by Ruth Amsel"):  # fmt: skip
        assert words in page
    assert "Your roles" not in page


def test_what_was_not_asked_for_is_not_named(maya, wiki, browser_of):
    assert maya.email not in asked(browser_of(maya), scope="openid profile")


def test_allowing_is_remembered_and_written_down(maya, wiki, browser_of):
    browser = browser_of(maya)

    back = browser.post(PATH, hidden(asked(browser)) | {"answer": "allow"})

    assert (back.status_code, back["Location"].startswith(f"{CALLBACK}?code=")) == (302, True)
    assert Consent.objects.get().scopes == ["openid", "profile"]
    assert Entry.objects.get(verb="consent.given").details == {"service": "wiki", "scopes": ["openid", "profile"]}
    assert browser.get(address(scope="openid")).status_code == 302, "less is not asked about"
    assert asked(browser, scope="openid email"), "more is"


def test_refusing_tells_the_service_and_is_not_remembered(maya, wiki, browser_of):
    browser = browser_of(maya)

    back = browser.post(PATH, hidden(asked(browser)) | {"answer": "refuse"})

    assert answer_in(back["Location"]) | {"error_description": ""} == {
        "error": "access_denied", "error_description": "", "state": "a state", "iss": ISSUER,
    }  # fmt: skip
    assert not Consent.objects.exists()
    assert not Grant.objects.exists()


def test_prompt_consent_asks_who_allowed_it_before(maya, wiki, browser_of):
    actions.give_consent(person=maya, client=wiki, scopes=["openid", "profile"])
    browser = browser_of(maya)

    page = asked(browser, prompt="consent")

    assert "code=" in browser.post(PATH, hidden(page) | {"answer": "allow"})["Location"]


def test_one_of_our_own_is_not_asked_about(maya, wiki, browser_of):
    Client.objects.update(is_trusted=True)

    assert browser_of(maya).get(address()).status_code == 302
    assert not Consent.objects.exists()


def test_m38_the_form_of_this_page_alone_may_lead_to_the_service(maya, wiki, browser_of):
    browser = browser_of(maya)

    assert "form-action 'self' https://wiki.example.org;" in browser.get(address())["Content-Security-Policy"] + ";"
    assert "form-action 'self';" in browser.get("/me/apps")["Content-Security-Policy"] + ";"


def test_another_sites_form_allows_nothing(maya, wiki):
    browser = Browser(enforce_csrf_checks=True)
    browser.force_login(maya)
    page = browser.get(address()).content.decode()

    forged = {name: value for name, value in hidden(page).items() if name != "csrfmiddlewaretoken"} | {
        "answer": "allow"
    }

    assert browser.post(PATH, forged).status_code == 403
    assert not Grant.objects.exists()


def test_the_answer_counts_for_whom_the_page_was_shown_to(maya, wiki, browser_of):
    fields = hidden(asked(browser_of(maya))) | {"answer": "allow"}

    answer = browser_of(a_person()).post(PATH, fields)

    assert (answer.status_code, answer["Location"].partition("?")[0]) == (303, "/oauth/authorize")
    assert not Consent.objects.exists()
    assert not Grant.objects.exists()


@pytest.mark.parametrize(
    "changes", [{"asked": ""}, {"asked": "client_id=wiki"}, {"asked": "%00&&="}, {"began": "x"}, {"person": "x"}]
)
def test_m47_a_form_that_was_tampered_with_harms_nobody(changes, maya, wiki, browser_of):
    browser = browser_of(maya)

    answer = browser.post(PATH, hidden(asked(browser)) | {"answer": "allow"} | changes)

    assert answer.status_code in {302, 303, 400}


def test_the_page_of_services_lists_them_and_takes_it_back(maya, wiki, browser_of):
    browser = browser_of(maya)
    browser.post(PATH, hidden(asked(browser)) | {"answer": "allow"})
    own = a_wiki(client_id="door", name="Front Door", is_trusted=True)
    browser.get(address(client_id="door"))

    page = browser.get("/me/apps").content.decode()
    taken = browser.post(f"/me/apps/{wiki.pk}/withdraw")
    after = browser.get("/me/apps").content.decode()

    assert "Workshop Wiki" in page
    assert "Your name" in page
    assert "Sign out there" in page
    assert (taken.status_code, taken["Location"]) == (302, "/me/apps")
    assert "Take it back" not in after
    assert own.name in after
    assert Grant.objects.get(client=wiki).ended_why == "withdrawn"
    assert Entry.objects.filter(verb="consent.withdrawn").exists()
    assert asked(browser), "it asks again"


def test_what_is_another_persons_stays_theirs(maya, wiki, browser_of):
    actions.give_consent(person=maya, client=wiki, scopes=["openid"])

    browser_of(a_person()).post(f"/me/apps/{wiki.pk}/withdraw")

    assert Consent.objects.filter(person=maya).exists()


@pytest.mark.parametrize("services", [1, 3])
def test_the_list_asks_as_much_for_three_as_for_one(services, maya, browser_of, django_assert_num_queries):
    for number in range(services):
        actions.give_consent(person=maya, client=a_wiki(client_id=f"w{number}"), scopes=["openid"])
    browser = browser_of(maya)
    browser.get("/me/apps")

    with django_assert_num_queries(8):
        browser.get("/me/apps")


def test_nothing_yet_says_what_will_stand_there(maya, browser_of):
    assert "No other service knows you" in browser_of(maya).get("/me/apps").content.decode()


def test_claims_asked_for_one_by_one_are_asked_about_too(maya, wiki, browser_of):
    actions.give_consent(person=maya, client=wiki, scopes=["openid", "profile"])
    browser = browser_of(maya)

    page = asked(browser, claims='{"userinfo": {"email": null, "phone_number": null}}')
    browser.post(PATH, hidden(page) | {"answer": "allow"})

    assert maya.email in page
    assert "telephone" not in page, "this service may not ask for it"
    assert Consent.objects.get().scopes == ["email", "openid", "profile"]
    assert Grant.objects.get().wanted == {"userinfo": {"email": None}}
