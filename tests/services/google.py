"""Google Wallet's part, played by a server of ours in a process of its own, which answers as a test tells it to.

OAuth by JWT bearer (RFC 7523), walletobjects/v1 for generic classes and objects, save links, and the keys that sign
callbacks. It refuses what the reference does not know: keys, enum values, ids of other issuers. All state is in memory.
"""

import argparse
import base64
import contextlib
import functools
import json
import re
import secrets
import struct
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from tests.services import ROOT, accepts, free_port, running

ISSUER = "3388000000022000001"
EMAIL = "cards@garden-portal.iam.gserviceaccount.example.org"
SCOPE = "https://www.googleapis.com/auth/wallet_object.issuer"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
NOTIFYING = 3  # messages that notify, for one object in 24 hours
ID = re.compile(r"(\d+)\.[\w.-]+", re.ASCII)
HOLDERS = ("STATUS_UNSPECIFIED", "MULTIPLE_HOLDERS", "ONE_USER_ALL_DEVICES", "ONE_USER_ONE_DEVICE")
STATES = ("STATE_UNSPECIFIED", "ACTIVE", "COMPLETED", "EXPIRED", "INACTIVE")
CODES = (
    *("AZTEC", "CODE_39", "CODE_128", "CODABAR", "DATA_MATRIX", "EAN_8", "EAN_13", "ITF_14", "PDF_417"),
    *("QR_CODE", "UPC_A", "TEXT_ONLY"),
)

# A schema: a type, a tuple of allowed values, a pattern, a list of one schema, or a dict of what may be there.
TRANSLATED = {"language": str, "value": str}
LOCALIZED = {"defaultValue": TRANSLATED, "translatedValues": [TRANSLATED]}
IMAGE = {"sourceUri": {"uri": re.compile(r"https://\S+")}, "contentDescription": LOCALIZED}
ITEM = {"firstValue": {"fields": [{"fieldPath": re.compile(r"object\.textModulesData\['[\w-]+'\]")}]}}
ROW = {
    "oneItem": {"item": ITEM},
    "twoItems": {"startItem": ITEM, "endItem": ITEM},
    "threeItems": {"startItem": ITEM, "middleItem": ITEM, "endItem": ITEM},
}
TEXT = {"id": str, "header": str, "body": str, "localizedHeader": LOCALIZED, "localizedBody": LOCALIZED}
LINK = {
    "id": str,
    "uri": re.compile(r"(https?://|mailto:|tel:)\S+"),
    "description": str,
    "localizedDescription": LOCALIZED,
}
MOMENT = {"date": datetime}
MESSAGE = {"id": str, "header": str, "body": str, "messageType": ("TEXT", "TEXT_AND_NOTIFY", "EXPIRATION_NOTIFICATION")}
SCHEMAS: dict[str, dict[str, Any]] = {
    "genericClass": {
        "id": str,
        "classTemplateInfo": {"cardTemplateOverride": {"cardRowTemplateInfos": [ROW]}},
        "callbackOptions": {"url": re.compile(r"https://\S+")},
        "merchantLocations": [{"latitude": float, "longitude": float}],
        "multipleDevicesAndHoldersAllowedStatus": HOLDERS,
        "textModulesData": [TEXT],
        "linksModuleData": {"uris": [LINK]},
        "messages": [MESSAGE],
    },
    "genericObject": {
        "id": str,
        "classId": str,
        "state": STATES,
        "cardTitle": LOCALIZED,
        "header": LOCALIZED,
        "subheader": LOCALIZED,
        "hexBackgroundColor": re.compile(r"#[0-9a-fA-F]{6}"),
        "logo": IMAGE,
        "wideLogo": IMAGE,
        "heroImage": IMAGE,
        "barcode": {"type": CODES, "value": str, "alternateText": str, "renderEncoding": ("UTF_8",)},
        "validTimeInterval": {"start": MOMENT, "end": MOMENT},
        "textModulesData": [TEXT],
        "linksModuleData": {"uris": [LINK]},
        "messages": [MESSAGE],
        "hasUsers": bool,
    },
}
REQUIRED = {"genericClass": ("id",), "genericObject": ("id", "classId", "cardTitle", "header")}
PLURAL = {"genericClass": "genericClasses", "genericObject": "genericObjects"}


@dataclass(frozen=True)
class Answer:
    """What to say instead: to a `method` whose path contains `path`, so many `times` (None is for ever).

    `status` 0 breaks the connection. With `act` the call is carried out all the same; `hold` waits so many seconds.
    """

    method: str
    path: str
    status: int = 503
    times: int | None = None
    act: bool = False
    hold: float = 0
    reason: str = ""


@dataclass
class Script:
    """What the server's process is told at its start."""

    port: int
    public_key: str
    keys: dict[str, Any]
    email: str = EMAIL
    issuers: tuple[str, ...] = (ISSUER,)
    token_seconds: int = 3600


class Fault(Exception):
    """An answer that is an error, as Google words it (google.rpc.Status)."""

    def __init__(self, status: int, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.status, self.reason = status, reason

    def said(self) -> dict[str, Any]:
        names = {400: "INVALID_ARGUMENT", 401: "UNAUTHENTICATED", 403: "PERMISSION_DENIED", 404: "NOT_FOUND"}
        names |= {409: "ALREADY_EXISTS", 429: "RESOURCE_EXHAUSTED", 500: "INTERNAL", 503: "UNAVAILABLE"}
        error: dict[str, Any] = {"code": self.status, "message": str(self), "status": names.get(self.status, "UNKNOWN")}
        error |= {"errors": [{"message": str(self), "reason": self.reason}]} if self.reason else {}
        return {"error": error}


class Wallet:
    """All that Google knows, and the script's remaining answers."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.kept: dict[str, dict[str, Any]] = {"genericClass": {}, "genericObject": {}}
        self.tokens: dict[str, float] = {}
        self.calls: list[str] = []
        self.notified: dict[str, list[float]] = {}
        self.answers: list[Answer] = []
        self.left: list[int | None] = []
        self.lock = threading.Lock()

    def told(self, answers: list[dict[str, Any]]) -> None:
        self.answers = [Answer(**answer) for answer in answers]
        self.left = [answer.times for answer in self.answers]

    def answer(self, method: str, path: str) -> Answer | None:
        for index, answer in enumerate(self.answers):
            if answer.method == method and answer.path in path and self.left[index] != 0:
                if (left := self.left[index]) is not None:
                    self.left[index] = left - 1
                return answer
        return None

    def state(self) -> dict[str, Any]:
        return {"classes": self.kept["genericClass"], "objects": self.kept["genericObject"], "calls": self.calls}

    # OAuth
    def give_token(self, form: dict[str, list[str]], address: str) -> dict[str, Any]:
        claims = self._claims(form.get("assertion", [""])[0])
        now = time.time()
        wanted = {"iss": self.script.email, "aud": address, "scope": SCOPE}
        if form.get("grant_type") != [GRANT] or any(claims.get(name) != value for name, value in wanted.items()):
            raise Fault(400, "invalid_grant", "claims")
        if not (claims.get("iat", 0) - 60 <= now < claims.get("exp", 0) <= claims.get("iat", 0) + 3600):
            raise Fault(400, "invalid_grant", "times")
        token = f"ya29.{secrets.token_urlsafe(40)}"
        self.tokens[token] = now + self.script.token_seconds
        return {"access_token": token, "expires_in": self.script.token_seconds, "token_type": "Bearer"}

    def _claims(self, token: str) -> dict[str, Any]:
        """What a token of the service account's says, if it is one."""
        try:
            head, body, signature = token.split(".")
            key = serialization.load_pem_public_key(self.script.public_key.encode())
            assert isinstance(key, rsa.RSAPublicKey)
            key.verify(_decoded(signature), f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
            assert json.loads(_decoded(head))["alg"] == "RS256"
            claims: dict[str, Any] = json.loads(_decoded(body))
        except (ValueError, KeyError, InvalidSignature) as error:
            raise Fault(400, "invalid_grant", "signature") from error
        return claims

    def let_in(self, header: str) -> None:
        if self.tokens.get(header.removeprefix("Bearer "), 0) <= time.time():
            raise Fault(401, "Request had invalid authentication credentials.")

    # REST
    def rest(self, method: str, path: str, query: dict[str, list[str]], said: Any) -> dict[str, Any]:
        kind, _, rest = path.partition("/")
        name, _, verb = rest.partition("/")
        name = unquote(name)
        if kind not in SCHEMAS or verb not in {"", "addMessage"}:
            raise Fault(404, "Requested entity was not found.")
        if method == "GET":
            return self.get(kind, name) if name else self.list(kind, query)
        if method == "POST":
            return self.add_message(kind, name, said) if verb else self.insert(kind, said)
        if method == "PATCH":
            return self.patch(kind, name, said)
        raise Fault(405, "Method not allowed.")

    def get(self, kind: str, name: str) -> dict[str, Any]:
        self.check_issuer(name)
        if name not in self.kept[kind]:
            raise Fault(404, f"{kind} {name} not found.")
        return self.kept[kind][name]

    def list(self, kind: str, query: dict[str, list[str]]) -> dict[str, Any]:
        if kind == "genericClass":
            self.check_issuer(query.get("issuerId", [""])[0] + ".any")
            return {"resources": list(self.kept[kind].values())}
        of_class = query.get("classId", [""])[0]
        return {"resources": [one for one in self.kept[kind].values() if one["classId"] == of_class]}

    def insert(self, kind: str, said: Any) -> dict[str, Any]:
        self.check(kind, said)
        if said["id"] in self.kept[kind]:
            raise Fault(409, f"{kind} {said['id']} already exists.")
        self.kept[kind][said["id"]] = said
        return said

    def patch(self, kind: str, name: str, said: Any) -> dict[str, Any]:
        """Patch semantics: what is null goes, what is not named stays."""
        merged = {**self.get(kind, name), **said}
        merged = {key: value for key, value in merged.items() if value is not None}
        self.check(kind, merged)
        if merged["id"] != name:
            raise Fault(400, "The id can't be changed.")
        self.kept[kind][name] = merged
        return merged

    def add_message(self, kind: str, name: str, said: Any) -> dict[str, Any]:
        kept = self.get(kind, name)
        conform(said, {"message": MESSAGE}, "message")
        if said["message"].get("messageType") == "TEXT_AND_NOTIFY":
            lately = [at for at in self.notified.get(name, []) if at > time.time() - 86_400]
            if len(lately) >= NOTIFYING:
                raise Fault(429, "QuotaExceeded", "quotaExceeded")
            self.notified[name] = [*lately, time.time()]
        kept.setdefault("messages", []).append(said["message"])
        return {"resource": kept}

    def check(self, kind: str, said: Any) -> None:
        conform(said, SCHEMAS[kind], kind)
        for name in REQUIRED[kind]:
            if name not in said:
                raise Fault(400, f"{kind}: {name} is missing.")
        self.check_issuer(said["id"])
        if kind == "genericObject" and said["classId"] not in self.kept["genericClass"]:
            raise Fault(404, f"Class {said['classId']} not found.")

    def check_issuer(self, name: str) -> None:
        found = ID.fullmatch(name)
        if not found:
            raise Fault(400, f"Invalid resource ID: {name}.")
        if found[1] not in self.script.issuers:
            raise Fault(403, "Service account doesn't have permission to act for this issuer.")

    # what a phone does with a save link
    def save(self, token: str) -> dict[str, Any]:
        claims = self._claims(token)
        if (claims["iss"], claims["aud"], claims["typ"]) != (self.script.email, "google", "savetowallet"):
            raise Fault(400, "The token is not for saving.")
        payload = claims["payload"]
        for kind in ("genericClass", "genericObject"):
            for said in payload.get(PLURAL[kind], []):
                if said.keys() != {"id"} and said["id"] not in self.kept[kind]:
                    self.insert(kind, said)
                kept = self.get(kind, said["id"])
                if kind == "genericObject":
                    kept["hasUsers"] = True
        return {"saved": [said["id"] for said in payload["genericObjects"]], "claims": claims}


def conform(said: Any, schema: Any, where: str) -> None:
    """Raise the fault that Google would, for what its reference does not know."""
    if isinstance(schema, dict):
        if not isinstance(said, dict):
            raise Fault(400, f"Invalid value at '{where}'.")
        for key, value in said.items():
            if key not in schema:
                raise Fault(
                    400, f"Invalid JSON payload received. Unknown name \"{key}\" at '{where}': Cannot find field."
                )
            conform(value, schema[key], f"{where}.{key}")
        if schema is TRANSLATED and not all(said.get(key, "").strip() for key in TRANSLATED):
            raise Fault(400, f"Translated string at '{where}' needs a language and a value.")
    elif isinstance(schema, list):
        if not isinstance(said, list):
            raise Fault(400, f"Invalid value at '{where}'.")
        for index, value in enumerate(said):
            conform(value, schema[0], f"{where}[{index}]")
    elif not _is(said, schema):
        raise Fault(400, f"Invalid value at '{where}': {said!r}")


def _is(said: Any, schema: Any) -> bool:
    if isinstance(schema, tuple):
        return said in schema
    if isinstance(schema, re.Pattern):
        return isinstance(said, str) and bool(schema.fullmatch(said))
    if schema is datetime:
        try:
            return datetime.fromisoformat(said).tzinfo is not None
        except (TypeError, ValueError):
            return False
    if schema is float:
        return isinstance(said, int | float)
    return isinstance(said, schema)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wallet: Wallet

    def do_GET(self) -> None:
        self.meet()

    def do_POST(self) -> None:
        self.meet()

    def do_PATCH(self) -> None:
        self.meet()

    def meet(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        path = urlsplit(self.path).path
        if path == "/_state":
            self.say(200, self.wallet.state())
        elif path == "/_answers":
            self.wallet.told(json.loads(body))
            self.say(200, {})
        else:
            self.play(path, body)

    def play(self, path: str, body: bytes) -> None:
        wallet = self.wallet
        with wallet.lock:
            wallet.calls.append(f"{self.command} {'/save' if path.startswith('/save/') else path}")
            instead = wallet.answer(self.command, path)
            status, said = self.outcome(path, body) if instead is None or instead.act else (0, {})
        if instead:
            time.sleep(instead.hold)
            if not instead.status:
                self.close_connection = True
                self.connection.close()
                return
            if not instead.act:
                fault = Fault(instead.status, "As the script says.", instead.reason)
                status, said = fault.status, fault.said()
        self.say(status, said)

    def outcome(self, path: str, body: bytes) -> tuple[int, dict[str, Any]]:
        try:
            return 200, self.act(path, body)
        except Fault as fault:
            if path == "/token":
                return fault.status, {"error": str(fault), "error_description": fault.reason}
            return fault.status, fault.said()

    def act(self, path: str, body: bytes) -> dict[str, Any]:
        if path == "/token":
            return self.wallet.give_token(parse_qs(body.decode()), f"http://{self.headers['Host']}/token")
        if path == "/keys":
            return self.wallet.script.keys
        if path.startswith("/save/"):
            return self.wallet.save(path.removeprefix("/save/"))
        self.wallet.let_in(self.headers.get("Authorization", ""))
        if not path.startswith("/walletobjects/v1/"):
            raise Fault(404, "Requested entity was not found.")
        query = parse_qs(urlsplit(self.path).query)
        said = json.loads(body) if body else None
        return self.wallet.rest(self.command, path.removeprefix("/walletobjects/v1/"), query, said)

    def say(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        with contextlib.suppress(ConnectionError):
            self.send_response(status)
            self.send_header("Content-Type", "application/json; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  the parent's name
        pass


@functools.cache
def account_key(number: int = 0) -> rsa.RSAPrivateKey:
    """A service account's key; other numbers give other keys."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def account_file(email: str = EMAIL, key: rsa.RSAPrivateKey | None = None) -> str:
    """The JSON that Google Cloud offers for download."""
    pem = (key or account_key()).private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    said = {"type": "service_account", "project_id": "garden-portal", "private_key_id": "0f1e2d", "client_id": "1"}
    said |= {"private_key": pem.decode(), "client_email": email, "token_uri": "https://evil.example.org/token"}
    return json.dumps(said)


@dataclass
class Signer:
    """Google's side of the callbacks: a root key, an intermediate key, and messages signed with them."""

    root: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    middle: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    protocol: str = "ECv2SigningOnly"

    def keys(self, *, lives: float = 3600) -> dict[str, Any]:
        return {
            "keys": [
                {"keyValue": "AAAA", "protocolVersion": "ECv1"},
                {"keyValue": _public(self.root), "protocolVersion": self.protocol, "keyExpiration": _millis(lives)},
            ]
        }

    def call(
        self,
        object_id: str,
        event: str = "save",
        *,
        nonce: str = "",
        recipient: str = ISSUER,
        sender: str = "GooglePayPasses",
        key_lives: float = 3600,
        lives: float = 3600,
        **more: Any,
    ) -> bytes:
        """The body of one call."""
        message: dict[str, Any] = {"classId": f"{ISSUER}.design", "objectId": object_id, "eventType": event}
        message |= {"expTimeMillis": int(_millis(lives)), "count": 1, "nonce": nonce or secrets.token_hex(16), **more}
        text = json.dumps(message)
        signed_key = json.dumps({"keyValue": _public(self.middle), "keyExpiration": _millis(key_lives)})
        said = {
            "signature": _signed(self.middle, sender, recipient, self.protocol, text),
            "intermediateSigningKey": {
                "signedKey": signed_key,
                "signatures": [_signed(self.root, sender, self.protocol, signed_key)],
            },
            "protocolVersion": self.protocol,
            "signedMessage": text,
        }
        return json.dumps(said).encode()


def _signed(key: ec.EllipticCurvePrivateKey, *parts: str) -> str:
    said = b"".join(struct.pack("<I", len(part.encode())) + part.encode() for part in parts)
    return base64.b64encode(key.sign(said, ec.ECDSA(hashes.SHA256()))).decode()


def _public(key: ec.EllipticCurvePrivateKey) -> str:
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return base64.b64encode(key.public_key().public_bytes(serialization.Encoding.DER, form)).decode()


def _millis(ahead: float) -> str:
    return str(int((time.time() + ahead) * 1000))


def _decoded(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))


@dataclass(frozen=True)
class GoogleHere:
    """The running server, from outside: its addresses, what it knows, and what it is to say."""

    port: int
    signer: Signer

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def settings(self) -> dict[str, str]:
        """Names of Django settings, and what they are here."""
        return {
            "GOOGLE_REST": f"{self.base}/walletobjects/v1",
            "GOOGLE_TOKEN": f"{self.base}/token",
            "GOOGLE_SAVE": f"{self.base}/save",
            "GOOGLE_KEYS": f"{self.base}/keys",
        }

    def answer(self, *answers: Answer) -> None:
        """From now on; none of them is Google as it should be."""
        httpx.post(f"{self.base}/_answers", json=[asdict(answer) for answer in answers], trust_env=False)

    def follow(self, link: str) -> dict[str, Any]:
        """What a phone does with a save link; the answer says what was saved, or the error."""
        said: dict[str, Any] = httpx.get(link, trust_env=False).json()
        return said

    @property
    def state(self) -> dict[str, Any]:
        said: dict[str, Any] = httpx.get(f"{self.base}/_state", trust_env=False).json()
        return said

    @property
    def objects(self) -> dict[str, Any]:
        return dict(self.state["objects"])

    @property
    def classes(self) -> dict[str, Any]:
        return dict(self.state["classes"])

    @property
    def calls(self) -> list[str]:
        return [call.replace("/walletobjects/v1", "") for call in self.state["calls"]]


@contextlib.contextmanager
def google(signer: Signer | None = None, **script: Any) -> Iterator[GoogleHere]:
    """Run the server; further words are fields of Script."""
    signer = signer or Signer()
    form = serialization.PublicFormat.SubjectPublicKeyInfo
    public = account_key().public_key().public_bytes(serialization.Encoding.PEM, form).decode()
    with tempfile.TemporaryDirectory(prefix="gatehouse-google-") as name:
        port = free_port()
        told = Script(port=port, public_key=public, keys=signer.keys(), **script)
        command = [sys.executable, "-m", "tests.services.google", json.dumps(asdict(told))]
        with running(command, ready=lambda: accepts(port), log=Path(name) / "log", cwd=ROOT):
            yield GoogleHere(port, signer)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("script", help="a Script, as JSON")
    script = Script(**json.loads(parser.parse_args().script))
    Handler.wallet = Wallet(script)
    server = ThreadingHTTPServer(("127.0.0.1", script.port), Handler)
    server.daemon_threads = True
    server.serve_forever()


if __name__ == "__main__":
    main()
