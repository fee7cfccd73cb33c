"""EMAIL_URL, read in one place."""

import pytest

from gatehouse.mail import route
from gatehouse.mail.route import Route, RouteUnusable


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("file:", Route("file")),
        ("file:/var/mail%20out", Route("file", path="/var/mail out")),
        ("console:", Route("console")),
        ("smtp://localhost:2525", Route("smtp", host="localhost", port=2525)),
        ("smtp://mail.example.org", Route("smtp", host="mail.example.org", port=25)),
        (
            "smtp://a%40b:p%2Fw@mail.example.org?tls=starttls",
            Route("smtp", host="mail.example.org", port=587, user="a@b", password="p/w", tls="starttls"),
        ),
        ("smtp+tls://m.example.org:26", Route("smtp", host="m.example.org", port=26, tls="starttls")),
        ("smtps://m.example.org", Route("smtp", host="m.example.org", port=465, tls="implicit")),
    ],
)
def test_what_can_be_written(url, expected):
    assert route.read(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "",
        "mail.example.org",
        "http://mail.example.org",
        "smtp://",
        "smtp://mail.example.org:port",
        "smtp://mail.example.org:99999",
        "smtp://mail.example.org?tls=perhaps",
        "smtp://mail.example.org?ssl=1",
        "smtp://office:secret@mail.example.org",
    ],
)
def test_what_cannot_says_what_to_write_and_keeps_the_password_to_itself(url):
    with pytest.raises(RouteUnusable, match="EMAIL_URL") as refused:
        route.read(url)

    assert "secret" not in str(refused.value)
