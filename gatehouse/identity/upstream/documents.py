"""What an upstream publishes about itself, fetched when needed and kept for an hour in each process."""

import threading
import time
from dataclasses import dataclass, field
from typing import Any, Final, cast
from urllib.parse import urlsplit

from joserfc.errors import JoseError
from joserfc.jwk import KeySet, KeySetSerialization

from gatehouse.core.outbound import NotPublic, Outside, Unreachable

KEEP: Final = 3600.0  # seconds
AGAIN: Final = 60.0  # keys are not asked for more often, whoever shows what unknown kid


class NoAnswer(OSError):
    """The upstream is not there, or does not say what OpenID Connect Discovery 1.0 wants."""


@dataclass
class Document:
    issuer: str
    authorize: str
    token: str
    jwks: str
    end_session: str
    says_issuer: bool  # RFC 9207, section 3
    read_at: float = field(default_factory=time.monotonic)
    keys: KeySet | None = None
    keys_at: float = 0.0


_known: dict[str, Document] = {}
_lock = threading.Lock()


def of(issuer: str) -> Document:
    """Raises `NoAnswer`."""
    with _lock:
        known = _known.get(issuer)
    if known and time.monotonic() - known.read_at < KEEP:
        return known
    fresh = _read(issuer)
    with _lock:
        _known[issuer] = fresh
    return fresh


def keys_of(document: Document, *, anew: bool = False) -> KeySet:
    """Raises `NoAnswer`. `anew` looks again, once a minute at most: they may have begun to sign with a new key."""
    age = time.monotonic() - document.keys_at
    if document.keys is None or age > KEEP or (anew and age > AGAIN):
        said = _json(document.jwks)
        try:
            document.keys = KeySet.import_key_set(cast("KeySetSerialization", {"keys": _usable(said)}))
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise NoAnswer("keys") from error
        document.keys_at = time.monotonic()
    return document.keys


def forget() -> None:
    with _lock:
        _known.clear()


def _read(issuer: str) -> Document:
    said = _json(f"{issuer}/.well-known/openid-configuration")
    if said.get("issuer") != issuer:  # letter by letter (Discovery 1.0, section 4.3)
        raise NoAnswer("issuer")
    return Document(
        issuer=issuer,
        authorize=_address(said, "authorization_endpoint", issuer),
        token=_address(said, "token_endpoint", issuer),
        jwks=_address(said, "jwks_uri", issuer),
        end_session=_address(said, "end_session_endpoint", issuer) if said.get("end_session_endpoint") else "",
        says_issuer=said.get("authorization_response_iss_parameter_supported") is True,
    )


def _address(said: dict[str, Any], name: str, issuer: str) -> str:
    """https, but where the settings themselves named an issuer without it (a trial on one machine)."""
    value = said.get(name)
    allowed = {"https", urlsplit(issuer).scheme}
    if not isinstance(value, str) or urlsplit(value).scheme not in allowed or not urlsplit(value).hostname:
        raise NoAnswer(name)
    return value


def _usable(said: dict[str, Any]) -> list[dict[str, Any]]:
    """Keys that sign, of kinds we know; others that stand beside them do no harm."""
    keys = said.get("keys")
    found = [key for key in keys if isinstance(key, dict)] if isinstance(keys, list) else []
    return [key for key in found if key.get("kty") in {"RSA", "EC"} and key.get("use", "sig") == "sig"]


def _json(url: str) -> dict[str, Any]:
    try:
        with Outside(may_be_private=True, seconds=5, tries=2) as outside:
            answer = outside.call("GET", url)
    except (Unreachable, NotPublic) as error:
        raise NoAnswer("unreachable") from error
    said = answer.json() if answer.is_ok else None
    if not isinstance(said, dict):
        raise NoAnswer("no document")
    return said
