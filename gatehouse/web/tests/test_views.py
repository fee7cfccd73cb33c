from datetime import UTC, datetime

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.template.loader import render_to_string
from django.urls import include, path

from gatehouse.core import clock, echo, menu
from gatehouse.mail.tests.factories import LetterFactory
from gatehouse.people.models import Organisation, Person, Role, RoleGrant
from gatehouse.people.tests.factories import MembershipFactory, an_owner
from gatehouse.web.views.home import home

pytestmark = pytest.mark.django_db


def fall(request):
    raise ZeroDivisionError


def say(request):
    echo.done(request, "9 letters wait again.", undo="/undo/9")
    return home(request)


# The portal's own addresses, and two that fail.
urlpatterns = [path("", include("gatehouse.config.urls")), path("fall", fall), path("say", say)]
handler400 = "gatehouse.web.views.errors.wrong"
handler403 = "gatehouse.web.views.errors.refused"
handler404 = "gatehouse.web.views.errors.not_found"
handler500 = "gatehouse.web.views.errors.broken"


@pytest.fixture
def host():
    return Organisation.objects.update_or_create(pk=1, defaults={"name": "Alder College", "unit": "Learning Centre"})[0]


@pytest.fixture
def host_is_kept(host, settings):
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "kept"}}
    yield host
    cache.clear()


@pytest.fixture
def maya():
    return Person.objects.create_user("maya@example.org", given_name="Maya", family_name="Okafor")


@pytest.fixture
def owner():
    person = Person.objects.create_user("ruth@example.org", given_name="Ruth", family_name="Amsel")
    RoleGrant.objects.create(person=person, role=Role.objects.get(slug="owner"))
    return person


@pytest.fixture
def staff_client(client, owner):
    client.force_login(owner)
    return client


def test_strangers_read_whose_house_this_is_and_how_to_come_in(client, host):
    answer = client.get("/")

    assert "Welcome to Alder College" in answer.text
    assert 'href="/sign-in"' in answer.text


@pytest.mark.parametrize(
    ("hour", "said"), [(2, "Hello"), (5, "Good morning"), (12, "Good afternoon"), (18, "Good evening"), (22, "Hello")]
)
def test_home_greets_by_the_hour(client, maya, monkeypatch, hour, said):
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 11, 19, hour, tzinfo=UTC))
    client.force_login(maya)

    answer = client.get("/")

    assert f"{said}, Maya" in answer.text
    assert "Thursday 19 November 2026" in answer.text


def test_home_shows_the_parts_that_have_something_and_puts_narrow_ones_side_by_side(client, maya, monkeypatch):
    monkeypatch.setattr(menu, "_home", {})
    note = {"title": "Two letters", "kind": "wait"}
    menu.add_home(menu.HomePart("parts/note.html", lambda person: note | {"text": person.name}, order=2, wide=False))
    menu.add_home(menu.HomePart("parts/empty.html", lambda _person: {"text": "No cards"}, order=3, wide=False))
    menu.add_home(menu.HomePart("parts/facts.html", lambda _person: None, order=1))
    client.force_login(maya)

    answer = client.get("/")

    assert len(answer.context["rows"]) == 1
    assert answer.text.index("Maya Okafor</span>") < answer.text.index("No cards")
    assert 'class="kv"' not in answer.text


def test_overview_is_for_staff(client, maya):
    assert client.get("/manage/").url == "/sign-in?next=/manage/"

    client.force_login(maya)
    assert client.get("/manage/").status_code == 403


def test_staff_menu_marks_where_one_is(staff_client):
    answer = staff_client.get("/manage/parts")

    assert answer.text.count('aria-current="page"') == 2
    assert 'href="/manage/parts" aria-current="page"' in answer.text


def test_pages_of_one_entry_are_tabs_on_each_and_not_below(staff_client):
    first, below = (
        BeautifulSoup(staff_client.get(f"/manage/passes/{name}").text, "html.parser")
        for name in ("designs", "designs/add")
    )

    assert first.select_one("nav.tabs.pages [aria-current=page]").text.strip() == "Designs"
    assert below.select("nav.tabs.pages") == []
    for page in (first, below):
        assert page.select_one(".side [aria-current=page]")["href"] == "/manage/passes"


def test_page_of_parts_is_for_those_who_run_the_portal(client, maya):
    client.force_login(maya)

    assert client.get("/manage/parts").status_code == 403


@pytest.mark.parametrize(("address", "queries"), [("/", 9), ("/manage/organisation", 4), ("/manage/parts", 3)])
def test_pages_ask_the_database_little(staff_client, host_is_kept, address, queries, django_assert_num_queries):
    """Session, person and roles, and what the page shows; for the host nothing, as long as it is kept.

    On staff pages the menu says what waits, a query each.
    """
    counted = [one for entry in menu._entries.values() for one in (entry, *entry.pages) if one.count]
    waiting = len(counted) if address != "/" else 0
    staff_client.get(address)

    with django_assert_num_queries(queries + waiting):
        staff_client.get(address)


def test_success_is_said_as_a_toast_with_an_undo(client, maya, settings):
    settings.ROOT_URLCONF = __name__
    client.force_login(maya)

    answer = client.get("/say")

    assert "9 letters wait again." in answer.text
    assert 'action="/undo/9"' in answer.text
    assert "9 letters wait again." not in client.get("/").text


def test_theme_and_language_are_kept_in_the_browser(client):
    answer = client.post("/looks", {"theme": "dark", "language": "de", "next": "/manage/?q=a"})

    assert answer.url == "/manage/?q=a"
    assert 'data-bs-theme="dark"' in client.get("/").text
    assert 'lang="de"' in client.get("/").text

    client.post("/looks", {"theme": "", "language": "en"})
    assert "data-bs-theme" not in client.get("/").text


@pytest.mark.parametrize("target", ["https://elsewhere.example.org/", "//elsewhere.example.org", "javascript:alert(1)"])
def test_looks_never_leads_elsewhere(client, target):
    assert client.post("/looks", {"next": target}).url == "/"


@pytest.mark.parametrize("nonsense", ["<script>", "dark\r\nX: y", "x" * 5000])
def test_nonsense_is_no_theme(client, nonsense):
    client.post("/looks", {"theme": nonsense, "language": nonsense})
    client.cookies["gatehouse_theme"] = "<b>"

    assert "data-bs-theme" not in client.get("/").text


def test_painted_door_is_a_sheet_of_its_own_that_never_changes(client, host):
    host.door_colour = "#7a1f3d"
    host.save()

    assert 'href="/door-7a1f3d.css"' in client.get("/").text
    sheet = client.get("/door-7a1f3d.css")
    assert sheet["Content-Type"] == "text/css; charset=utf-8"
    assert "immutable" in sheet["Cache-Control"]
    assert "--gh-door: #7a1f3d;" in sheet.text


def test_door_that_cannot_be_read_has_no_sheet(client):
    assert client.get("/door-f0b03a.css").status_code == 404


def test_offline_page_knows_nobody(staff_client, host):
    answer = staff_client.get("/offline")

    assert "Alder College" in answer.text
    assert "Ruth" not in answer.text
    assert "csrf" not in answer.text


def test_service_worker_keeps_the_offline_page(client):
    answer = client.get("/sw.js")

    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert '"/offline"' in answer.text


def test_missing_page_says_so_in_the_house_s_face(client, host):
    answer = client.get("/nothing-here")

    assert answer.status_code == 404
    assert "There is no page here" in answer.text


def test_broken_page_asks_nothing_of_the_database(client, settings, django_assert_num_queries):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False

    with django_assert_num_queries(0):
        answer = client.get("/fall")

    assert answer.status_code == 500
    assert "Something broke here" in answer.text


def test_form_from_nowhere_is_refused_in_plain_words():
    from django.test import Client  # noqa: PLC0415

    answer = Client(enforce_csrf_checks=True).post("/looks", {"theme": "dark"})

    assert answer.status_code == 403
    assert "This page was open too long" in answer.text


def test_pages_carry_a_strict_policy(client):
    policy = client.get("/")["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "data:" not in policy


def test_letter_has_one_button_and_its_bare_address(host):
    said = {
        "organisation": host,
        "subject": "Welcome",
        "button_url": "https://p.example.org/in",
        "button_label": "Sign in",
    }

    letter = render_to_string("mail/letter.html", said)

    assert "Alder College" in letter
    assert letter.count("https://p.example.org/in") == 3


def test_overview_says_how_much_there_is(client):
    client.force_login(an_owner())
    MembershipFactory(status="active")
    LetterFactory(state="queued")

    links = {
        str(link.label): link.total for _title, links in client.get("/manage/").context["staff_menu"] for link in links
    }

    assert {name: links[name] for name in ("People", "Memberships", "Outbox", "Jobs", "Guide")} == {
        "People": 2,
        "Memberships": 1,
        "Outbox": 1,
        "Jobs": 0,
        "Guide": None,
    }
