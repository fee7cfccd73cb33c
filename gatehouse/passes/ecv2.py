"""What Google calls back with, and whether it is Google: protocol ECv2SigningOnly. No database, no clock.

A root key of Google's signs an intermediate key, which signs the message; both signatures are ECDSA on P-256 with SHA-256
over fields that are each preceded by their length (Google Pay, "Payment data cryptography"; the sender and the place of
the keys: Google Wallet, "Add and delete callbacks").
"""

import base64
import json
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal, TypeAlias

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

Event: TypeAlias = Literal["save", "del"]

PROTOCOL, SENDER = "ECv2SigningOnly", "GooglePayPasses"
EVENTS: dict[str, Event] = {"save": "save", "del": "del"}
LONGEST = 120  # characters of an id or a nonce
LATEST = 253_402_300_799_000  # milliseconds: the end of the year 9999


class NotGenuine(ValueError):
    """The message is malformed, not signed for us by Google, or its time is over; the text says which."""


class UnknownKey(NotGenuine):
    """None of the root keys signed the intermediate key."""


@dataclass(frozen=True)
class RootKey:
    key: ec.EllipticCurvePublicKey
    expires_at: datetime


@dataclass(frozen=True)
class Callback:
    """Somebody saved an object to a phone, or removed it from there."""

    class_id: str
    object_id: str
    event: Event
    nonce: str
    expires_at: datetime


def root_keys(text: str | bytes) -> list[RootKey]:
    """The keys of this protocol in what Google serves; one that cannot be read is left out."""
    listed = _object(text).get("keys")
    if not isinstance(listed, list):
        raise NotGenuine("no keys")
    return list(_root_keys(listed))


@dataclass(frozen=True)
class Sealed:
    """A message as it came: whole, but not proven yet."""

    message: str
    signature: bytes
    signed_key: str
    key_signatures: tuple[bytes, ...]


def sealed(body: bytes) -> Sealed:
    """Look the message over without any key; raises `NotGenuine` for what could never be one."""
    said = _object(body)
    if said.get("protocolVersion") != PROTOCOL:
        raise NotGenuine("another protocol")
    key = said.get("intermediateSigningKey")
    if not isinstance(key, dict) or not isinstance(key.get("signatures"), list):
        raise NotGenuine("no intermediate key")
    signatures = tuple(_bytes(one) for one in key["signatures"][:10] if isinstance(one, str))
    return Sealed(
        _string(said, "signedMessage"), _bytes(_string(said, "signature")), _string(key, "signedKey"), signatures
    )


def opened(sealed: Sealed, *, keys: Iterable[RootKey], recipient: str, now: datetime) -> Callback:
    """What it says, once it is proven that Google sent it to this issuer id, now.

    Raises `NotGenuine`; `UnknownKey` when it may be that only our root keys are old.
    """
    key = _intermediate(sealed, keys, now)
    signed = _lengths(SENDER, recipient, PROTOCOL, sealed.message)
    if not _is_signed(signed, [sealed.signature], [key]):
        raise NotGenuine("the message's signature is wrong")
    return _callback(_object(sealed.message), now)


def _intermediate(sealed: Sealed, keys: Iterable[RootKey], now: datetime) -> ec.EllipticCurvePublicKey:
    living = [root.key for root in keys if root.expires_at > now]
    if not _is_signed(_lengths(SENDER, PROTOCOL, sealed.signed_key), sealed.key_signatures, living):
        raise UnknownKey("the key's signature is wrong")
    content = _object(sealed.signed_key)
    if _moment(content.get("keyExpiration")) <= now:
        raise NotGenuine("the key's time is over")
    return _public_key(_string(content, "keyValue"))


def _callback(said: Mapping[str, Any], now: datetime) -> Callback:
    expires_at = _moment(said.get("expTimeMillis"))
    if expires_at <= now:
        raise NotGenuine("the message's time is over")
    event = EVENTS.get(_string(said, "eventType").lower())
    if event is None:
        raise NotGenuine("another event")
    return Callback(_word(said, "classId"), _word(said, "objectId"), event, _word(said, "nonce"), expires_at)


def _is_signed(signed: bytes, signatures: Iterable[bytes], keys: Iterable[ec.EllipticCurvePublicKey]) -> bool:
    return any(_fits(signed, signature, key) for signature in signatures for key in keys)


def _fits(signed: bytes, signature: bytes, key: ec.EllipticCurvePublicKey) -> bool:
    try:
        key.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    except (InvalidSignature, ValueError):
        return False
    return True


def _lengths(*parts: str) -> bytes:
    """Each part in UTF-8 after its length: four bytes, the least significant first."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(struct.pack("<I", len(part)) + part for part in encoded)


def _root_keys(listed: list[Any]) -> Iterator[RootKey]:
    for one in listed:
        if isinstance(one, dict) and one.get("protocolVersion") == PROTOCOL:
            try:
                yield RootKey(_public_key(_string(one, "keyValue")), _moment(one.get("keyExpiration", LATEST)))
            except NotGenuine:
                continue


def _public_key(text: str) -> ec.EllipticCurvePublicKey:
    try:
        key = load_der_public_key(_bytes(text))
    except (ValueError, UnsupportedAlgorithm) as error:
        raise NotGenuine("an unreadable key") from error
    if not isinstance(key, ec.EllipticCurvePublicKey) or not isinstance(key.curve, ec.SECP256R1):
        raise NotGenuine("a key of another kind")
    return key


def _object(text: str | bytes) -> dict[str, Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotGenuine("no JSON") from error
    if not isinstance(said, dict):
        raise NotGenuine("no object")
    return said


def _string(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    if not isinstance(value, str):
        raise NotGenuine(f"no {name}")
    return value


def _word(said: Mapping[str, Any], name: str) -> str:
    """A text that any database can hold."""
    value = _string(said, name)
    if not 1 <= len(value) <= LONGEST or not value.isprintable():
        raise NotGenuine(f"an odd {name}")
    return value


def _bytes(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except ValueError as error:
        raise NotGenuine("no base64") from error


def _moment(said: Any) -> datetime:
    """Milliseconds since 1970, as a number or its digits."""
    is_number = isinstance(said, int) and not isinstance(said, bool)
    is_digits = isinstance(said, str) and said.isascii() and said.isdecimal() and len(said) < 18
    if not (is_number or is_digits) or not 0 <= int(said) <= LATEST:
        raise NotGenuine("no time")
    return datetime.fromtimestamp(int(said) / 1000, UTC)
