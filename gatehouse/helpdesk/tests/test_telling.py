"""What the desk says of itself: to everybody, to those who wait, to whoever writes a question."""

from datetime import timedelta

import pytest
from django.test import Client

from gatehouse.core import clock
from gatehouse.helpdesk import actions as tickets, links, matching, queries
from gatehouse.helpdesk.actions import desk as actions
from gatehouse.helpdesk.models import CannedAnswer
from gatehouse.helpdesk.queries import today
from gatehouse.helpdesk.tests.factories import CourseFactory, a_ticket, a_tutor, on_shift
from gatehouse.journal.models import Entry
from gatehouse.people.tests.factories import PersonFactory, an_owner, holder_of

pytestmark = pytest.mark.django_db
LATE = "We are running late"


def signed_in(person):
    client = Client()
    client.force_login(person)
    return client


def test_a_line_of_the_tutors_reaches_all_who_wait_and_ends_by_itself(client, monkeypatch):
    ticket, tutor = a_ticket(), a_tutor()
    answer = signed_in(tutor).post("/manage/help/queue/tell", {"text": f" {LATE} ", "minutes": 30})

    assert answer.url == "/manage/help/queue"
    for path in ("/help", "/help/ask", "/help/now", links.path_of(ticket)):
        assert LATE in client.get(path).text
    assert LATE in client.get(f"{links.path_of(ticket)}/live").text
    assert Entry.objects.filter(verb="desk.told").count() == 1
    over = clock.now() + timedelta(minutes=31)
    monkeypatch.setattr(clock, "now", lambda: over)
    assert queries.news_now() == ""


def test_a_line_can_be_ended_and_only_tutors_tell(client):
    ines = signed_in(a_tutor())
    ines.post("/manage/help/queue/tell", {"text": LATE, "minutes": 30})
    ines.post("/manage/help/queue/tell", {"end": "1"})

    assert queries.news_now() == ""
    assert ines.post("/manage/help/queue/tell", {"text": "", "minutes": 30}).status_code == 422
    assert ines.post("/manage/help/queue/tell", {"text": LATE, "minutes": 31}).status_code == 422
    assert signed_in(PersonFactory()).post("/manage/help/queue/tell", {"text": LATE, "minutes": 30}).status_code == 403
    with pytest.raises(actions.PermissionDenied):
        actions.tell_everybody(text=LATE, minutes=30, actor=PersonFactory())


def test_the_part_of_the_desk_is_the_same_until_the_queue_moves(client):
    CourseFactory()
    first = client.get("/help/now")
    known = {"If-None-Match": first["ETag"]}

    same = client.get("/help/now", headers=known)
    on_shift()
    moved = client.get("/help/now", headers=known)

    assert (same.status_code, moved.status_code) == (304, 200)
    assert "1 tutor" in moved.text


def test_strangers_find_the_desk_at_home_and_in_the_bar(client):
    assert "Get help" not in client.get("/").text
    on_shift(CourseFactory())

    assert client.get("/").text.count("Get help") == 2


def test_a_persons_page_shows_visits_to_those_who_help():
    ticket = a_ticket()
    path = f"/manage/people/{ticket.person_id}"

    assert "asked once" in signed_in(an_owner()).get(path).text
    assert "asked once" not in signed_in(holder_of("people.view")).get(path).text


def test_words_shared_with_the_title_count_most():
    first = matching.Answer(1, "Truth tables", "Write one column for each letter.", is_of_course=False)
    second = matching.Answer(2, "Letters", "A table of columns.", is_of_course=True)

    assert matching.best([second, first], "my truth table has a wrong column", at_most=3) == [1]
    assert matching.best([first, second], "", at_most=3) == []
    assert matching.best([first], "why?", at_most=3) == []


def test_public_answers_of_the_course_are_shown_before_sending(client):
    course, other = CourseFactory(), CourseFactory()
    for title, fields in {
        "Paired tests": {"course": course, "is_public": True},
        "Paired tests for tutors": {"course": course},
        "Paired tests elsewhere": {"course": other, "is_public": True},
    }.items():
        CannedAnswer.objects.create(title=title, text="Use the paired one.", **fields)

    shown = client.post("/help/ask/others", {"course": course.pk, "question": "Which of the paired tests?"})
    again = {
        "course": course.pk,
        "question": "Which of the paired tests?",
        "shown": f"a{CannedAnswer.objects.first().pk}",
    }

    assert "Paired tests<" in shown.text
    assert "for tutors" not in shown.text
    assert "elsewhere" not in shown.text
    assert client.post("/help/ask/others", again).status_code == 204


def test_today_tells_waits_aims_and_misses_since_midnight(monkeypatch):
    noon = clock.now().replace(hour=12, minute=0)
    ana = a_tutor()
    for minutes, outcome in ((4, "solved"), (10, "no_show"), (40, "solved")):
        monkeypatch.setattr(clock, "now", lambda: noon)
        ticket = a_ticket()
        monkeypatch.setattr(clock, "now", lambda waited=timedelta(minutes=minutes): noon + waited)
        tickets.claim_ticket(ticket=ticket, tutor=ana)
        tickets.close_ticket(ticket=ticket, actor=ana, outcome=outcome)
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(hours=1))

    now = today.today()

    assert (now.begun, now.half, now.ninety, now.not_here) == (3, 10, 40, 1)
    assert now.in_time == pytest.approx(2 / 3)
    assert "67%" in signed_in(an_owner()).get("/manage/help").text
    monkeypatch.setattr(clock, "now", lambda: noon + timedelta(days=1))
    assert today.today().half is None


def test_a_tutor_is_reminded_of_a_long_help(monkeypatch):
    ana, ticket = a_tutor(), a_ticket()
    tickets.claim_ticket(ticket=ticket, tutor=ana)
    desk = signed_in(ana)
    assert "This takes long" not in desk.get(f"/manage/help/queue/{ticket.pk}").text

    late = clock.now() + timedelta(minutes=46)
    monkeypatch.setattr(clock, "now", lambda: late)

    assert "This takes long" in desk.get(f"/manage/help/queue/{ticket.pk}").text
    assert "This takes long" in desk.get(f"/manage/help/queue/part?open={ticket.pk}").text
    assert "This takes long" not in signed_in(a_tutor()).get(f"/manage/help/queue/{ticket.pk}").text
