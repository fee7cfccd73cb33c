"""The pages of appointments: booking on them, stale and hostile addresses, tutors' lists, calendars."""

import re
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from icalendar import Calendar

from gatehouse.core import clock
from gatehouse.helpdesk import actions, links, queries
from gatehouse.helpdesk.models import Appointment, CalendarLink, Desk, Ticket
from gatehouse.helpdesk.tests.factories import CourseFactory, a_ticket, a_tutor, an_appointment, bookable
from gatehouse.people.tests.factories import PersonFactory, an_owner

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
TEN = datetime(2026, 11, 18, 10, 0, tzinfo=UTC)
AT = int(TEN.timestamp())


@pytest.fixture(autouse=True)
def monday(monkeypatch):
    monkeypatch.setattr(clock, "now", lambda: MONDAY)


@pytest.fixture
def stat():
    return CourseFactory()


@pytest.fixture
def ana(stat):
    tutor = a_tutor(stat, given_name="Ana", family_name="Silva")
    bookable(tutor)
    return tutor


@pytest.fixture
def maya():
    return PersonFactory()


def door(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def slot_of(tutor, at=TEN):
    return f"{tutor.pk}@{int(at.timestamp())}"


def confirm(stat, at=AT):
    return f"/help/book/{stat.pk}/{at}"


def slots_of(answer):
    return [each.text for each in BeautifulSoup(answer.text, "html.parser").select(".slot b")]


def test_from_the_desk_to_the_appointment_by_links_and_one_form(ana, stat, maya):
    client = door(maya)
    assert 'href="/help/book"' in client.get("/help").text

    assert str(stat) in client.get("/help/book").text
    times = client.get(f"/help/book?course={stat.pk}", follow=True)
    assert slots_of(times) == ["10:00", "10:30", "11:00", "11:30"]
    leads = BeautifulSoup(times.text, "html.parser").select_one(".slot")["href"]
    page = client.get(leads)
    hidden = BeautifulSoup(page.text, "html.parser").select_one("#book [name=slot]")["value"]
    answer = client.post(leads, {"slot": hidden, "question": "Which test fits?"}, follow=True)

    made = Appointment.objects.get()
    assert (made.person, made.starts_at, answer.status_code) == (maya, TEN, 200)
    assert "Wednesday 18 November 2026, 10:00" in answer.text
    assert "Add to calendar" in answer.text
    assert "Ana Silva" in client.get("/help/tickets").text


@pytest.mark.parametrize("path", ["/help/book", "/help/book/1/1", "/help/appointments/1", "/help/calendar"])
def test_strangers_sign_in_first_and_come_back(client, path):
    answer = client.get(path)

    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in?next=%2Fhelp%2F")


def test_without_hours_nothing_is_offered_but_the_queue(maya):
    CourseFactory()

    assert "No tutor can be booked at the moment" in door(maya).get("/help/book").text
    assert "/help/book" not in door(maya).get("/help").text


def test_weeks_are_paged_as_far_as_can_be_booked(ana, stat, maya):
    client = door(maya)

    first = client.get(f"/help/book/{stat.pk}?week=2026-11-17")
    last = client.get(f"/help/book/{stat.pk}?week=2026-12-07")
    beyond = client.get(f"/help/book/{stat.pk}?week=2031-01-01")

    assert ("Earlier" in first.text, "Later" in first.text) == (False, True)
    assert ("Earlier" in last.text, "Later" in last.text) == (True, False)
    assert beyond.status_code == 200


def test_a_week_without_a_free_time_leads_to_the_next_that_has_one(ana, stat, maya):
    Desk.objects.create(pk=1, book_notice=60 * 24 * 3)

    assert slots_of(door(maya).get(f"/help/book/{stat.pk}")) == ["10:00", "10:30", "11:00", "11:30"]
    empty = door(maya).get(f"/help/book/{stat.pk}?week=2026-11-16")
    assert "Nothing is free in this week" in empty.text
    assert "week=2026-11-25" in empty.text


def test_at_a_time_of_several_tutors_one_chooses_whom(ana, stat, maya):
    ben = a_tutor(stat, given_name="Ben", family_name="Orth")
    bookable(ben, mode="online")
    client = door(maya)

    assert "2 tutors" in client.get(f"/help/book/{stat.pk}").text
    alone = client.get(f"/help/book/{stat.pk}?tutor={ben.pk}")
    assert "2 tutors" not in alone.text
    assert "Online" in alone.text
    client.post(confirm(stat), {"slot": slot_of(ben), "question": "Why?"})

    assert Appointment.objects.get().tutor == ben


def test_the_one_who_was_late_keeps_the_question_and_takes_another_time(ana, stat, maya):
    an_appointment(tutor=ana, starts_at=TEN)
    client = door(maya)

    late = client.post(confirm(stat), {"slot": slot_of(ana), "question": "My long question"})
    assert late.status_code == 409
    assert "Somebody took this time a moment ago" in late.text
    assert "My long question" in late.text
    offered = [each["value"] for each in BeautifulSoup(late.text, "html.parser").select("[name=slot]")]
    assert offered[0] == slot_of(ana, TEN + timedelta(minutes=30))

    client.post(confirm(stat), {"slot": offered[0], "question": "My long question"})
    assert Appointment.objects.get(person=maya).starts_at == TEN + timedelta(minutes=30)


def test_a_form_without_a_question_comes_back_with_the_time(ana, stat, maya):
    answer = door(maya).post(confirm(stat), {"slot": slot_of(ana), "question": " "})

    assert answer.status_code == 422
    assert Appointment.objects.count() == 0


@pytest.mark.parametrize(
    "slot",
    ["", "x", "@", "x@y", "\0@1", "00000000-0000-0000-0000-000000000000@1763460000", f"x@{10**30}", "a" * 5000],
)
def test_hostile_slots_book_nothing(ana, stat, maya, slot):
    answer = door(maya).post(confirm(stat), {"slot": slot, "question": "Why?"})

    assert answer.status_code in {409, 422}
    assert Appointment.objects.count() == 0


@pytest.mark.parametrize("query", ["course=x", "course=²", "course=999999999999999999999", "course=0"])
def test_hostile_courses_are_answered(ana, maya, query):
    assert door(maya).get(f"/help/book?{query}").status_code == 200


@pytest.mark.parametrize("query", ["tutor=x", "week=x", "week=0001-01-01", "week=9999-12-31", "tutor=\0&week=\0"])
def test_hostile_narrowings_are_answered(ana, stat, maya, query):
    assert door(maya).get(f"/help/book/{stat.pk}?{query}").status_code == 200


@pytest.mark.parametrize(
    ("at", "status"), [("x", 404), ("-1", 404), ("0", 302), ("99999999999", 302), ("9" * 40, 302), ("1", 409)]
)
def test_hostile_times_book_nothing(ana, stat, maya, at, status):
    held = an_appointment(person=maya, tutor=ana, starts_at=TEN)

    assert door(maya).get(confirm(stat, at)).status_code == status
    assert door(maya).get(f"/help/appointments/{held.pk}/move/{at}").status_code in {status, 200}


def test_a_time_that_never_was_offers_others(ana, stat, maya):
    answer = door(maya).get(confirm(stat, AT + 60))

    assert answer.status_code == 409
    assert "can&#x27;t be booked any more" in answer.text


def test_moved_on_the_same_pages(ana, stat, maya):
    held = an_appointment(tutor=ana, person=maya, course=stat, starts_at=TEN)
    client, half_past = door(maya), TEN + timedelta(minutes=30)
    path = f"/help/appointments/{held.pk}/move"

    assert slots_of(client.get(path)) == ["10:00", "10:30", "11:00", "11:30"]
    page = client.get(f"{path}/{int(half_past.timestamp())}")
    assert "given back at once" in page.text
    client.post(f"{path}/{int(half_past.timestamp())}", {"slot": slot_of(ana, half_past)})

    held.refresh_from_db()
    assert held.starts_at == half_past


def test_cancelled_on_its_page(ana, maya):
    held = an_appointment(tutor=ana, person=maya, starts_at=TEN)
    path = f"/help/appointments/{held.pk}/cancel"

    assert "is told" in door(maya).get(path).text
    assert "Cancelled" in door(maya).post(path, {"because": ""}, follow=True).text
    assert Appointment.objects.get().cancelled_by == maya.name


def test_a_tutor_is_asked_for_a_word(ana, maya):
    held = an_appointment(tutor=ana, person=maya, starts_at=TEN)
    path = f"/help/appointments/{held.pk}/cancel"

    refused = door(ana).post(path, {"because": " "})
    assert (refused.status_code, "so that nobody waits for you in vain" in refused.text) == (409, True)
    assert "I am ill" in door(ana).post(path, {"because": "I am ill"}, follow=True).text


def test_an_appointment_is_of_those_who_meet_and_of_whoever_runs_the_desk(ana, maya):
    held = an_appointment(tutor=ana, person=maya, starts_at=TEN)
    path = f"/help/appointments/{held.pk}"

    assert [door(who).get(path).status_code for who in (maya, ana, an_owner())] == [200, 200, 200]
    for stranger in (PersonFactory(), a_tutor()):
        assert [door(stranger).get(f"{path}{rest}").status_code for rest in ("", "/move", "/cancel")] == [403] * 3
    assert door(ana).get(f"{path}/move").status_code == 403
    assert door(maya).get("/help/appointments/999").status_code == 404


def test_once_begun_the_page_leads_to_the_question(ana, maya, monkeypatch):
    held = an_appointment(tutor=ana, person=maya, starts_at=TEN)
    monkeypatch.setattr(clock, "now", lambda: TEN + timedelta(seconds=5))
    actions.open_due_appointments()

    text = door(maya).get(f"/help/appointments/{held.pk}").text

    assert links.path_of(Ticket.objects.get()).partition(":")[0] in text
    assert "Cancel it" not in text


def test_tutors_see_their_day_beside_the_queue_and_begin(ana, maya, monkeypatch):
    held = an_appointment(tutor=ana, person=maya, starts_at=TEN)
    monkeypatch.setattr(clock, "now", lambda: TEN - timedelta(minutes=10))
    client = door(ana)

    assert "Booked with you today" in client.get("/manage/help/queue").text
    answer = client.post(f"/manage/help/appointments/{held.pk}/begin")

    assert answer.url == f"/manage/help/queue/{Ticket.objects.get().pk}"
    assert "You are helping" in client.get(answer.url).text


def test_begun_too_early_says_so(ana, maya):
    held = an_appointment(tutor=ana, person=maya, starts_at=TEN)

    answer = door(ana).post(f"/manage/help/appointments/{held.pk}/begin")

    assert (answer.status_code, "half an hour early" in answer.text) == (409, True)


def test_a_line_of_the_queue_says_when_and_with_whom(ana, maya, monkeypatch):
    an_appointment(tutor=ana, person=maya, starts_at=TEN)
    monkeypatch.setattr(clock, "now", lambda: TEN + timedelta(minutes=1))
    a_ticket()
    actions.open_due_appointments()

    text = door(a_tutor()).get("/manage/help/queue").text

    assert "Booked for 10:00 with Ana Silva" in text
    assert re.search(r'name="expected" value="(\d+)"', text)[1] != str(Ticket.objects.latest("pk").pk)


@pytest.mark.parametrize("number", [1, 3])
def test_lists_ask_as_much_for_three_as_for_one(number, ana, maya, django_assert_num_queries):
    for n in range(number):
        an_appointment(tutor=ana, person=maya, starts_at=TEN + timedelta(hours=n))
    tutors, students = door(ana), door(maya)

    with django_assert_num_queries(7):
        tutors.get("/manage/help/appointments")
    with django_assert_num_queries(9):
        students.get("/help/tickets")


def hours(**fields):
    usual = {"weekday": 3, "starts": "10:00", "ends": "12:00", "slot": 30, "mode": "campus", "room": ""}
    return {**usual, "first_on": "", "last_on": "", **fields}


def test_a_tutor_adds_changes_and_takes_out_hours(ana):
    client = door(ana)

    assert "10:00 – 12:00" in client.post("/manage/help/bookable", hours(), follow=True).text
    made = queries.hours_of(ana).get(weekday=3)
    client.post(f"/manage/help/bookable/{made.pk}", hours(ends="13:00", last_on="2026-12-01"))
    made.refresh_from_db()
    assert (made.ends, made.last_on) == (time(13), date(2026, 12, 1))
    client.post(f"/manage/help/bookable/{made.pk}/remove")
    assert queries.hours_of(ana).count() == 1
    assert client.get(f"/manage/help/bookable/{made.pk}").status_code == 404


@pytest.mark.parametrize(
    "fields",
    [
        {"weekday": "7"}, {"weekday": "x"}, {"starts": "25:00"}, {"ends": "09:00"}, {"slot": "7"}, {"mode": "moon"},
        {"room": "999"}, {"first_on": "2026-02-30"}, {"first_on": "2026-02-02", "last_on": "2026-02-01"},
        {"weekday": "2", "starts": "11:30"},
    ],
)  # fmt: skip
def test_hours_that_cannot_be_are_named_and_what_was_typed_stays(ana, fields):
    answer = door(ana).post("/manage/help/bookable", hours(**fields))

    assert answer.status_code == 422
    assert queries.hours_of(ana).count() == 1


def test_hours_are_the_tutors_own_or_of_whoever_runs_the_desk(ana):
    made, owner = queries.hours_of(ana)[0], an_owner()

    assert door(owner).post(f"/manage/help/staff/{ana.pk}/bookable", hours()).status_code == 302
    assert door(owner).get(f"/manage/help/bookable/{made.pk}").status_code == 200
    for stranger in (a_tutor(), PersonFactory()):
        client = door(stranger)
        assert client.get(f"/manage/help/staff/{ana.pk}/bookable").status_code == 403
        assert client.post(f"/manage/help/bookable/{made.pk}", hours()).status_code == 403
        assert client.post(f"/manage/help/bookable/{made.pk}/remove").status_code == 403
    assert door(PersonFactory()).get("/manage/help/bookable").status_code == 403


# --- calendars -----------------------------------------------------------------------------------


def address_of(person):
    return urlsplit(links.calendar_address(actions.calendar_link_of(person))).path


def events(answer):
    return Calendar.from_ical(answer.content).walk("VEVENT")


def test_a_calendar_tells_what_was_booked_and_what_is_given(client, ana, maya):
    an_appointment(tutor=ana, person=maya, starts_at=TEN, question="Which test?")
    gone = an_appointment(tutor=ana, person=maya, starts_at=TEN + timedelta(hours=3))
    actions.cancel_appointment(appointment=gone, actor=maya)
    an_appointment(starts_at=TEN + timedelta(hours=5))

    answer = client.get(address_of(maya))
    mine, given = events(answer), events(client.get(address_of(ana)))

    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert [(str(each["status"]), int(each["sequence"])) for each in mine] == [("CONFIRMED", 0), ("CANCELLED", 1)]
    assert "with Ana Silva" in mine[0]["summary"]
    assert maya.name in given[0]["summary"]
    assert (given[0]["description"], "description" in mine[0]) == ("Which test?", False)
    assert mine[0]["uid"] == given[0]["uid"]


def test_a_calendar_that_looks_again_is_told_that_nothing_changed(client, maya, django_assert_num_queries):
    held = an_appointment(person=maya, starts_at=TEN)
    path = address_of(maya)
    tag = client.get(path).headers["ETag"]

    with django_assert_num_queries(2):
        again = client.get(path, headers={"if-none-match": tag})
    actions.cancel_appointment(appointment=held, actor=maya)

    assert (again.status_code, again.content) == (304, b"")
    assert client.get(path, headers={"if-none-match": tag}).status_code == 200


def test_a_renewed_address_ends_the_old_one(client, maya):
    old = address_of(maya)
    door(maya).post("/help/calendar/renew")

    assert client.get(old).status_code == 404
    assert client.get(address_of(maya)).status_code == 200
    assert address_of(maya).rpartition("/")[2].removesuffix(".ics") in door(maya).get("/help/calendar").text


@pytest.mark.parametrize("token", ["x", "1", "1-", "-1", "9" * 30 + "-a", "²-a", "1-" + "0" * 40])
def test_no_other_address_tells_anything(client, maya, token):
    actions.calendar_link_of(maya)

    assert client.get(f"/help/calendar/{token}.ics").status_code == 404


def test_the_calendar_of_one_who_left_tells_nothing(client, maya):
    path = address_of(maya)
    maya.left_at = clock.now()
    maya.save()

    assert client.get(path).status_code == 404
    assert CalendarLink.objects.count() == 1


def test_the_file_of_one_appointment_has_its_own_link(client, maya):
    held = an_appointment(person=maya, starts_at=TEN)
    path = urlsplit(links.appointment_file(held)).path

    assert str(events(client.get(path))[0]["uid"]) == str(held.uid)
    assert client.get(f"{path[:-8]}AAAA.ics").status_code == 404
    actions.cancel_appointment(appointment=held, actor=maya)
    assert Calendar.from_ical(client.get(path).content)["method"] == "CANCEL"
