"""A service account of Google's: its key file as the Cloud console gives it, and what its key signs. No database."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

LONGEST = 20_000  # characters; Google's files have some 2,400
LEAST_BITS = 2048

Fault: TypeAlias = Literal["json", "type", "email", "key"]


class AccountUnreadable(ValueError):
    """The file is no key of a service account; `fault` says which part of it is wrong."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault)
        self.fault: Fault = fault


@dataclass(frozen=True)
class ServiceAccount:
    """Who speaks for us. The key is never part of its text (repr)."""

    email: str
    pem: bytes = field(repr=False)

    def signed(self, claims: Mapping[str, Any]) -> str:
        """A JSON Web Token, RS256, in compact form (RFC 7515, 3.1)."""
        said = f"{_part({'alg': 'RS256', 'typ': 'JWT'})}.{_part(claims)}"
        signature = _key(self.pem).sign(said.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{said}.{_plain(signature)}"


def read(text: str) -> ServiceAccount:
    """The account of a key file; raises `AccountUnreadable`.

    Where the file says tokens are to be had is not believed: an address in an upload is no place to send a key's word to.
    """
    said = _object(text)
    if said.get("type") != "service_account":
        raise AccountUnreadable("type")
    email, pem = said.get("client_email"), said.get("private_key")
    if not isinstance(email, str) or not 3 <= len(email) <= 254 or email.count("@") != 1 or not email.isprintable():
        raise AccountUnreadable("email")
    if not isinstance(pem, str):
        raise AccountUnreadable("key")
    _key(pem.encode())
    return ServiceAccount(email, pem.encode())


def _object(text: str) -> dict[str, Any]:
    try:
        said = json.loads(text) if len(text) <= LONGEST else None
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict):
        raise AccountUnreadable("json")
    return said


def _key(pem: bytes) -> rsa.RSAPrivateKey:
    try:
        key = load_pem_private_key(pem, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise AccountUnreadable("key") from error
    if not isinstance(key, rsa.RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise AccountUnreadable("key")
    return key


def _part(value: Mapping[str, Any]) -> str:
    return _plain(json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode())


def _plain(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
