"""The check-in screen: opened and left by the PIN, one person after another, and nothing that reaches the next."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils.html import escape

from gatehouse.core import clock
from gatehouse.core.models import Rate
from gatehouse.helpdesk import actions, kiosk, links, ports
from gatehouse.helpdesk.actions.desk import save_desk
from gatehouse.helpdesk.models import Appointment, Room, Ticket
from gatehouse.helpdesk.tests.factories import CourseFactory, a_ticket, a_tutor
from gatehouse.journal.models import Entry
from gatehouse.people.tests.factories import PersonFactory, an_owner

pytestmark = pytest.mark.django_db
PIN = "480217"
CARD = "8-20260000"


@pytest.fixture
def maya():
    return PersonFactory(given_name="Maya", family_name="Okafor", email="maya@example.org")


@pytest.fixture(autouse=True)
def card(monkeypatch, maya):
    monkeypatch.setattr(ports, "holder_of", {CARD: maya}.get)


@pytest.fixture
def closed(client):
    save_desk(values={}, pin=PIN, actor=None)
    Room.objects.create(name="B12")
    return client


@pytest.fixture
def screen(closed):
    opened(closed)
    return closed


def opened(client, pin=PIN, **more):
    about = {"pin": pin, "room": Room.objects.get().pk, "shows": "kiosk"} | more
    return client.post("/help/kiosk/open", about)


def visit(client):
    return kiosk.visit_of(type("Asked", (), {"COOKIES": {name: one.value for name, one in client.cookies.items()}})).id


def at_course(client, name="Kit Walker", email=""):
    client.get("/help/kiosk")
    client.get("/help/kiosk/name")
    return client.post("/help/kiosk/name", {"visit": visit(client), "name": name, "email": email})


def asked(client, course, **about):
    client.post("/help/kiosk/course", {"visit": visit(client), "course": course.pk})
    return client.post("/help/kiosk/about", {"visit": visit(client), **about})


# --- the PIN -------------------------------------------------------------------------------------


def test_the_pin_opens_and_leaves(closed):
    assert opened(closed, "000000").status_code == 422
    assert opened(closed).url == "/help/kiosk"
    assert closed.get("/help/kiosk").context["kiosk"].room.name == "B12"

    assert closed.post("/help/kiosk/leave", {"pin": "1234"}).status_code == 422
    assert closed.get("/manage/").url == "/help/kiosk"
    assert closed.post("/help/kiosk/leave", {"pin": PIN}).url == "/help"
    assert closed.get("/help").status_code == 200
    assert list(Entry.objects.filter(verb__startswith="kiosk.").order_by("id").values_list("verb", flat=True)) == [
        "kiosk.pin_wrong", "kiosk.opened", "kiosk.pin_wrong", "kiosk.closed",
    ]  # fmt: skip


def test_cookie_is_its_own_and_out_of_reach_of_scripts(closed):
    cookies = opened(closed).cookies

    assert cookies[kiosk.DEVICE_COOKIE]["httponly"]
    assert cookies[kiosk.DEVICE_COOKIE]["samesite"] == "Lax"


def test_without_a_pin_no_screen_opens(client):
    room = Room.objects.create(name="B12")

    assert client.post("/help/kiosk/open", {"pin": "", "room": room.pk, "shows": "kiosk"}).status_code == 422
    assert client.post("/help/kiosk/open", {"pin": "0000", "room": room.pk, "shows": "kiosk"}).status_code == 422
    assert "No PIN is set" in client.get("/help/kiosk").text


def test_wrong_pins_are_limited_by_network_and_shut_nothing_else(closed):
    course = CourseFactory()
    for _ in range(10):
        assert opened(closed, "1111").status_code == 422

    assert opened(closed).status_code == 429
    assert opened(Client(REMOTE_ADDR="192.0.2.7")).status_code == 302
    ask = {"course": course.pk, "question": "Why?", "mode": "campus", "name": "Lea", "email": "lea@example.org"}
    assert closed.post("/help/ask", ask).status_code == 302
    assert Rate.objects.count()


def test_staff_are_signed_out_and_told_so(closed):
    ruth = an_owner(given_name="Ruth", family_name="Amsel")
    closed.force_login(ruth)
    held = closed.session
    assert "Ruth Amsel is signed in here" in closed.get("/help/kiosk").text

    opened(closed)

    assert "_auth_user_id" not in closed.session
    assert not held.exists(held.session_key)
    assert Entry.objects.get(verb="kiosk.opened").actor_id == ruth.pk
    assert "Ruth" not in closed.get("/help/kiosk").text


def test_who_signs_in_behind_the_screen_is_signed_out_again(screen):
    screen.force_login(an_owner())
    held = screen.session

    page = screen.get("/help/kiosk/name")

    assert page.context["user"].is_anonymous
    assert not held.exists(held.session_key)


@pytest.mark.parametrize(
    "path", ["/", "/manage/", "/help", "/help/ask", "/sign-in", "/me", "/docs/", "/help/tickets", "/admin/"]
)
def test_every_other_address_leads_back(screen, path):
    answer = screen.get(path)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/help/kiosk")


def test_all_screens_are_closed_from_afar(screen):
    manager = Client()
    manager.force_login(an_owner())

    assert manager.post("/manage/help/screens/close").url == "/manage/help/screens"

    assert screen.get("/help/kiosk").templates[0].name == "helpdesk/kiosk/closed.html"
    assert screen.get("/help").status_code == 200


def test_a_new_pin_closes_them_too(screen):
    save_desk(values={}, pin="999111", actor=None)

    assert "Open this screen" in screen.get("/help/kiosk").text


def test_only_who_runs_the_desk_closes_them(client):
    client.force_login(PersonFactory())

    assert client.post("/manage/help/screens/close").status_code == 403
    assert client.get("/manage/help/screens").status_code == 403
    assert client.get("/manage/help/poster").status_code == 403


@pytest.mark.parametrize("value", ["", "x", "a:b:c", "e30:1:x", "\u00e9" * 40])
def test_a_forged_cookie_opens_nothing(closed, value):
    closed.cookies[kiosk.DEVICE_COOKIE] = value
    closed.cookies[kiosk.VISIT_COOKIE] = value

    assert "Open this screen" in closed.get("/help/kiosk").text
    assert closed.get("/help/kiosk/course").url == "/help/kiosk"
    assert closed.post("/help/kiosk/code", {"code": CARD}).url == "/help/kiosk"
    assert closed.post("/help/kiosk/picture").url == "/help/kiosk"


# --- three ways to say who one is ----------------------------------------------------------------


def test_a_card_leads_to_the_courses_and_into_the_queue(screen, maya):
    course = CourseFactory()

    assert screen.post("/help/kiosk/code", {"code": CARD}).url == "/help/kiosk/course"
    assert asked(screen, course, question="  Which test?\n").url == "/help/kiosk/done"

    ticket = Ticket.objects.get()
    assert (ticket.person, ticket.question, ticket.room.name, ticket.origin) == (maya, "Which test?", "B12", "kiosk")
    done = screen.get("/help/kiosk/done")
    assert "1<sup>st</sup>" in done.text
    assert "Maya" not in done.text
    assert done.context["drawing"]


def test_who_waits_already_sees_the_place_and_no_link(screen, maya):
    ticket = a_ticket(maya, mode="online")

    assert screen.post("/help/kiosk/code", {"code": CARD}).url == "/help/kiosk/done"

    done = screen.get("/help/kiosk/done")
    assert "drawing" not in done.context
    assert links.token_of(ticket) not in done.text
    ticket.refresh_from_db()
    assert (ticket.mode, ticket.room.name) == ("campus", "B12")


def test_the_code_of_a_ticket_marks_presence(screen):
    ticket = a_ticket()

    assert screen.post("/help/kiosk/code", {"code": links.code_of(ticket.pk)}).url == "/help/kiosk/done"

    ticket.refresh_from_db()
    assert ticket.arrived_at
    assert screen.get("/help/kiosk/course").url == "/help/kiosk", "nobody is asked further"


def test_an_appointment_is_noted(screen, maya):
    now = clock.now()
    times = {"starts_at": now, "ends_at": now + timedelta(hours=1)}
    Appointment.objects.create(tutor=a_tutor(), person=maya, course=CourseFactory(), **times)

    screen.post("/help/kiosk/code", {"code": CARD})

    assert "Your time" in screen.get("/help/kiosk/done").text


def test_every_code_that_is_no_good_is_answered_alike(screen):
    closed_one = a_ticket()
    actions.withdraw_ticket(ticket=closed_one, actor=closed_one.person)
    codes = [
        "8-2026",
        "GH" + "A" * 32,
        links.code_of(closed_one.pk),
        "<script>alert(1)</script>",
        "' OR 1=1",
        "9" * 600,
    ]

    answers = [screen.post("/help/kiosk/code", {"code": code}) for code in codes]

    assert {answer.status_code for answer in answers} == {422}
    assert {answer.context["why"] for answer in answers} == {answers[0].context["why"]}
    assert not [code for code, answer in zip(codes, answers, strict=True) if escape(code) in answer.text]


def test_a_name_we_know_looks_like_one_we_do_not(screen, maya):
    known = at_course(screen, "Maya Okafor", "maya@example.org")
    page = screen.get("/help/kiosk/course").text
    unknown = at_course(screen, "Kit Walker", "kit@example.org")

    assert known.url == unknown.url == "/help/kiosk/course"
    assert shape(page) == shape(screen.get("/help/kiosk/course").text)


def shape(page):
    return [line for line in page.splitlines() if "csrf" not in line and "visit" not in line]


def test_name_and_address_of_somebody_we_know_are_theirs(screen, maya):
    at_course(screen, "maya okafor", "maya@example.org")
    asked(screen, CourseFactory())

    assert Ticket.objects.get().person == maya


def test_half_a_name_makes_a_guest_who_learns_nothing(screen, maya):
    at_course(screen, "Maya", "maya@example.org")
    asked(screen, CourseFactory())
    ticket = Ticket.objects.get()
    assert (ticket.person, ticket.guest_name) == (None, "Maya")

    stranger = Client()
    path = links.path_of(ticket)
    stranger.post(f"{path}/messages", {"text": "Hello"})

    assert "Okafor" not in stranger.get(path).text


def test_the_page_of_a_numbers_owner_does_not_say_who_that_is(screen):
    screen.post("/help/kiosk/code", {"code": CARD})
    asked(screen, CourseFactory())
    stranger, path = Client(), links.path_of(Ticket.objects.get())
    stranger.post(f"{path}/messages", {"text": "Hello"})

    page = stranger.get(path).text

    assert "Hello" in page
    assert "Maya" not in page
    assert "Okafor" not in page


def test_no_names_are_taken_where_guests_are_not(screen):
    save_desk(values={"takes_guests": False}, actor=None)

    assert screen.get("/help/kiosk/name").url == "/help/kiosk"
    assert "Use my name" not in screen.get("/help/kiosk").text


@pytest.mark.parametrize(
    "typed", [{"name": ""}, {"name": "x" * 121}, {"name": "Kit", "email": "zzz"}, {"name": "K\0it"}, {"name": "  "}]
)
def test_names_that_can_not_be(screen, typed):
    screen.get("/help/kiosk")

    assert screen.post("/help/kiosk/name", {"visit": visit(screen), **typed}).status_code == 422
    assert not Ticket.objects.exists()


@pytest.mark.parametrize("course", ["", "0", "x", "9" * 40, "1; drop"])
def test_courses_that_are_none(screen, course):
    CourseFactory(archived_at=clock.now())
    at_course(screen)

    assert screen.post("/help/kiosk/course", {"visit": visit(screen), "course": course}).status_code == 422
    assert screen.get("/help/kiosk/about").url == "/help/kiosk/course"


def test_many_courses_are_asked_for_by_department(screen):
    for number in range(20):
        CourseFactory(department="CHEM" if number % 2 else "STAT")
    at_course(screen)

    assert "Which department?" in screen.get("/help/kiosk/course").text
    assert len(screen.get("/help/kiosk/course?department=CHEM").context["courses"]) == 10
    assert "Which department?" in screen.get("/help/kiosk/course?department=nothing").text


def test_a_long_question_is_refused_and_kept_on_the_page(screen):
    at_course(screen)
    course = CourseFactory()

    answer = asked(screen, course, question="x" * 201)

    assert answer.status_code == 422
    assert "x" * 201 in answer.text
    assert not Ticket.objects.exists()


def test_trying_many_numbers_is_slowed_down(screen):
    answers = [screen.post("/help/kiosk/code", {"code": str(number)}).status_code for number in range(121)]

    assert answers == [422] * 120 + [429]


@pytest.mark.parametrize("picture", [b"", b"no picture", b"\x89PNG\r\n\x1a\n" + b"\0" * 40])
def test_pictures_that_are_none(screen, picture, tmp_path):
    (tmp_path / "a.png").write_bytes(picture)
    with (tmp_path / "a.png").open("rb") as file:
        answer = screen.post("/help/kiosk/picture", {"picture": file})

    assert (answer.status_code, answer.json()) == (422, {"codes": []})


# --- nothing for the next ------------------------------------------------------------------------

PAGES = ["", "/name", "/course", "/about", "/done", "/leave"]


@pytest.mark.parametrize("page", PAGES)
def test_no_page_is_kept_by_the_browser_nor_its_text(screen, page):
    at_course(screen)
    asked(screen, CourseFactory(), question="Which test?")

    answer = screen.get(f"/help/kiosk{page}")

    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert "data-keep" not in answer.text
    assert answer.text.count('autocomplete="off"') >= answer.text.count("<form") - answer.text.count("/looks")


@pytest.mark.parametrize("page", PAGES[2:5])
def test_the_way_back_shows_nothing_of_who_was_here(screen, page):
    at_course(screen, "Kit Walker")
    asked(screen, CourseFactory(), question="Which test?")
    screen.get("/help/kiosk")

    answer = screen.get(f"/help/kiosk{page}")

    assert (answer.status_code, answer.url) == (302, "/help/kiosk")


def test_what_one_sent_is_not_sent_again_by_the_next(screen):
    course = CourseFactory()
    screen.get("/help/kiosk")
    old = visit(screen)
    screen.get("/help/kiosk")

    assert screen.post("/help/kiosk/name", {"visit": old, "name": "Kit", "email": "zzz"}).url == "/help/kiosk"
    at_course(screen)
    assert screen.post("/help/kiosk/course", {"visit": old, "course": course.pk}).url == "/help/kiosk"
    assert screen.post("/help/kiosk/about", {"visit": old}).url == "/help/kiosk"
    assert not Ticket.objects.exists()


def test_a_visit_is_over_after_ten_minutes(screen, monkeypatch):
    at_course(screen)
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr("gatehouse.core.clock.now", lambda: later)

    assert screen.get("/help/kiosk/course").url == "/help/kiosk"


def test_the_cookie_says_nothing_in_clear(screen):
    at_course(screen, "Kit Walker", "kit@example.org")

    assert "Kit" not in screen.cookies[kiosk.VISIT_COOKIE].value
    assert not screen.cookies[kiosk.VISIT_COOKIE]["max-age"]


def test_the_language_of_one_is_not_the_next_ones(screen):
    screen.post("/looks", {"language": "de", "next": "/help/kiosk"})
    assert screen.get("/help/kiosk").headers["Content-Language"] == "de"
    at_course_in_german = screen.post("/help/kiosk/name", {"visit": visit(screen), "name": "Kit"})
    assert at_course_in_german.url == "/help/kiosk/course"

    screen.get("/help/kiosk")

    assert screen.get("/help/kiosk").headers["Content-Language"] == "en"


def test_more_time_without_a_script(screen):
    at_course(screen)
    asked(screen, CourseFactory())

    assert 'content="20;url=/help/kiosk"' in screen.get("/help/kiosk/done").text
    assert 'content="80;url=/help/kiosk"' in screen.get("/help/kiosk/done?more=1").text


def test_a_ticket_that_was_closed_meanwhile(screen):
    at_course(screen)
    asked(screen, CourseFactory())
    actions.withdraw_ticket(ticket=Ticket.objects.get(), actor=None)

    assert "This is closed already" in screen.get("/help/kiosk/done").text


def test_tutors_see_who_checked_in(screen):
    at_course(screen)
    asked(screen, CourseFactory())
    tutor = Client()
    tutor.force_login(a_tutor())

    assert "Checked in" in tutor.get("/manage/help/queue").text
