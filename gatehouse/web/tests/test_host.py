import struct

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from gatehouse.people import queries
from gatehouse.people.models import Organisation
from gatehouse.people.tests.factories import PersonFactory, an_owner

pytestmark = pytest.mark.django_db

SAID = {
    "name": "Alder College",
    "unit": "Learning Centre",
    "contact_email": "help@example.org",
    "door_colour": "#7a1f3d",
}
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", 64, 64) + bytes(9)
WEBP = b"RIFF" + bytes(4) + b"WEBPVP8X" + bytes(8) + bytes([63, 0, 0, 63, 0, 0])


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


@pytest.fixture
def owner_client(client):
    client.force_login(an_owner())
    return client


def file(content, name="mark.png"):
    return SimpleUploadedFile(name, content, content_type="image/png")


def test_owner_names_the_host_and_paints_its_door(owner_client):
    answer = owner_client.post("/manage/organisation", SAID, follow=True)

    assert "Saved." in answer.text
    assert 'href="/door-7a1f3d.css"' in answer.text
    assert queries.organisation().contact_email == "help@example.org"


def test_page_is_for_those_who_run_the_portal(client):
    assert client.get("/manage/organisation").url == "/sign-in?next=%2Fmanage%2Forganisation"

    client.force_login(PersonFactory())
    assert client.get("/manage/organisation").status_code == 403
    assert client.post("/manage/organisation", SAID).status_code == 403
    assert not Organisation.objects.exists()


def test_green_door_of_the_house_is_no_colour_of_ones_own(owner_client):
    owner_client.post("/manage/organisation", SAID | {"door_colour": "#1C5145"})

    assert queries.organisation().door_colour == ""


def test_colour_that_cannot_be_read_is_refused_with_its_ratio(owner_client):
    answer = owner_client.post("/manage/organisation", SAID | {"door_colour": "#f0b03a"})

    assert answer.status_code == 422
    assert "have a contrast of 1.9; they need 4.5" in answer.text
    assert not Organisation.objects.exists()


def test_colour_is_shown_before_it_is_saved(owner_client):
    part = owner_client.get("/manage/organisation/door", {"door_colour": "#7a1f3d"}).text
    page = owner_client.post("/manage/organisation", SAID | {"name": "", "look": "1"})

    assert part.count("<svg") == 2
    assert "10.0 : 1" in part
    assert page.status_code == 200
    assert 'fill="#7a1f3d"' in page.text
    assert not Organisation.objects.exists()


@pytest.mark.parametrize("nonsense", ["", "red", "#12345", "javascript:1", "#7a1f3d\n"])
def test_nonsense_is_no_colour(owner_client, nonsense):
    answer = owner_client.get("/manage/organisation/door", {"door_colour": nonsense})

    assert "Write a colour as # and six digits" in answer.text


@pytest.mark.parametrize(("content", "kind"), [(PNG, "image/png"), (WEBP, "image/webp")])
def test_mark_is_served_as_what_it_is(owner_client, content, kind):
    owner_client.post("/manage/organisation", SAID | {"mark": file(content, "mark.svg")})

    answer = owner_client.get("/mark")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == (kind, "nosniff")
    assert b"".join(answer.streaming_content) == content
    assert 'src="/mark?organisation%2Fmark-' in owner_client.get("/").text


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "An SVG can carry a script"),
        (b"%PDF-1.7", "This is no PNG, JPEG or WebP picture"),
        (PNG[:16] + struct.pack(">II", 9000, 10), "9000 × 10 pixels"),
        (PNG + bytes(1_000_000), "more than 1 MB"),
    ],
)
def test_what_is_no_mark_is_refused_in_plain_words(owner_client, content, said):
    answer = owner_client.post("/manage/organisation", SAID | {"mark": file(content)})

    assert answer.status_code == 422
    assert said in answer.text
    assert owner_client.get("/mark").status_code == 404


def test_mark_stays_until_it_is_taken_away(owner_client, media):
    owner_client.post("/manage/organisation", SAID | {"mark": file(PNG)})
    owner_client.post("/manage/organisation", SAID)
    assert queries.organisation().mark

    owner_client.post("/manage/organisation", SAID | {"mark-clear": "on"})
    assert not queries.organisation().mark
    assert owner_client.get("/mark").status_code == 404


def test_lost_mark_is_a_missing_page(owner_client, media):
    owner_client.post("/manage/organisation", SAID | {"mark": file(PNG)})
    next(media.glob("*/*")).unlink()

    assert owner_client.get("/mark").status_code == 404
