"""Bodies that are too large."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def test_body_that_says_it_is_too_large_is_never_read(client, settings):
    settings.UPLOAD_LIMIT = 1_000

    answer = client.generic("POST", "/looks", b"x", CONTENT_LENGTH="1001")

    assert answer.status_code == 413
    assert "That is too large" in answer.text
    assert "1000 bytes at most" in answer.text.replace("\xa0", " ")


@pytest.mark.parametrize("length", ["1000", "", "0", "-1", "abc", "²"])
def test_other_lengths_pass(client, settings, length):
    settings.UPLOAD_LIMIT = 1_000

    assert client.get("/offline", CONTENT_LENGTH=length).status_code == 200


def test_length_of_any_number_of_digits_is_too_large(client):
    assert client.generic("POST", "/looks", b"x", CONTENT_LENGTH="9" * 5000).status_code == 413


@pytest.mark.parametrize("has_cookie", [True, False])
def test_form_that_django_finds_too_large_is_413_too(settings, has_cookie):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    client = Client(enforce_csrf_checks=has_cookie)
    client.get("/")

    answer = client.post("/looks", "x" * 200, content_type="application/x-www-form-urlencoded")

    assert answer.status_code == 413
    assert "That is too large" in answer.text


def test_too_many_fields_are_a_wrong_request(client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3

    assert client.post("/looks", {str(n): "" for n in range(9)}).status_code == 400
