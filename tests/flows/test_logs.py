"""What the log holds when people sign in, letters go out and things break: no address, no code, no token."""

import io
import json
import logging
import re

import pytest
from django.urls import include, path

from gatehouse.core.logs import JsonLines
from gatehouse.identity.tests.reading import code_of, last_letter, link_of
from gatehouse.mail import actions as mail, tasks as mail_tasks
from gatehouse.people.models import Person

pytestmark = pytest.mark.django_db(transaction=True)


def fall(request, token):
    raise ZeroDivisionError(f"no room for {request.user.email} with {token}")


urlpatterns = [path("", include("gatehouse.config.urls")), path("fall/<str:token>", fall)]
handler500 = "gatehouse.web.views.errors.broken"


@pytest.fixture
def maya():
    return Person.objects.create_user("maya.okafor@example.org", given_name="Maya", family_name="Okafor")


@pytest.fixture
def log():
    """All that would be written with GATEHOUSE_LOG_LEVEL=debug."""
    out, root = io.StringIO(), logging.getLogger()
    handler = logging.StreamHandler(out)
    handler.setFormatter(JsonLines())
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.setLevel(level)
    root.removeHandler(handler)


def lines(log):
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_signing_in_leaves_neither_address_nor_code_nor_link(client, maya, log):
    client.post("/sign-in", {"email": maya.email})
    code, link = code_of(last_letter()), link_of(last_letter())
    client.get(link)
    client.post("/sign-in/code", {"code": "000000" if code != "000000" else "111111"})
    client.post("/sign-in/code", {"code": code})
    client.get("/manage/people?q=maya.okafor%40example.org")

    said = log.getvalue()
    assert len(lines(log)) >= 5
    assert "okafor" not in said.lower()
    assert code not in said
    assert link.rpartition("/")[2] not in said
    assert {"/sign-in", "/sign-in/code", "/sign-in/link/<str:text>"} <= {line.get("route") for line in lines(log)}


def test_letters_leave_no_address_whether_they_go_out_or_not(log, settings, tmp_path):
    settings.DATA_DIR, settings.EMAIL_URL = tmp_path, "file:"
    mail.send_test(to="thao.nguyen@example.org")
    mail_tasks.send_waiting.func()
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    mail.send_test(to="thao.nguyen@example.org")
    mail_tasks.send_waiting.func()

    assert "nguyen" not in log.getvalue()


def test_a_page_that_breaks_tells_its_number_and_the_log_finds_it(client, maya, log, settings):
    settings.ROOT_URLCONF = __name__
    client.raise_request_exception = False
    client.force_login(maya)

    page = client.get("/fall/kD7t_0Qz-1fYb2LmN8xWvR3e?email=maya.okafor@example.org")

    number = re.search(r"<code>([0-9a-f]{32})</code>", page.text)[1]
    assert page.status_code == 500
    assert page["X-Request-ID"] == number
    broken = [line for line in lines(log) if "error" in line]
    assert [line["request_id"] for line in broken] == [number]
    assert "ZeroDivisionError: no room for [address] with [token]" in broken[0]["error"]
    assert "okafor" not in log.getvalue()
    assert "kD7t_0Qz" not in log.getvalue()


@pytest.mark.parametrize(("path", "status"), [("/nothing-here", 404), ("/manage/journal", 403)])
def test_other_error_pages_carry_the_number_too(client, maya, path, status):
    client.force_login(maya)

    page = client.get(path)

    assert page.status_code == status
    assert page["X-Request-ID"] in page.text
