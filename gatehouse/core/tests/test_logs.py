import json
import logging
import sys
from types import SimpleNamespace

import pytest
from django.core import signing

from gatehouse.core import links, origin
from gatehouse.core.logs import JsonLines, masked


def written(message, *args, **extra):
    record = logging.LogRecord(
        "gatehouse.tests", logging.ERROR, __file__, 1, message, args, extra.pop("exc_info", None)
    )
    record.__dict__.update(extra)
    return json.loads(JsonLines().format(record))


@pytest.mark.parametrize(
    "text",
    [
        "maya.okafor@example.org",
        "Key (email)=(thao@example.org) already exists.",
        "<ana.lopez+help@sub.example.org>",
        "'nguyễn@example.org'",
    ],
)
def test_addresses_are_masked(text):
    assert "@" not in masked(text)
    assert "[address]" in masked(text)


@pytest.mark.parametrize(
    "token",
    [
        links.sign("letter", {"person": 7}),
        signing.dumps("x", compress=True),
        signing.TimestampSigner().sign("maya"),
        "kD7t_0Qz-1fYb2LmN8xWvR3e",
    ],
)
def test_tokens_are_masked(token):
    assert masked(f"The link {token} is over.") == "The link [token] is over."


@pytest.mark.parametrize("text", ["Code 493021 was wrong.", "code=493021"])
def test_codes_are_masked(text):
    assert "493021" not in masked(text)


@pytest.mark.parametrize(
    "text",
    [
        "OperationalError: database is locked",
        "request 7f64546d3e534b17a61148112925183a",
        "File gatehouse/mail/adapters/smtp.py, line 1284, in deliver",
        "person 0a3c9f0e-6a56-4b5a-9a0e-1f7f2b0d8c11",
        "11,000 of 20,000 lines",
    ],
)
def test_what_helps_to_find_a_fault_stays(text):
    assert masked(text) == text


def test_a_path_is_written_as_its_route():
    match = SimpleNamespace(route="sign-in/link/<str:text>")
    request = SimpleNamespace(path="/sign-in/link/abc", resolver_match=match)

    assert written("Internal Server Error: %s", "/sign-in/link/abc", request=request)["message"] == (
        "Internal Server Error: /sign-in/link/<str:text>"
    )


def test_what_an_error_says_is_masked_and_its_place_is_kept():
    try:
        int("maya@example.org, code 493021")
    except ValueError:
        line = written("it broke", exc_info=sys.exc_info())

    assert line["error"].endswith("ValueError: invalid literal for int() with base 10: '[address], code [code]'")
    assert "test_logs.py" in line["error"]


def test_lines_carry_the_request_they_belong_to():
    with origin.acting_from(origin.Origin(request_id="abc")):
        assert written("something")["request_id"] == "abc"
    assert "request_id" not in written("something")
