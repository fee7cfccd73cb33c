"""The small college, and browsers of those who come to it."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from django.test import Client

from gatehouse.core import links
from gatehouse.identity.tests.reading import code_of, last_letter, link_of
from gatehouse.mail import rendering
from tests.accessibility.college import College, found


class Visit:
    """A page as somebody sees it, with what its browser complained of and whom it asked."""

    def __init__(self, page, server: str):
        self.page, self.server = page, server
        self.complaints: list[str] = []
        self.strangers: list[str] = []
        self.served = ""  # the last page as it came, before any script ran
        page.on("console", lambda said: said.type in {"error", "warning"} and self.complaints.append(said.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._note)

    def _note(self, request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws"} and address.netloc != urlsplit(self.server).netloc:
            self.strangers.append(request.url)

    def open(self, path: str) -> int:
        answer = self.page.goto(self.server + path)
        self.served = answer.text()
        return answer.status


@pytest.fixture
def college(transactional_db) -> College:
    made = found()
    made.unsubscribe = links.sign(rendering.UNSUBSCRIBE, made.letter.message_id)
    return made


@pytest.fixture
def cookies_of(college) -> Callable[[str], dict[str, str]]:
    """What a browser holds of a stranger (nothing), of one who asked for a code, and of those who signed in."""

    def come_in(who: str) -> dict[str, str]:
        client = Client()
        if who == "anonymous":
            Client().post("/sign-in", {"email": college.maya.email})
        else:
            person = college.ruth if who == "owner" else college.maya
            client.post("/sign-in", {"email": person.email})
        college.link = link_of(last_letter()).rsplit("/", 1)[-1]
        if who in {"member", "owner"}:
            client.post("/sign-in/code", {"code": code_of(last_letter())})
        return {name: cookie.value for name, cookie in client.cookies.items() if cookie.value}

    return come_in


@pytest.fixture
def visit(live_server, context, page, cookies_of) -> Callable[[str], Visit]:
    """`visit("owner").open("/manage/")` in a browser where that person is signed in."""

    def begin(who: str) -> Visit:
        held = cookies_of(who).items()
        context.add_cookies([{"name": name, "value": value, "url": live_server.url} for name, value in held])
        page.emulate_media(reduced_motion="reduce")
        return Visit(page, live_server.url)

    return begin
