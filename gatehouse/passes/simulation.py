"""A phone's wallet as Apple's web service meets it: for tests, benchmarks and trying out a portal. No Django.

It does what a wallet does by the documentation, and no more; that a real one takes a pass, it can't say.
"""

import hashlib
import json
import secrets
import zipfile
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import Any, Final

import httpx

MEDIA_TYPE: Final = "application/vnd.apple.pkpass"
STYLES: Final = ("generic", "storeCard", "eventTicket", "coupon", "boardingPass")
SLOTS: Final = ("headerFields", "primaryFields", "secondaryFields", "auxiliaryFields", "backFields")
SIGNED: Final = ("manifest.json", "signature")


class Unfit(ValueError):
    """The file is no pass that a wallet would take, or the portal answered what Apple does not document."""


@dataclass(frozen=True)
class Held:
    """A pass as it lies in the wallet, with the moment its server named for it."""

    said: dict[str, Any]
    last_modified: str = ""

    @property
    def serial(self) -> str:
        return str(self.said["serialNumber"])

    @property
    def pass_type(self) -> str:
        return str(self.said["passTypeIdentifier"])

    @property
    def token(self) -> str:
        return str(self.said["authenticationToken"])

    @property
    def values(self) -> dict[str, str]:
        """What can be seen of it, by key of field; what is no field stands under its name in pass.json."""
        style: dict[str, Any] = next((self.said[name] for name in STYLES if name in self.said), {})
        fields = [one for slot in SLOTS for one in style.get(slot, ())]
        rest: dict[str, str] = {
            name: str(self.said[name]) for name in ("voided", "expirationDate") if name in self.said
        }
        rest |= {f"barcode.{one['format']}": str(one["message"]) for one in self.said.get("barcodes", ())[:1]}
        return {str(one["key"]): str(one["value"]) for one in fields} | rest


@dataclass(frozen=True)
class Difference:
    serial: str
    field: str
    was: str
    becomes: str


def opened(packed: bytes, *, last_modified: str = "") -> Held:
    """A pass out of its file. Raises `Unfit` unless the manifest has the SHA-1 of every other file, and of no others.

    The signature over the manifest is not looked at: `openssl cms -verify` does that.
    """
    try:
        with zipfile.ZipFile(BytesIO(packed)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        manifest, said = json.loads(files["manifest.json"]), json.loads(files["pass.json"])
    except (zipfile.BadZipFile, KeyError, ValueError) as error:
        raise Unfit(f"This is no pass: {error}.") from error
    digests = {name: hashlib.sha1(content).hexdigest() for name, content in files.items() if name not in SIGNED}  # noqa: S324  Apple's choice
    if digests != manifest or "signature" not in files:
        raise Unfit("The manifest does not agree with the files of the pass.")
    return Held(said, last_modified)


def differences(before: Held, after: Held) -> list[Difference]:
    """Fields whose value a reader would see change, by their keys; "" where there was none."""
    was, becomes = before.values, after.values
    keys = [key for key in {**was, **becomes} if was.get(key) != becomes.get(key)]
    return [Difference(after.serial, key, was.get(key, ""), becomes.get(key, "")) for key in sorted(keys)]


@dataclass
class Wallet:
    """One phone. `base_url` is the `webServiceURL` of its passes: all they say comes from there."""

    base_url: str
    client: httpx.Client
    library_id: str = field(default_factory=lambda: secrets.token_hex(16))
    push_token: str = field(default_factory=lambda: secrets.token_hex(32))
    held: dict[str, Held] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)

    def register(self, held: Held) -> bool:
        """Tell the server that the pass is here; True when it did not know."""
        answer = self._ask("POST", self._registration(held), held, json={"pushToken": self.push_token})
        _expect(answer, 200, 201)
        self.held.setdefault(held.serial, held)
        return answer.status_code == 201

    def unregister(self, held: Held) -> None:
        _expect(self._ask("DELETE", self._registration(held), held), 200)
        self.held.pop(held.serial, None)

    def updated(self, pass_type: str) -> list[str]:
        """Serials that changed since the last time that this was asked."""
        since = {"passesUpdatedSince": self.tags[pass_type]} if pass_type in self.tags else {}
        answer = self._ask("GET", f"devices/{self.library_id}/registrations/{pass_type}", params=since)
        if _expect(answer, 200, 204).status_code == 204:
            return []
        said = answer.json()
        self.tags[pass_type] = str(said["lastUpdated"])
        return list(said["serialNumbers"])

    def fetch(self, held: Held) -> tuple[Held, bytes] | None:
        """The pass as it is now, and its file; None when it is the one we hold (304)."""
        known = {"If-Modified-Since": held.last_modified} if held.last_modified else {}
        answer = self._ask("GET", f"passes/{held.pass_type}/{held.serial}", held, headers=known)
        if _expect(answer, 200, 304).status_code == 304:
            return None
        if answer.headers["Content-Type"] != MEDIA_TYPE:
            raise Unfit(f"A pass came as {answer.headers['Content-Type']}.")
        return opened(answer.content, last_modified=answer.headers["Last-Modified"]), answer.content

    def refresh(self, held: Held) -> tuple[list[Difference], bytes]:
        """Fetch and keep it; what changed, and the file ("" of bytes when nothing is new)."""
        fetched = self.fetch(held)
        if fetched is None:
            return [], b""
        after, packed = fetched
        self.held[held.serial] = after
        return differences(held, after), packed

    def log(self, *lines: str) -> None:
        _expect(self._ask("POST", "log", json={"logs": list(lines)}), 200)

    def _registration(self, held: Held) -> str:
        return f"devices/{self.library_id}/registrations/{held.pass_type}/{held.serial}"

    def _ask(self, method: str, path: str, held: Held | None = None, **request: Any) -> httpx.Response:
        headers = dict(request.pop("headers", {}))
        if held:
            headers["Authorization"] = f"ApplePass {held.token}"
        return self.client.request(method, f"{self.base_url}/v1/{path}", headers=headers, **request)


def pushes_to(token: str, file: Path) -> int:
    """How many pushes to this token the file of the portal's own stand-in for Apple tells of."""
    if not file.exists():
        return 0
    lines = file.read_text(encoding="utf-8").splitlines()
    return sum(_token_of(line) == token for line in lines)


def _token_of(line: str) -> str:
    """A line half written is none yet."""
    try:
        return str(json.loads(line)["token"])
    except (ValueError, KeyError, TypeError):
        return ""


def _expect(answer: httpx.Response, *documented: int) -> httpx.Response:
    if answer.status_code not in documented:
        wanted = " or ".join(map(str, documented))
        raise Unfit(
            f"{answer.request.method} {answer.request.url.path} was answered {answer.status_code}, not {wanted}."
        )
    return answer
