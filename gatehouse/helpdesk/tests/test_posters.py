"""Posters: a sheet for each room, whose code opens the form as it should be."""

from urllib.parse import urlsplit

import pytest
from django.conf import settings

from gatehouse.core.tests.camera import drawn
from gatehouse.helpdesk.actions.desk import save_desk
from gatehouse.helpdesk.models import Room
from gatehouse.helpdesk.tests.factories import CourseFactory
from gatehouse.people.tests.factories import an_owner

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client):
    client.force_login(an_owner())
    return client


@pytest.fixture
def rooms():
    return [Room.objects.create(name=name) for name in ("B12", "B14", "W<3")]


def test_a_sheet_for_each_room_whose_code_opens_the_form(manager, rooms, client):
    CourseFactory()
    page = manager.get("/manage/help/poster").text

    address = drawn(page, ".poster")

    assert page.count('class="poster"') == 3
    assert address == f"{settings.BASE_URL}/help/ask?mode=campus&room={rooms[0].pk}"
    form = client.get(f"{urlsplit(address).path}?{urlsplit(address).query}").context["form"]
    assert (form["room"].value(), form["mode"].value()) == (str(rooms[0].pk), "campus")
    assert "W&lt;3" in page


def test_one_room_one_sheet(manager, rooms):
    page = manager.get(f"/manage/help/poster?room={rooms[1].pk}").text

    assert page.count('class="poster"') == 1


@pytest.mark.parametrize("room", ["", "0", "x", "9" * 30, "<script>"])
def test_rooms_that_are_none_give_all(manager, rooms, room):
    assert manager.get("/manage/help/poster", {"room": room}).text.count('class="poster"') == 3


def test_a_desk_without_rooms_has_a_sheet_for_its_door(manager):
    assert drawn(manager.get("/manage/help/poster").text, ".poster").endswith("/help/ask?mode=campus")


@pytest.mark.parametrize(
    ("language", "shown"), [("de", ["de"]), ("together", ["en", "de"]), ("xx", ["en"]), ("", ["en"])]
)
def test_languages(manager, rooms, language, shown):
    page = manager.get("/manage/help/poster", {"language": language, "room": rooms[0].pk})

    assert page.context["languages"] == shown
    assert [code for code in ("en", "de") if f'<ol lang="{code}">' in page.text] == shown


def test_who_must_sign_in_first_comes_back_to_the_poster_s_room(client):
    save_desk(values={"takes_guests": False}, actor=None)

    assert client.get("/help/ask?mode=campus&room=7").url == "/sign-in?next=%2Fhelp%2Fask%3Fmode%3Dcampus%26room%3D7"
