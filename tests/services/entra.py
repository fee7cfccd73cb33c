"""Another organisation's sign-in, played by a server of ours that speaks the real protocol over HTTP.

Discovery, JWKS, authorize and token, for any tenant under one authority as Microsoft Entra has them, and a plain issuer at
the root. It holds the caller to the protocol: redirect address, PKCE S256, client secret or certificate assertion, codes
that work once. `person` and `change` say who signs in, and in what way a token is to be wrong.
"""

import base64
import contextlib
import hashlib
import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

TENANT = "11111111-1111-4111-8111-111111111111"
OTHER_TENANT = "22222222-2222-4222-8222-222222222222"
MAYA = "aaaaaaaa-0000-4000-8000-000000000001"  # her oid
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
REGISTRY = JWSRegistry(algorithms=["RS256", "ES256", "PS256", "HS256"])

Change = Callable[[dict[str, Any], dict[str, Any]], None]


def maya(**claims: Any) -> dict[str, Any]:
    """As Entra tells of somebody: ids that stay, and names that do not."""
    named = {"preferred_username": "maya@example.org", "email": "maya@example.org", "upn": "maya@example.org"}
    return {"oid": MAYA, "sub": "pairwise-of-maya", "name": "Maya Okafor", **named, **claims}


@dataclass
class Upstream:
    url: str = ""
    client_id: str = "gatehouse-at-entra"
    secret: str = "a secret of many letters"
    certificate: x509.Certificate | None = None  # then this is asked for instead of the secret
    says_iss: bool = False
    ends_sessions: bool = True
    left: list[dict[str, str]] = field(default_factory=list)  # what was said as somebody signed out
    person: dict[str, Any] = field(default_factory=maya)
    change: Change | None = None  # (header, claims) before signing
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one"}))
    published: list[Any] = field(default_factory=list)
    asked: list[dict[str, str]] = field(default_factory=list)
    forms: list[dict[str, str]] = field(default_factory=list)
    codes: dict[str, tuple[str, dict[str, str]]] = field(default_factory=dict)

    def issuer(self, tenant: str = "") -> str:
        return f"{self.url}/{tenant}/v2.0" if tenant else self.url

    def visit(self, address: str) -> dict[str, str]:
        """As a browser: to the address, and what it is sent back with."""
        answer = httpx.get(address, follow_redirects=False, trust_env=False)
        assert answer.status_code == 302, answer.text
        return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["Location"]).query).items()}

    # what it answers

    def document(self, issuer: str) -> dict[str, Any]:
        base = issuer.removesuffix("/v2.0") + "/oauth2/v2.0" if issuer != self.url else f"{issuer}/o"
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{base}/authorize",
            "token_endpoint": f"{base}/token",
            "jwks_uri": f"{base}/keys",
            **({"end_session_endpoint": f"{base}/logout"} if self.ends_sessions else {}),
            "authorization_response_iss_parameter_supported": self.says_iss,
        }

    def keys(self) -> dict[str, Any]:
        return {"keys": [key.as_dict(private=False) | {"use": "sig"} for key in self.published or [self.key]]}

    def authorize(self, tenant: str, asked: dict[str, str]) -> str:
        assert asked["code_challenge_method"] == "S256"
        assert asked["response_type"] == "code"
        assert asked["client_id"] == self.client_id
        self.asked.append(asked)
        code = secrets.token_urlsafe(24)
        self.codes[code] = (tenant, asked)
        back = {"code": code, "state": asked["state"]} | ({"iss": self.issuer(tenant)} if self.says_iss else {})
        return f"{asked['redirect_uri']}?{urlencode(back)}"

    def token(self, tenant: str, form: dict[str, str], endpoint: str) -> tuple[int, dict[str, Any]]:
        self.forms.append(form)
        of, asked = self.codes.pop(form.get("code", ""), ("", {}))
        made = base64.urlsafe_b64encode(hashlib.sha256(form.get("code_verifier", "").encode()).digest()).rstrip(b"=")
        is_right = asked and of == tenant and made.decode() == asked["code_challenge"]
        if not is_right or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        if not self._is_client(form, endpoint):
            return 401, {"error": "invalid_client"}
        return 200, {"token_type": "Bearer", "access_token": "opaque", "id_token": self.id_token(tenant, asked)}

    def id_token(self, tenant: str, asked: dict[str, str]) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer(tenant), "aud": self.client_id, "iat": now, "nbf": now, "exp": now + 3600}
        claims |= {"nonce": asked["nonce"], **self.person} | ({"tid": tenant, "ver": "2.0"} if tenant else {})
        header = {"alg": "RS256", "kid": self.key.kid, "typ": "JWT"}
        if self.change:
            self.change(header, claims)
        return jwt.encode(header, claims, self.key, registry=REGISTRY)

    def _is_client(self, form: dict[str, str], endpoint: str) -> bool:
        if self.certificate is None:
            return form.get("client_secret") == self.secret and form["client_id"] == self.client_id
        key = RSAKey.import_key(self.certificate.public_bytes(Encoding.PEM))
        read = jwt.decode(form["client_assertion"], key, registry=REGISTRY, algorithms=["PS256"])
        thumbprint = base64.urlsafe_b64encode(self.certificate.fingerprint(hashes.SHA256())).rstrip(b"=").decode()
        said = read.claims
        is_theirs = said["iss"] == said["sub"] == self.client_id == form["client_id"] and said["aud"] == endpoint
        is_named = read.header["x5t#S256"] == thumbprint and form["client_assertion_type"] == ASSERTION
        return is_theirs and is_named and said["exp"] > time.time() and "client_secret" not in form


class Handler(BaseHTTPRequestHandler):
    server: Any

    def do_GET(self) -> None:
        upstream: Upstream = self.server.upstream
        parts = urlsplit(self.path)
        tenant = _tenant(parts.path)
        if parts.path.endswith("/.well-known/openid-configuration"):
            issuer = upstream.url + parts.path.removesuffix("/.well-known/openid-configuration")
            self._json(200, upstream.document(issuer))
        elif parts.path.endswith("/keys"):
            self._json(200, upstream.keys())
        elif parts.path.endswith("/authorize"):
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", upstream.authorize(tenant, asked))
            self.end_headers()
        elif parts.path.endswith("/logout"):
            said = {name: values[0] for name, values in parse_qs(parts.query).items()}
            upstream.left.append(said)
            self.send_response(302)
            self.send_header("Location", said["post_logout_redirect_uri"])
            self.end_headers()
        else:
            self._json(404, {})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: values[0] for name, values in parse_qs(body).items()}
        self._json(*self.server.upstream.token(_tenant(self.path), form, self.server.upstream.url + self.path))

    def _json(self, status: int, body: dict[str, Any]) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_said: object) -> None:
        """Silent: tests read what was asked from `asked` and `forms`."""


def _tenant(path: str) -> str:
    first = path.split("/")[1]
    return first if len(first) == len(TENANT) else ""


@contextlib.contextmanager
def running() -> Iterator[Upstream]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    upstream = server.upstream = Upstream(url=f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield upstream
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
