"""What our nginx template does to requests, seen by a server behind it that says what it was sent."""

import contextlib
import http.client
import json
import ssl
import threading
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse

from gatehouse.core.middleware import TrustedProxies
from tests.services import find, nginx


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self._answer()

    def do_POST(self):
        self.rfile.read(int(self.headers["Content-Length"]))
        self._answer()

    def _answer(self):
        body = json.dumps(dict(self.headers.items())).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture(scope="module")
def front():
    if not find("nginx"):
        pytest.skip(nginx.ADVICE)
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as upstream:
        threading.Thread(target=upstream.serve_forever, daemon=True).start()
        with nginx.front(upstream=f"127.0.0.1:{upstream.server_port}") as site:
            yield site
        upstream.shutdown()


def ask(front, *, body=None, **headers):
    context = ssl.create_default_context(cafile=front.certificate)
    request = urllib.request.Request(front.url, data=body, headers=headers)  # noqa: S310
    with urllib.request.urlopen(request, context=context, timeout=20) as answer:  # noqa: S310
        return json.load(answer)


def test_the_portal_learns_name_scheme_and_client(front):
    told = ask(front)

    assert told["Host"] == f"localhost:{front.https_port}"
    assert told["X-Forwarded-Proto"] == "https"
    assert told["X-Forwarded-For"] == "127.0.0.1"


def test_a_forged_address_stays_on_the_left(front):
    told = ask(front, **{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"})

    assert told["X-Forwarded-For"] == "203.0.113.9, 127.0.0.1"
    assert told["X-Forwarded-Proto"] == "https"


def test_bodies_pass_up_to_50_mb_and_no_further(front):
    assert ask(front, body=bytes(50 << 20))["Content-Length"] == str(50 << 20)
    with pytest.raises(urllib.error.HTTPError) as refused:
        ask(front, body=bytes((50 << 20) + 1))
    with refused.value:
        assert refused.value.code == 413


def test_plain_http_is_sent_on(front):
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *args):
            return None

    with pytest.raises(urllib.error.HTTPError) as sent:
        urllib.request.build_opener(Stay).open(f"http://localhost:{front.http_port}/help?a=1", timeout=5)
    with sent.value:
        assert (sent.value.code, sent.value.headers["Location"]) == (308, "https://localhost/help?a=1")


class Quiet(WSGIRequestHandler):
    def log_message(self, *args):
        pass


@pytest.mark.parametrize(
    ("trusted", "believed"), [(["127.0.0.1"], "127.0.0.2 https"), ([], "127.0.0.1 http")], ids=["trusted", "unknown"]
)
def test_the_portal_believes_its_own_proxy_and_no_visitor(settings, trusted, believed):
    settings.TRUSTED_PROXIES = trusted
    portal = TrustedProxies(lambda request: HttpResponse(f"{request.META['REMOTE_ADDR']} {request.scheme}"))

    def application(environ, start_response):
        start_response("200 OK", [])
        return [portal(WSGIRequest(environ)).content]

    if not find("nginx"):
        pytest.skip(nginx.ADVICE)
    with make_server("127.0.0.1", 0, application, handler_class=Quiet) as upstream:
        threading.Thread(target=upstream.serve_forever, daemon=True).start()
        with nginx.front(upstream=f"127.0.0.1:{upstream.server_port}") as site:
            context = ssl.create_default_context(cafile=site.certificate)
            visitor = http.client.HTTPSConnection(
                "localhost", site.https_port, context=context, source_address=("127.0.0.2", 0), timeout=5
            )
            with contextlib.closing(visitor):
                visitor.request("GET", "/", headers={"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "http"})
                answer = visitor.getresponse().read().decode()
        upstream.shutdown()

    assert answer == believed
