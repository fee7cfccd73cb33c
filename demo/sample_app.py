"""A sample service that lets Gatehouse sign people in: start here to connect your own.

Some 80 lines are OpenID Connect, by Authlib's client (any well-kept library will do); the rest is a web page. It knows the
portal's address, its own id and secret, and finds all else by discovery. `make demo` starts it and links it from home:

    python demo/sample_app.py var/sample-app.json
"""

import json
import secrets
import sys
import time
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from urllib.parse import parse_qs, urlencode
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import httpx
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

SCOPE = "openid profile email roles groups membership offline_access"
Answer = tuple[str, list[tuple[str, str]], str]  # status, headers, body
SIGNED_OUT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass
class Service:
    """What whoever runs the portal told us (issuer, client_id, client_secret), and where we are (url)."""

    issuer: str
    client_id: str
    client_secret: str
    url: str
    visits: dict[str, dict[str, Any]] = field(default_factory=dict)  # by cookie; in memory, for it is a sample

    @cached_property
    def known(self) -> dict[str, Any]:
        """OpenID Connect Discovery."""
        return httpx.get(f"{self.issuer}/.well-known/openid-configuration").raise_for_status().json()

    def client(self) -> OAuth2Client:
        return OAuth2Client(
            self.client_id, self.client_secret, scope=SCOPE, redirect_uri=f"{self.url}/callback",
            code_challenge_method="S256",
        )  # fmt: skip

    def begin(self, visit: dict[str, Any]) -> str:
        """Where to send the browser. What we remember proves later that the answer belongs to this browser."""
        visit |= {
            "state": secrets.token_urlsafe(),
            "nonce": secrets.token_urlsafe(),
            "verifier": secrets.token_urlsafe(48),
        }
        address, _state = self.client().create_authorization_url(
            self.known["authorization_endpoint"],
            state=visit["state"], nonce=visit["nonce"], code_verifier=visit["verifier"],
        )  # fmt: skip
        return address

    def come_back(self, visit: dict[str, Any], said: dict[str, str]) -> None:
        """Code into tokens. `iss` and `state` tell a stranger's answer from the portal's (RFC 9207)."""
        if said.get("iss") != self.issuer or not visit.get("state") or said.get("state") != visit.pop("state"):
            raise OAuthError("mix_up", "this answer is not to what we asked")
        if "error" in said:
            raise OAuthError(said["error"], said.get("error_description", ""))
        with self.client() as client:
            endpoint, verifier = self.known["token_endpoint"], visit.pop("verifier")
            tokens = client.fetch_token(endpoint, code=said["code"], code_verifier=verifier, state=said["state"])
            visit["id"] = self.checked(tokens["id_token"], nonce=visit.pop("nonce"))
            visit["tokens"] = dict(tokens)
            visit["person"] = client.get(self.known["userinfo_endpoint"]).raise_for_status().json()

    def ask_again(self, visit: dict[str, Any]) -> None:
        """A new access token for the refresh token, which changes each time; and what is true now."""
        with self.client() as client:
            client.token = visit["tokens"]
            visit["tokens"] = dict(client.refresh_token(self.known["token_endpoint"])) | {
                "id_token": client.token.get("id_token") or visit["tokens"]["id_token"]
            }
            visit["person"] = client.get(self.known["userinfo_endpoint"]).raise_for_status().json()

    def leave(self, visit: dict[str, Any]) -> str:
        """Signed out here; the address signs out of the portal too, and leads back."""
        hint, _all = visit["tokens"]["id_token"], visit.clear()
        said = {"id_token_hint": hint, "client_id": self.client_id, "post_logout_redirect_uri": f"{self.url}/"}
        return f"{self.known['end_session_endpoint']}?{urlencode(said)}"

    def hear_of_sign_out(self, logout_token: str) -> None:
        """Back-channel logout: the portal says that a session ended, so the visits that came of it end too."""
        said = self.checked(logout_token, typ="logout+jwt")
        if SIGNED_OUT not in said.get("events", {}) or "nonce" in said:
            raise ValueError("no logout token")
        for visit in self.visits.values():
            if visit.get("id", {}).get("sid") == said.get("sid"):
                visit.clear()

    def checked(self, token: str, *, typ: str = "JWT", **essential: Any) -> dict[str, Any]:
        """A token that the portal signed for us, now."""
        keys = KeySet.import_key_set(httpx.get(self.known["jwks_uri"]).raise_for_status().json())
        read = jwt.decode(token, keys, algorithms=["ES256", "RS256"])
        rules = {"iss": self.issuer, "aud": self.client_id} | essential
        registry = jwt.JWTClaimsRegistry(
            leeway=10,
            exp={"essential": True},
            **{name: {"essential": True, "value": value} for name, value in rules.items()},
        )
        registry.validate(read.claims)
        if read.header.get("typ") != typ:
            raise ValueError("a token of another kind")
        return read.claims


# --- from here on it is a web page ---------------------------------------------------------------

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{title}</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/style.css"><main><p class="mark">Visitors’ Book</p>{body}</main></html>"""
STYLE = """:root{color-scheme:light dark}body{font:17px/1.5 system-ui,sans-serif;margin:0;background:light-dark(#efe9df,#181512);
color:light-dark(#2a211a,#eee5da)}main{max-width:36rem;margin:8vh auto;padding:2rem;background:light-dark(#fffdf9,#221d19);
border-radius:12px;border-top:6px solid #8a4b2a}.mark{color:light-dark(#8a4b2a,#e0a37e);font-weight:600;margin:0}h1{margin:.2em 0 .5em;
line-height:1.2}dl{display:grid;grid-template-columns:auto 1fr;gap:.3rem 1.2rem}dt{font-weight:600}dd{margin:0;overflow-wrap:anywhere}
form{display:inline}button{font:inherit;padding:.6em 1.1em;border:1px solid #8a4b2a;border-radius:7px;background:none;color:inherit;
cursor:pointer}button.main{background:#8a4b2a;color:#fff}button:focus-visible{outline:3px solid;outline-offset:2px}"""


class App:
    """WSGI. Changes are POSTs, and our cookie does not come along with another site's (SameSite)."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.acts = {
            ("GET", "/"): self.home,
            ("POST", "/sign-in"): self.sign_in,
            ("GET", "/callback"): self.callback,
            ("POST", "/ask-again"): self.ask_again,
            ("POST", "/sign-out"): self.sign_out,
            ("POST", "/backchannel"): self.hear,
            ("GET", "/style.css"): self.style,
        }

    def __call__(self, environ: dict[str, Any], start_response: Any) -> list[bytes]:
        name, visit = self._visit(environ)
        status, headers, body = self._answer(environ, visit)
        if name:
            headers.append(("Set-Cookie", f"visit={name}; Path=/; HttpOnly; SameSite=Lax"))
        start_response(status, [*headers, ("Cache-Control", "no-store"), ("Referrer-Policy", "no-referrer")])
        return [body.encode()]

    def _visit(self, environ: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """The visit of this browser's cookie; a stranger's first, with the name of its cookie."""
        try:
            cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("visit")
        except CookieError:
            cookie = None
        if cookie and cookie.value in self.service.visits:
            return "", self.service.visits[cookie.value]
        if environ["PATH_INFO"] != "/sign-in":
            return "", {}
        name = secrets.token_urlsafe()
        return name, self.service.visits.setdefault(name, {})

    def _answer(self, environ: dict[str, Any], visit: dict[str, Any]) -> Answer:
        act = self.acts.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if act is None:
            return page(trouble("There is nothing here."), "404 Not Found")
        try:
            return act(environ, visit)
        except OAuthError as error:
            visit.clear()
            return page(trouble(f"{error.error}: {error.description}"), "400 Bad Request")
        except (JoseError, ValueError, KeyError, httpx.HTTPError) as error:
            return page(trouble(type(error).__name__), "400 Bad Request")

    def home(self, environ: dict[str, Any], visit: dict[str, Any]) -> Answer:
        return page(signed_in(visit) if "person" in visit else stranger(self.service))

    def sign_in(self, environ: dict[str, Any], visit: dict[str, Any]) -> Answer:
        return to(self.service.begin(visit))

    def callback(self, environ: dict[str, Any], visit: dict[str, Any]) -> Answer:
        self.service.come_back(visit, read(environ["QUERY_STRING"]))
        return to("/")

    def ask_again(self, environ: dict[str, Any], visit: dict[str, Any]) -> Answer:
        self.service.ask_again(visit)
        return to("/")

    def sign_out(self, environ: dict[str, Any], visit: dict[str, Any]) -> Answer:
        return to(self.service.leave(visit))

    def hear(self, environ: dict[str, Any], visit: dict[str, Any]) -> Answer:
        body = environ["wsgi.input"].read(min(int(environ.get("CONTENT_LENGTH") or 0), 20_000))
        self.service.hear_of_sign_out(read(body.decode())["logout_token"])
        return "200 OK", [], ""

    def style(self, environ: dict[str, Any], visit: dict[str, Any]) -> Answer:
        return "200 OK", [("Content-Type", "text/css")], STYLE


def read(text: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(text).items()}


def to(address: str) -> Answer:
    return "303 See Other", [("Location", address)], ""


def page(body: str, status: str = "200 OK") -> Answer:
    title = "Visitors’ Book"
    return status, [("Content-Type", "text/html; charset=utf-8")], PAGE.format(title=title, body=body)


def button(action: str, text: str, kind: str = "") -> str:
    return f'<form method="post" action="{action}"><button class="{kind}">{text}</button></form> '


def stranger(service: Service) -> str:
    portal = escape(service.issuer)
    lead = f"<p>A sample service. It keeps no accounts of its own: <b>{portal}</b> says who you are.</p>"
    return f"<h1>Who is there?</h1>{lead}{button('/sign-in', 'Sign in with the portal', 'main')}"


def signed_in(visit: dict[str, Any]) -> str:
    person, about = visit["person"], visit["id"]
    proof = {
        "signed in": time.strftime("%H:%M:%S", time.localtime(about["auth_time"])),
        "how sure": about.get("acr"),
        "by": ", ".join(about.get("amr", [])),
    }
    lines = "".join(
        f"<dt>{escape(name)}</dt><dd>{escape(plain(value))}</dd>" for name, value in (person | proof).items()
    )
    acts = button("/ask-again", "Ask again", "main") + button("/sign-out", "Sign out")
    return f"<h1>Good to see you, {escape(person.get('given_name') or 'visitor')}</h1><dl>{lines}</dl><p>{acts}</p>"


def plain(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def trouble(text: str) -> str:
    return f'<h1>That did not work</h1><p>{escape(text)}</p><p><a href="/">Back</a></p>'


class Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the name the library gives it
        """Addresses here hold codes."""


def main() -> None:
    told = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    host, port = told.pop("host"), told.pop("port")
    with make_server(host, port, App(Service(**told)), server_class=Server, handler_class=Quiet) as server:
        server.serve_forever()


if __name__ == "__main__":
    main()
