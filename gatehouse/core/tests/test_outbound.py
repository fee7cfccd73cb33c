"""Calls to the outside end in time, stay small, go nowhere private, and are tried again where that is harmless."""

import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from gatehouse.core.outbound import Guarded, NotPublic, Outside, TooLarge, Unreachable, public_address


class Handler(BaseHTTPRequestHandler):
    """`/200,503,…` gives these statuses one after another; `/large`, `/slow` and `/away` are what they say."""

    asked: list[str] = []

    def do_GET(self) -> None:
        self.asked.append(self.path)
        if self.path == "/slow":
            self.drip()
            return
        statuses = self.path.strip("/").split(",")
        status = statuses[min(self.asked.count(self.path), len(statuses)) - 1]
        self.send_response(int(status) if status.isdecimal() else 302 if status == "away" else 200)
        self.send_header("Location", "/200")
        self.end_headers()
        self.wfile.write(b"x" * (5_000_000 if status == "large" else 2))

    def do_POST(self) -> None:
        self.do_GET()

    def drip(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(100):
            self.wfile.write(b"x" * 20_000)
            time.sleep(0.05)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> None:
    Handler.asked = []
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


def no_pause(_seconds: float) -> None:
    """Tests wait for nothing."""


def test_an_answer_has_status_headers_and_body(base):
    with Outside(may_be_private=True) as outside:
        answer = outside.call("GET", f"{base}/200")

    assert (answer.status, answer.body, answer.is_ok) == (200, b"xx", True)
    assert answer.headers["location"] == "/200"
    assert answer.json() is None


def test_redirects_are_answers_not_followed(base):
    with Outside(may_be_private=True) as outside:
        assert outside.call("GET", f"{base}/away").status == 302

    assert Handler.asked == ["/away"]


def test_idempotent_calls_are_tried_again_and_pauses_grow(base):
    pauses: list[float] = []
    with Outside(may_be_private=True, tries=3) as outside:
        assert outside.call("GET", f"{base}/503,429,200", pause=pauses.append).status == 200

    assert len(pauses) == 2
    assert 0.4 <= pauses[0] <= 0.48
    assert 0.8 <= pauses[1] <= 0.96


def test_a_post_is_never_sent_twice(base):
    with Outside(may_be_private=True) as outside:
        assert outside.call("POST", f"{base}/503,200", pause=no_pause).status == 503


def test_the_last_answer_is_given_as_it_is(base):
    with Outside(may_be_private=True, tries=2) as outside:
        assert outside.call("GET", f"{base}/503,503,200", pause=no_pause).status == 503


def test_too_large_an_answer_is_not_read(base):
    with Outside(may_be_private=True, at_most=100_000) as outside, pytest.raises(TooLarge):
        outside.call("GET", f"{base}/large")


def test_an_answer_that_drips_ends_in_time(base):
    began = time.monotonic()
    with Outside(may_be_private=True, seconds=0.4, tries=1) as outside, pytest.raises(Unreachable):
        outside.call("GET", f"{base}/slow")

    assert time.monotonic() - began < 2


def test_nobody_there_is_unreachable_and_names_no_address():
    url = "http://127.0.0.1:9/secret-token"
    with Outside(may_be_private=True, tries=2) as outside, pytest.raises(Unreachable) as raised:
        outside.call("GET", url, pause=no_pause)

    assert "secret-token" not in str(raised.value)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/200",
        "http://localhost:{port}/200",
        "http://[::1]:{port}/200",
        "http://0.0.0.0:{port}/200",
        "http://[::ffff:127.0.0.1]:{port}/200",
        "http://169.254.169.254/latest/meta-data",
        "http://10.1.2.3/",
        "file:///etc/passwd",
        "ftp://192.0.2.1/",
        "http://",
    ],
)
def test_a_guarded_call_never_leaves_for_a_private_address(base, url):
    port = base.rpartition(":")[2]
    with Outside() as outside, pytest.raises(NotPublic):
        outside.call("GET", url.format(port=port), pause=no_pause)

    assert Handler.asked == []


@pytest.mark.parametrize(
    "addresses",
    [
        [],
        ["127.0.0.1"],
        ["10.0.0.1"],
        ["172.16.0.1"],
        ["192.168.1.1"],
        ["100.64.0.1"],
        ["169.254.169.254"],
        ["0.0.0.0"],  # noqa: S104  refused, not bound to
        ["255.255.255.255"],
        ["224.0.0.1"],
        ["::1"],
        ["fe80::1%eth0"],
        ["fd00::1"],
        ["::ffff:10.0.0.1"],
        ["64:ff9b::a00:1"],
        ["2002:a00:1::1"],
        ["ff02::1"],
        ["93.184.215.14", "127.0.0.1"],  # one good address does not excuse the other
    ],
)
def test_private_and_odd_addresses_are_refused(addresses):
    with pytest.raises(NotPublic):
        public_address(addresses)


def test_public_addresses_are_taken():
    assert public_address(["93.184.215.14", "2606:2800:21f:cb07::1"]) == "93.184.215.14"


def test_the_name_is_resolved_once_and_the_connection_goes_there():
    """A second answer of the DNS (rebinding) is never asked for; Host and TLS keep the name."""
    met: list[httpx.Request] = []

    class Inner(httpx.BaseTransport):
        def handle_request(self, request: httpx.Request) -> httpx.Response:
            met.append(request)
            return httpx.Response(200)

    answers = iter([["93.184.215.14"], ["127.0.0.1"]])
    with httpx.Client(transport=Guarded(Inner(), lambda _name, _port: next(answers))) as client:
        client.get("https://hooks.example.org/x")
        with pytest.raises(NotPublic):
            client.get("https://hooks.example.org/x")

    (request,) = met
    assert (request.url.host, request.headers["Host"]) == ("93.184.215.14", "hooks.example.org")
    assert request.extensions["sni_hostname"] == "hooks.example.org"
