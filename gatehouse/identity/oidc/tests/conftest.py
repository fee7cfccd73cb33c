import base64
import functools
import io
import json
import logging
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode

import pytest
from django.test import Client as Browser
from joserfc import jwt
from joserfc.jwk import KeySet

from gatehouse.core.logs import JsonLines
from gatehouse.identity.oidc import addresses, keys
from gatehouse.identity.oidc.models import Client
from gatehouse.identity.oidc.tests.factories import CALLBACK, VERIFIER, a_client, a_code, a_session
from gatehouse.identity.tests.conftest import hands as hands
from gatehouse.identity.tests.factories import a_person

FORM = "application/x-www-form-urlencoded"
_first_rsa = functools.cache(keys.new_pair)


@pytest.fixture(autouse=True)
def rsa_keys_are_lent(monkeypatch):
    """Making one takes a tenth of a second; the first one of a test is the same in all of them."""
    lent = []

    def pair(algorithm):
        if algorithm == "RS256" and not lent:
            lent.append(algorithm)
            return _first_rsa(algorithm)
        return made(algorithm)

    made = keys.new_pair
    monkeypatch.setattr(keys, "new_pair", pair)


@dataclass
class Answer:
    status: int
    body: dict[str, Any]
    headers: Any

    @property
    def error(self) -> str:
        return self.body.get("error", "")


@dataclass
class Provider:
    """The protocol as a service speaks it: over HTTP, with forms and headers."""

    browser: Browser = field(default_factory=Browser)

    def post(self, path: str, form: dict[str, str] | str, **headers: str) -> Answer:
        body = form if isinstance(form, str) else urlencode(form)
        return self._answer(self.browser.post(path, body, content_type=FORM, **headers))

    def get(self, path: str, **headers: str) -> Answer:
        return self._answer(self.browser.get(path, **headers))

    def token(self, client: Client | None, **form: str) -> Answer:
        return self.send(client, addresses.TOKEN, form)

    def revoke(self, client: Client, token: str, **form: str) -> Answer:
        return self.send(client, addresses.REVOKE, {"token": token, **form})

    def introspect(self, client: Client, token: str, **form: str) -> Answer:
        return self.send(client, addresses.INTROSPECT, {"token": token, **form})

    def userinfo(self, token: str) -> Answer:
        return self.get(addresses.USERINFO, HTTP_AUTHORIZATION=f"Bearer {token}")

    def redeem(self, client: Client, code: str, **form: str) -> Answer:
        said = {"code": code, "redirect_uri": CALLBACK, "code_verifier": VERIFIER, **form}
        return self.token(client, grant_type="authorization_code", **said)

    def refresh(self, client: Client, token: str, **form: str) -> Answer:
        return self.token(client, grant_type="refresh_token", refresh_token=token, **form)

    def claims(self, token: str, *, typ: str = "JWT") -> dict[str, Any]:
        """What a service finds in a token: verified by the published keys alone."""
        known = KeySet.import_key_set(self.get(addresses.JWKS).body)
        read = jwt.decode(token, known, algorithms=["ES256", "RS256"])
        assert read.header["typ"] == typ
        return read.claims

    def push(self, client: Client, **form: str) -> Answer:
        return self.send(client, addresses.PUSH, form)

    def send(self, client: Client | None, path: str, form: dict[str, str]) -> Answer:
        if client is None:
            return self.post(path, form)
        if client.proof == Client.Proof.BASIC:
            return self.post(path, form, HTTP_AUTHORIZATION=basic(client.client_id, client.secret))
        said = {"client_id": client.client_id} | ({"client_secret": client.secret} if client.secret else {})
        return self.post(path, said | form)

    def _answer(self, response: Any) -> Answer:
        is_json = response.headers.get("Content-Type") == "application/json"
        return Answer(response.status_code, json.loads(response.content) if is_json else {}, response.headers)


def basic(client_id: str, secret: str) -> str:
    pair = f"{quote_plus(client_id)}:{quote_plus(secret)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"


@pytest.fixture
def whole_log():
    """Everything any logger says at DEBUG, as the portal would write it."""
    said = io.StringIO()
    handler = logging.StreamHandler(said)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield said
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def provider():
    return Provider()


@pytest.fixture
def maya(db):
    return a_person(email="maya@example.org")


@pytest.fixture
def wiki(db):
    return a_client()


@pytest.fixture
def session(maya):
    return a_session(maya)


@pytest.fixture
def code(wiki, session):
    return a_code(wiki, session)


@pytest.fixture
def signed_in(provider, wiki, code):
    """The tokens of a first sign-in, as the service got them."""
    return provider.redeem(wiki, code).body
