"""The tutors' pages: who may, what they show, and what they keep."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from gatehouse.core import clock
from gatehouse.helpdesk import actions, queries
from gatehouse.helpdesk.models import CannedAnswer, Help, Room, Shift, Ticket, Tutoring
from gatehouse.helpdesk.tests.factories import MAYA, CourseFactory, a_ticket, a_tutor, on_shift
from gatehouse.people.tests.factories import PersonFactory, RoleFactory, RoleGrantFactory, an_owner

pytestmark = pytest.mark.django_db
QUEUE = "/manage/help/queue"
State = Ticket.State


@pytest.fixture
def ana():
    return a_tutor(given_name="Ana", family_name="Silva")


@pytest.fixture
def door(ana):
    return signed_in(ana)


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def mine(ana, **fields) -> Ticket:
    return actions.claim_ticket(ticket=a_ticket(**fields), tutor=ana)


def test_queue_shows_ones_own_courses_first(ana, door):
    stats = CourseFactory()
    Tutoring.objects.create(person=ana, course=stats)
    a_ticket(PersonFactory(given_name="Leon", family_name="Brandt"), stats)
    a_ticket(MAYA, origin="walk_in")

    text = door.get(QUEUE).text

    assert text.index("Leon Brandt") < text.index("Other courses") < text.index("Maya Okafor (guest)")


def test_help_next_opens_the_session(door):
    ticket = a_ticket()

    answer = door.post(f"{QUEUE}/next", {"expected": ticket.pk})

    assert answer.url == f"{QUEUE}/{ticket.pk}"
    assert "You are helping" in door.get(answer.url).text


def test_r3_the_loser_reads_who_was_faster(ana, door):
    ben = a_tutor(given_name="Ben", family_name="Orth")
    ticket = actions.claim_ticket(ticket=a_ticket(), tutor=ben)

    only = door.post(f"{QUEUE}/next", {"expected": ticket.pk})
    after = a_ticket()
    other = door.post(f"{QUEUE}/next", {"expected": ticket.pk}, follow=True)
    direct = door.post(f"{QUEUE}/{ticket.pk}/claim")

    assert (only.status_code, direct.status_code) == (409, 409)
    assert "Ben took this one a moment ago" in only.text
    assert "Ben was faster with the one before" in other.text
    assert "Ben took this one a moment ago" in direct.text
    assert actions.claim_ticket(ticket=after, tutor=ana).state == State.HELPED


@pytest.mark.parametrize("waiting", [1, 3])
def test_r7_queue_asks_as_much_for_three_as_for_one(waiting, ana, door, django_assert_num_queries):
    for _ in range(waiting):
        a_ticket()
    door.get(QUEUE)

    with django_assert_num_queries(QUERIES):
        door.get(QUEUE)


QUERIES = 15


def test_r7_queue_is_paged_and_small(ana, door):
    course = CourseFactory()
    Ticket.objects.bulk_create(
        Ticket(guest_name=f"Guest {n}", course=course, question="Why? " * 800, origin="walk_in") for n in range(120)
    )

    answer = door.get(QUEUE)

    assert answer.text.count('<li class="') == 50
    assert "1 to 50 of 120" in answer.text
    assert len(answer.content) < 60_000


def test_search_and_filters_narrow_the_queue(door):
    a_ticket(question="Titration curve: where is the equivalence point?")
    a_ticket(question="p-values", mode="online")

    assert "p-values" not in door.get(QUEUE, {"q": "titration"}).text
    assert "Titration" not in door.get(QUEUE, {"mode": "online"}).text
    assert "Nobody in the queue fits this" in door.get(QUEUE, {"q": "nothing"}).text


def test_part_is_answered_by_its_tag_until_something_happens(door):
    a_ticket()
    part = door.get(f"{QUEUE}/part")
    tag = part["ETag"]

    assert door.get(f"{QUEUE}/part", headers={"if-none-match": tag}).status_code == 304
    a_ticket(MAYA, origin="walk_in")
    fresh = door.get(f"{QUEUE}/part", headers={"if-none-match": tag})

    assert "Maya Okafor" in fresh.text


def test_part_tells_that_the_open_ticket_changed(ana, door):
    ticket = mine(ana)
    address = re.search(r'data-queue="([^"]+)"', door.get(f"{QUEUE}/{ticket.pk}").text)[1].replace("&amp;", "&")
    assert "Something happened" not in door.get(address).text

    actions.close_ticket(ticket=ticket, actor=ana, outcome="solved")

    assert "Something happened" in door.get(address).text


def test_switch_remembers_the_place_and_r15_ignores_a_forged_id(ana, door):
    room = Room.objects.create(name="B12")
    other = on_shift()
    assert door.post(f"{QUEUE}/here", {"here": "on"}).url == f"{QUEUE}/shift"
    door.post(f"{QUEUE}/shift", {"room": room.pk, "video_link": "https://video.example.org/ana"})
    door.post(f"{QUEUE}/here", {"tutor": other.tutor_id, "shift": other.pk})
    assert not Shift.objects.filter(tutor=ana, ended_at=None).exists()

    door.post(f"{QUEUE}/here", {"here": "on", "tutor": other.tutor_id})

    again = queries.shift_of(ana)
    assert (again.room, again.video_link) == (room, "https://video.example.org/ana")
    assert Shift.objects.get(pk=other.pk).ended_at is None


def test_video_link_is_an_address_of_the_web(door):
    answer = door.post(f"{QUEUE}/shift", {"video_link": "javascript:alert(1)"})

    assert answer.status_code == 422
    assert not Shift.objects.exists()


def test_end_of_shift_names_the_open_work(ana, door):
    actions.start_shift(actor=ana)
    ticket = mine(ana)

    answer = door.post(f"{QUEUE}/here", {}, follow=True)
    assert ticket.asker in answer.text
    door.post(f"{QUEUE}/shift/end")

    ticket.refresh_from_db()
    assert (ticket.state, queries.shift_of(ana)) == (State.WAITING, None)


def test_closing_takes_two_taps_and_can_be_undone(ana, door):
    ticket = mine(ana)

    shown = door.post(f"{QUEUE}/{ticket.pk}/close", closing(ticket, step="again"), follow=True)
    ticket.refresh_from_db()
    assert (ticket.state, ticket.next_step) == (State.CLOSED, "Come back if it does not work")
    undo = re.search(r'action="([^"]+undo-close)"', shown.text)[1]
    door.post(undo)

    ticket.refresh_from_db()
    assert ticket.state == State.HELPED


def closing(ticket, **changed):
    return {"outcome": "solved", "seen": ticket.revision, "minutes": 1, "shown": 1, **changed}


def test_the_clock_running_on_is_no_correction(ana, door, monkeypatch):
    ticket = mine(ana)
    at = clock.now() + timedelta(minutes=12)
    monkeypatch.setattr(clock, "now", lambda: at)

    door.post(f"{QUEUE}/{ticket.pk}/close", closing(ticket, minutes=3, shown=3))

    assert queries.given(ticket)[0].minutes == 12
    assert Help.objects.get().minutes is None


def test_r6_what_was_typed_comes_back_with_the_error(ana, door):
    ticket = mine(ana)

    answer = door.post(f"{QUEUE}/{ticket.pk}/close", closing(ticket, minutes=40, next_step="Read chapter 7 & 8"))

    assert answer.status_code == 422
    assert "Read chapter 7 &amp; 8" in answer.text
    assert "Say in a few words why" in answer.text


def test_a_stale_close_shows_both(ana, door):
    ben = a_tutor(given_name="Ben", family_name="Orth")
    ticket = mine(ana)
    actions.join_help(ticket=ticket, tutor=ben, actor=ben)
    RoleGrantFactory(person=ana, role=RoleFactory.built_in("admin"))
    actions.close_ticket(ticket=ticket, actor=ben, outcome="solved", next_step="Chapter 3")

    answer = door.post(f"{QUEUE}/{ticket.pk}/close", closing(ticket, outcome="partly", next_step="Chapter 7", seen=1))
    assert answer.status_code == 409
    assert "Ben Orth closed this while you were writing" in answer.text
    assert "Chapter 3" in answer.text
    assert "Chapter 7" in answer.text
    seen = re.search(r'name="seen" value="(\d+)"', answer.text[answer.text.index('id="close"') :])[1]
    door.post(f"{QUEUE}/{ticket.pk}/close", closing(ticket, outcome="partly", next_step="Chapter 7", seen=seen))

    ticket.refresh_from_db()
    assert (ticket.outcome, ticket.next_step) == ("partly", "Chapter 7")


def test_r2_an_untouched_edit_changes_nothing(door):
    ticket = a_ticket(assignment="Lab 2", mode="online")
    before = Ticket.objects.filter(pk=ticket.pk).values().get()
    form = door.get(f"{QUEUE}/{ticket.pk}/edit").context["form"]
    sent = {name: form[name].value() for name in form.fields if form[name].value() is not None}

    assert door.post(f"{QUEUE}/{ticket.pk}/edit", sent).status_code == 302

    assert Ticket.objects.filter(pk=ticket.pk).values().get() == before


def test_a_stale_edit_shows_both(door):
    ticket = a_ticket(question="Old words")
    actions.edit_ticket(ticket=ticket, actor=ticket.person, seen=1, question="New words")
    sent = {"course": ticket.course_id, "question": "My words", "mode": "campus", "seen": 1}

    answer = door.post(f"{QUEUE}/{ticket.pk}/edit", sent)

    assert answer.status_code == 409
    assert "New words" in answer.text
    assert "My words" in answer.text


def test_ready_answer_is_taken_in_without_a_script(ana, door):
    ticket = mine(ana)
    answer = CannedAnswer.objects.create(title="t-table", text="Use the t-table, it is in chapter 7.")

    shown = door.post(f"{QUEUE}/{ticket.pk}/say", {"take": "1", "canned": answer.pk, "text": "Dear Maya,"})

    assert "Dear Maya,\n\nUse the t-table" in shown.text
    assert not ticket.messages.exists()


def test_deeds_of_the_session(ana, door):
    ben = on_shift().tutor
    ticket, right = mine(ana), CourseFactory()
    base = f"{QUEUE}/{ticket.pk}"

    door.post(f"{base}/note", {"text": "t-table was new"})
    door.post(f"{base}/say", {"text": "Look at chapter 7"})
    door.post(f"{base}/call")
    door.post(f"{base}/found")
    door.post(f"{base}/join", {"tutor": ben.pk})
    door.post(f"{base}/leave")
    door.post(f"{base}/join")
    door.post(f"{base}/hand-over", {"to": ben.pk})
    signed_in(ben).post(f"{base}/hand-over", {"to": ""})
    door.post(f"{base}/move", {"course": right.pk, "seen": Ticket.objects.get(pk=ticket.pk).revision})

    ticket.refresh_from_db()
    assert (ticket.state, ticket.course) == (State.WAITING, right)
    assert list(ticket.messages.values_list("text", "is_private")) == [
        ("t-table was new", True),
        ("Look at chapter 7", False),
    ]


def test_group_is_chosen_in_the_session(ana, door):
    course = CourseFactory()
    first, second = mine(ana, course=course), a_ticket(course=course)

    door.post(f"{QUEUE}/{first.pk}/group", {"ticket": [second.pk], "topic": "paired tests"})

    second.refresh_from_db()
    assert (second.state, second.group.topic) == (State.HELPED, "paired tests")
    door.post(f"{QUEUE}/{first.pk}/ungroup")
    assert Ticket.objects.get(pk=first.pk).group is None


def test_walk_in_in_one_form(door):
    course = CourseFactory()

    answer = door.post(f"{QUEUE}/add", {"name": "Samir", "course": course.pk, "mode": "campus", "now": "1"})

    ticket = Ticket.objects.get()
    assert answer.url == f"{QUEUE}/{ticket.pk}"
    assert (ticket.guest_name, ticket.state) == ("Samir", State.HELPED)
    bad = door.post(f"{QUEUE}/add", {"name": "Samir Haddad", "email": "samir@", "mode": "campus"})
    assert bad.status_code == 422
    assert "Samir Haddad" in bad.text


def test_back_dated_entry_on_the_night_without_an_hour_is_refused(door, settings):
    settings.TIME_ZONE = "Europe/Berlin"
    sent = {"name": "Samir", "course": CourseFactory().pk, "mode": "campus", "minutes": 5, "outcome": "solved"}

    gap = door.post(f"{QUEUE}/add-past", sent | {"began_at": "2026-03-29T02:30"})
    ahead = door.post(f"{QUEUE}/add-past", sent | {"began_at": "2999-03-29T12:30"})

    last = door.post(f"{QUEUE}/add-past", sent | {"began_at": "9999-12-31T23:59"})

    assert (gap.status_code, ahead.status_code, last.status_code) == (422, 422, 422)
    assert not Ticket.objects.exists()


def test_minutes_are_corrected_on_a_page(ana, door):
    ticket = mine(ana)
    actions.close_ticket(ticket=ticket, actor=ana, outcome="solved")

    door.post(f"{QUEUE}/minutes/{Help.objects.get().pk}", {"minutes": 25, "reason": "started before"})

    assert "25 min (started before)" in door.get(f"{QUEUE}/{ticket.pk}").text


def test_all_tickets_are_found_by_number_and_state(door):
    first, second = (
        a_ticket(PersonFactory(family_name="Orth"), question=f"{word} words") for word in ("first", "second")
    )

    assert "second words" not in door.get(f"{QUEUE}/tickets", {"q": first.pk}).text.replace(str(second.pk), "")
    assert "No ticket fits" in door.get(f"{QUEUE}/tickets", {"state": "closed"}).text


ONLY_WHO_HELPS = {"hand_over", "not_found"}  # or leads the course; an empty close is told first what it lacks


def of_the_queue():
    """Every address below /manage/help/queue, by its name."""
    for pattern in get_resolver("gatehouse.helpdesk.urls").url_patterns:
        if str(pattern.pattern).startswith("manage/help/queue"):
            yield pattern.name, "<int:pk>" in str(pattern.pattern)


@pytest.mark.parametrize(("name", "has_number"), list(of_the_queue()))
@pytest.mark.parametrize("role", ["anonymous", "student", "tutor", "admin", "owner"])
def test_every_page_is_guarded(name, has_number, role, settings):
    ticket = actions.claim_ticket(ticket=a_ticket(), tutor=a_tutor())
    number = Help.objects.get().pk if name == "correct_minutes" else ticket.pk
    client = Client() if role == "anonymous" else signed_in(holder(role))
    address = reverse(f"helpdesk:{name}", args=[number] if has_number else [])

    codes = {client.get(address).status_code, client.post(address).status_code}

    if role == "anonymous":
        assert codes <= {302, 405}
    elif role == "student" or (role == "tutor" and name in ONLY_WHO_HELPS):
        assert codes <= {403, 405}
    else:
        assert codes & {200, 302, 409, 422}


def holder(role: str):
    if role == "owner":
        return an_owner()
    return RoleGrantFactory(role=RoleFactory.built_in(role), person=PersonFactory()).person


@pytest.mark.parametrize(("name", "has_number"), list(of_the_queue()))
def test_r16_nothing_is_done_without_a_token(name, has_number, ana):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ana)
    ticket = a_ticket()

    answer = client.post(reverse(f"helpdesk:{name}", args=[ticket.pk] if has_number else []))

    assert answer.status_code in {403, 405}
    assert Ticket.objects.get().state == State.WAITING
