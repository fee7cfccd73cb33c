"""The wall board: initials and numbers, calls that grow old, and an answer that costs next to nothing."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from gatehouse.core import clock
from gatehouse.helpdesk import actions, queries
from gatehouse.helpdesk.actions import Guest
from gatehouse.helpdesk.actions.desk import save_desk
from gatehouse.helpdesk.models import Notice, Room, Ticket
from gatehouse.helpdesk.tests.factories import CourseFactory, a_ticket, on_shift
from gatehouse.people.tests.factories import PersonFactory

pytestmark = pytest.mark.django_db
PIN = "480217"


@pytest.fixture
def desk():
    """A tutor in B12, one who is called, and three who wait."""
    course = CourseFactory()
    shift = on_shift(course, room=Room.objects.create(name="B12"))
    names = (("Zoya", "Okafor"), ("Noor", "de la Cruz"), ("Ÿan", ""), ("Lea", "Brandt"))
    people = [PersonFactory(given_name=given, family_name=family) for given, family in names]
    tickets = [a_ticket(person, course) for person in people]
    actions.claim_ticket(ticket=tickets[0], tutor=shift.tutor)
    return shift.tutor, tickets


@pytest.fixture
def private():
    save_desk(values={"is_board_public": False}, pin=PIN, actor=None)


def look(client, **headers):
    return client.get("/help/board/live?in=en", headers=headers)


def test_it_says_who_is_called_where_to_and_who_comes_next(desk):
    tutor, tickets = desk

    board = queries.board(at_once=True)

    numbers = [queries.number_of(ticket.pk) for ticket in tickets]
    call = board.calls[0]
    assert (call.who, call.tutor, call.room, call.is_last) == (f"Z.O. {numbers[0]}", tutor.short_name, "B12", False)
    assert board.coming == ((1, f"N.C. {numbers[1]}"), (2, f"Ÿ. {numbers[2]}"), (3, f"L.B. {numbers[3]}"))
    assert board.now.waiting == 3


def test_it_shows_no_name_of_a_student(client, desk):
    for page in (client.get("/help/board"), look(client)):
        assert page.status_code == 200
        assert not [name for name in ("Zoya", "Okafor", "Noor", "Cruz", "Ÿan", "Brandt") if name in page.text]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("<b>x</b>", ""),
        ("😀 🎉", ""),
        ("1 2", ""),
        ("mary ann lee", "M.L."),
        ("İ ß", "İ.SS."),
        ("", ""),
        ("علي حسن", "ع.ح."),
    ],
)
def test_signs_of_any_name(name, said):
    ticket = a_ticket(Guest(name, "x@example.org"), origin="kiosk")

    assert queries.sign(ticket) == f"{said} {queries.number_of(ticket.pk)}".strip()


@pytest.mark.parametrize(("ticket", "said"), [(1, "1"), (999, "999"), (1000, "000"), (102_034, "034")])
def test_numbers_stay_short(ticket, said):
    assert queries.number_of(ticket) == said


def test_a_call_grows_old_and_a_search_stays(desk):
    tutor, tickets = desk
    then = clock.now() - timedelta(minutes=4)
    Ticket.objects.filter(pk=tickets[0].pk).update(asked_at=then, claimed_at=then)
    assert queries.read_board().calls == ()

    tickets[0].refresh_from_db()
    actions.not_found(ticket=tickets[0], actor=tutor)

    assert [call.is_last for call in queries.board(at_once=True).calls] == [True]


def test_who_is_online_is_not_called_by_the_wall(desk):
    _tutor, tickets = desk
    Ticket.objects.filter(pk=tickets[0].pk).update(mode="online")

    assert queries.read_board().calls == ()


def test_as_much_as_a_wall_holds(desk):
    _tutor, tickets = desk
    for _ in range(9):
        a_ticket(course=tickets[0].course)
    for number in range(4):
        Notice.objects.create(text=f"Notice {number}", starts_on=clock.today(), ends_on=clock.today())

    board = queries.board(at_once=True)

    assert (len(board.coming), board.more, len(board.notices)) == (5, 7, 2)


def test_the_answer_is_known_by_its_tag_until_the_queue_moves(client, desk, monkeypatch):
    client.get("/help/board")
    first = look(client)
    same = look(client, if_none_match=first.headers["ETag"])
    assert (same.status_code, same.content) == (304, b"")
    assert first.headers["Cache-Control"] == "no-store"
    monkeypatch.setattr("gatehouse.helpdesk.queries.wall.LOOK_EVERY", 0.0)

    a_ticket(course=desk[1][0].course)

    assert look(client, if_none_match=first.headers["ETag"]).status_code == 200


def test_an_answer_asks_next_to_nothing_of_the_database(client, desk, django_assert_max_num_queries):
    client.get("/help/board")

    with django_assert_max_num_queries(2):
        look(client)


def test_three_cost_as_much_as_one():
    course = CourseFactory()

    def statements(room):
        shift = on_shift(course, room=Room.objects.create(name=room))
        actions.claim_ticket(ticket=a_ticket(course=course), tutor=shift.tutor)
        a_ticket(course=course)
        with CaptureQueriesContext(connection) as asked:
            queries.read_board()
        return len(asked)

    one, _two, three = (statements(room) for room in ("B1", "B2", "B3"))

    assert one == three


def test_a_private_board_is_for_screens_alone(client, private):
    assert client.get("/help/board").url == "/help/kiosk?shows=board"
    assert look(client).status_code == 404

    assert client.post("/help/kiosk/open", {"pin": PIN, "shows": "board"}).url == "/help/board"

    assert client.get("/help/board").status_code == 200
    assert look(client).status_code == 200
    assert client.get("/help").url == "/help/kiosk"


def test_nothing_is_posted_to_it(client):
    assert client.post("/help/board/live").status_code == 405
    assert client.post("/help/board").status_code == 405


def test_another_language_on_the_wall(client, desk):
    assert look(client).status_code == 200
    assert client.get("/help/board/live?in=<script>").status_code == 200
