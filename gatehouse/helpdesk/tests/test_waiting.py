"""Waiting: the live place, the letters, the rating."""

from datetime import timedelta

import pytest
from django.test import Client

from gatehouse.core import clock
from gatehouse.helpdesk import actions, links, queries
from gatehouse.helpdesk.models import Desk, Help, Holiday, Notice, OpeningHours, Room, Ticket
from gatehouse.helpdesk.refusals import NotNow
from gatehouse.helpdesk.tests.factories import MAYA, CourseFactory, a_ticket, a_tutor, on_shift
from gatehouse.helpdesk.tests.reading import last_letter, words_of
from gatehouse.helpdesk.words import ordinal
from gatehouse.mail.models import Letter
from gatehouse.people.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
State = Ticket.State


def live(ticket):
    return f"/help/tickets/{links.token_of(ticket)}/live?in=en"


def look_anew():
    """As half a second later."""
    queries.standing_of(0, at_once=True)


def helped_by(ticket, tutor, **fields):
    """As when a tutor claims the ticket."""
    now = clock.now()
    Ticket.objects.filter(pk=ticket.pk).update(state=State.HELPED, claimed_at=now, **fields)
    Help.objects.create(ticket=ticket, tutor=tutor, tutor_name=tutor.name)
    actions.queue_moved()


def closed(ticket, tutor=None, minutes=0, **fields):
    helped_by(ticket, tutor or a_tutor())
    ended = clock.now() + timedelta(seconds=1)
    ticket.helps.update(ended_at=ended)
    done = {"state": State.CLOSED, "closed_at": ended, "outcome": "solved", **fields}
    Ticket.objects.filter(pk=ticket.pk).update(**done)
    actions.queue_moved()
    ticket.refresh_from_db()
    return ticket


def test_live_place_says_place_title_and_what_to_read_out(client):
    on_shift()
    a_ticket()
    ticket = a_ticket()

    answer = client.get(live(ticket))

    assert "2<sup>nd</sup>" in answer.text
    assert 'data-title="2nd, about 12 min"' in answer.text
    assert 'data-spoken="You are 2nd, about 15 minutes."' in answer.text
    assert "1 person before you" in answer.text


def test_live_place_is_304_until_something_happened(client, django_assert_num_queries):
    first, ticket = a_ticket(), a_ticket()
    tag = client.get(live(ticket))["ETag"]

    with django_assert_num_queries(0):
        assert client.get(live(ticket), headers={"If-None-Match": tag}).status_code == 304
    actions.withdraw_ticket(ticket=first, actor=first.person)
    look_anew()
    answer = client.get(live(ticket), headers={"If-None-Match": tag})

    assert answer.status_code == 200
    assert "1<sup>st</sup>" in answer.text


def test_what_happens_to_others_behind_does_not_change_the_tag(client):
    ticket = a_ticket()
    tag = client.get(live(ticket))["ETag"]
    a_ticket()
    look_anew()

    assert client.get(live(ticket), headers={"If-None-Match": tag}).status_code == 304


def test_live_place_sets_no_cookie_and_touches_no_session(client):
    answer = client.get(live(a_ticket()))

    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"


def test_live_place_of_a_forged_or_finished_ticket_is_not_found(client):
    ticket = a_ticket()
    assert client.get("/help/tickets/forged/live").status_code == 404
    closed(ticket)
    look_anew()

    assert client.get(live(ticket)).status_code == 404
    assert client.post(live(ticket)).status_code == 405


def test_live_place_speaks_the_language_of_its_page(client):
    ticket = a_ticket()

    assert client.get(live(ticket))["ETag"] != client.get(live(ticket).replace("=en", "=de"))["ETag"]
    assert client.get(live(ticket).replace("=en", "=xx")).status_code == 200


@pytest.mark.parametrize("waiting", [1, 3])
def test_r7_reading_all_standings_asks_as_much_for_three_as_for_one(waiting, django_assert_num_queries):
    on_shift(CourseFactory())
    for _ in range(waiting):
        a_ticket()

    with django_assert_num_queries(14):
        assert len(queries.read_standings()) == waiting


def test_turn_says_who_waits_and_where(client):
    room = Room.objects.create(name="B12")
    shift = on_shift(room=room)
    ticket = a_ticket()
    helped_by(ticket, shift.tutor)
    look_anew()

    page = client.get(f"/help/tickets/{links.token_of(ticket)}").text

    assert f"Go to B12, {shift.tutor.name} is waiting." in page
    assert 'class="arch turn"' in page
    assert "<title>Your turn:" in page


def test_video_link_is_told_only_when_it_is_ones_turn(client):
    shift = on_shift(video_link="https://video.example.org/ines")
    ticket = a_ticket(mode="online")
    path = f"/help/tickets/{links.token_of(ticket)}"
    assert "video.example.org" not in client.get(path).text

    helped_by(ticket, shift.tutor)

    assert 'href="https://video.example.org/ines"' in client.get(path).text


def test_page_reloads_itself_without_a_script(client):
    text = client.get(f"/help/tickets/{links.token_of(a_ticket())}").text

    assert '<noscript><meta http-equiv="refresh" content="20"></noscript>' in text
    assert "As of " in text


def test_receipt_with_the_private_link_comes_once():
    ticket = a_ticket()

    assert (actions.send_receipts(), actions.send_receipts()) == (1, 0)
    assert f"/help/tickets/{links.token_of(ticket).partition(':')[0]}:" in words_of(last_letter())


def test_letter_comes_once_when_so_many_are_before():
    tickets = [a_ticket() for _ in range(4)]
    last = tickets[-1]
    actions.choose_notice(ticket=last, actor=last.person, people=2)
    Letter.objects.all().delete()
    assert actions.tell_near() == 0

    actions.withdraw_ticket(ticket=tickets[0], actor=None)
    told = [actions.tell_near(), actions.tell_near()]

    assert last_letter().person == last.person
    assert last_letter().subject == "2 people are before you"
    assert told[1] == 0
    assert told[0] == Letter.objects.count()


def test_who_stands_in_front_at_once_gets_no_letter_about_it():
    a_ticket()

    assert actions.tell_near() == 0


def test_letter_tells_the_turn_once_and_where():
    shift = on_shift(room=Room.objects.create(name="B12", building="Tower House"))
    ticket = a_ticket()
    helped_by(ticket, shift.tutor)

    assert (actions.tell_turns(), actions.tell_turns()) == (1, 0)
    assert f"{shift.tutor.name} waits for you in B12, Tower House." in words_of(last_letter())


def test_rating_is_asked_once_and_only_after_the_time_to_undo():
    ticket = closed(a_ticket(), next_step="Read page 4")
    assert actions.ask_ratings() == 0
    late = clock.now() - timedelta(minutes=1)
    Ticket.objects.filter(pk=ticket.pk).update(
        closed_at=late, claimed_at=late, asked_at=late - timedelta(minutes=1), place_at=late
    )

    assert (actions.ask_ratings(), actions.ask_ratings()) == (1, 0)
    text = words_of(last_letter())
    assert "Read page 4" in text
    assert "/rate?stars=5" in text


def test_no_show_and_people_without_an_address_are_not_asked():
    late = clock.now() - timedelta(minutes=1)
    before = {"closed_at": late, "claimed_at": late, "asked_at": late}
    for ticket, outcome in ((a_ticket(), "no_show"), (a_ticket(PersonFactory(email=None)), "solved")):
        closed(ticket)
        Ticket.objects.filter(pk=ticket.pk).update(outcome=outcome, **before)
    Letter.objects.all().delete()

    actions.ask_ratings()

    assert Letter.objects.count() == 0


def test_looking_at_a_rating_link_does_not_rate(client):
    ticket = closed(a_ticket())
    path = f"/help/tickets/{links.token_of(ticket)}/rate"

    page = client.get(f"{path}?stars=4")
    assert page.context["form"]["stars"].value() == 4
    ticket.refresh_from_db()
    assert ticket.stars is None
    client.post(path, {"stars": "4"})
    client.post(path, {"stars": "5", "comment": "Clear and kind"})

    ticket.refresh_from_db()
    assert (ticket.stars, ticket.comment) == (5, "Clear and kind")


def test_one_press_keeps_a_comment_given_before(client):
    ticket = closed(a_ticket())
    actions.rate_ticket(ticket=ticket, actor=None, stars=3, comment="Short")

    client.post(f"/help/tickets/{links.token_of(ticket)}/rate", {"stars": "4"})

    ticket.refresh_from_db()
    assert (ticket.stars, ticket.comment) == (4, "Short")


@pytest.mark.parametrize("stars", ["0", "6", "x", ""])
def test_other_than_one_to_five_stars_is_refused(client, stars):
    ticket = closed(a_ticket())

    assert client.post(f"/help/tickets/{links.token_of(ticket)}/rate", {"stars": stars}).status_code == 422


def test_only_who_was_helped_rates(client):
    waiting, tutor = a_ticket(), a_tutor()
    with pytest.raises(NotNow):
        actions.rate_ticket(ticket=waiting, actor=waiting.person, stars=5)
    ticket = closed(waiting, tutor)
    client.force_login(tutor)

    assert client.post(f"/help/tickets/{links.token_of(ticket)}/rate", {"stars": "5"}).status_code == 403


def test_r4_reopen_keeps_times_true_and_comes_before_those_who_wait_shorter():
    ticket = closed(a_ticket())
    long_ago = clock.now() - timedelta(hours=1)
    times = {"asked_at": long_ago, "claimed_at": long_ago, "closed_at": long_ago, "place_at": long_ago}
    Ticket.objects.filter(pk=ticket.pk).update(**times)
    patient, newcomer = a_ticket(), a_ticket()
    Ticket.objects.filter(pk=patient.pk).update(place_at=clock.now() - timedelta(minutes=20))

    actions.reopen_ticket(ticket=ticket, actor=ticket.person)

    ticket.refresh_from_db()
    assert (ticket.state, ticket.claimed_at, ticket.closed_at, ticket.outcome) == (State.WAITING, None, None, "")
    assert ticket.helps.count() == 1, "the first round is not forgotten"
    assert [queries.place_of(each).place for each in (patient, ticket, newcomer)] == [1, 2, 3]
    again = closed(ticket)
    assert again.asked_at <= again.claimed_at <= again.closed_at


def test_asker_reopens_within_the_hours_a_tutor_at_any_time():
    ticket = closed(a_ticket())
    old = clock.now() - timedelta(hours=49)
    Ticket.objects.filter(pk=ticket.pk).update(asked_at=old, claimed_at=old, closed_at=old)

    with pytest.raises(NotNow):
        actions.reopen_ticket(ticket=ticket, actor=ticket.person)
    actions.reopen_ticket(ticket=ticket, actor=a_tutor())

    ticket.refresh_from_db()
    assert ticket.state == State.WAITING


def test_old_guests_are_forgotten_and_their_questions_stay():
    old, unproved, lately = (a_ticket(MAYA, question=str(n)) for n in range(3))
    actions.confirm_guest(ticket=old)
    year = clock.now() - timedelta(days=366)
    Ticket.objects.filter(pk=old.pk).update(asked_at=year, place_at=year)
    Ticket.objects.filter(pk=unproved.pk).update(asked_at=clock.now() - timedelta(days=3))

    actions.forget_guests()

    old.refresh_from_db()
    assert (old.guest_email, old.guest_name, old.question) == ("", "", "0")
    assert set(Ticket.objects.values_list("pk", flat=True)) == {old.pk, lately.pk}


def test_a_guest_who_confirms_late_goes_to_the_end():
    ticket = a_ticket(MAYA)
    Ticket.objects.filter(pk=ticket.pk).update(asked_at=clock.now() - timedelta(minutes=16))
    ticket.refresh_from_db()
    first = a_ticket()

    actions.confirm_guest(ticket=ticket)

    assert (queries.place_of(first).place, queries.place_of(ticket).place) == (1, 2)


def test_desk_says_what_is_so_now(client):
    on_shift(room=Room.objects.create(name="B12"))
    a_ticket()

    text = client.get("/help").text

    assert "Open now" in text
    assert "1 person waiting" in text
    assert "1 tutor is here" in text
    assert "your turn in about 12 minutes" in text


def test_desk_closed_for_the_moment_says_why(client):
    on_shift()
    Desk.objects.create(pk=1, is_closed_now=True, closed_because="Fire drill")

    text = client.get("/help").text

    assert "Closed now" in text
    assert "Fire drill" in text


def test_r12_notice_is_told_until_the_end_of_its_last_day(client):
    today = clock.today()
    Notice.objects.create(text="Room moved", starts_on=today - timedelta(days=2), ends_on=today)
    Notice.objects.create(text="Long gone", starts_on=today - timedelta(days=2), ends_on=today - timedelta(days=1))

    text = client.get("/help").text

    assert "Room moved" in text
    assert "Long gone" not in text


def test_r5_hours_are_of_the_wall_clock_of_the_organisation(settings):
    settings.TIME_ZONE = "Pacific/Kiritimati"  # UTC+14: another day than in UTC for most of it
    local = clock.now() + timedelta(hours=14)
    OpeningHours.objects.create(weekday=local.weekday(), opens="00:00", closes="23:59:59")

    desk = queries.desk_now()

    assert desk.is_open
    assert desk.until.utcoffset() == timedelta(hours=14)
    Holiday.objects.create(date=local.date())
    assert not queries.desk_now().is_open


def test_home_shows_the_desk_or_ones_open_questions():
    maya = PersonFactory()
    client = Client()
    client.force_login(maya)
    CourseFactory()
    assert "My questions" in client.get("/").text

    a_ticket(maya, question="Which of the two fits?")

    assert "Which of the two fits?" in client.get("/").text


@pytest.mark.parametrize(
    ("number", "said"), [(1, "1st"), (2, "2nd"), (3, "3rd"), (4, "4th"), (11, "11th"), (112, "112th"), (23, "23rd")]
)
def test_ordinals(number, said):
    assert "".join(ordinal(number)) == said
