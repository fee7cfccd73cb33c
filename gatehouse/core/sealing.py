"""Sealing what must not lie in clear in the database or a backup: AES-256-GCM under the portal's own key."""

import functools
import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

NONCE = 12  # bytes, as NIST SP 800-38D recommends for GCM


class SealBroken(ValueError):
    """The bytes were sealed with another key or for another purpose, or were changed."""


def seal(plain: bytes, *, purpose: str) -> bytes:
    """Nonce and ciphertext; only `unseal` with the same purpose and the same key file opens it."""
    nonce = os.urandom(NONCE)
    return nonce + _cipher(purpose, settings.SECRET_KEY).encrypt(nonce, plain, None)


def unseal(sealed: bytes, *, purpose: str) -> bytes:
    try:
        return _cipher(purpose, settings.SECRET_KEY).decrypt(bytes(sealed[:NONCE]), bytes(sealed[NONCE:]), None)
    except (InvalidTag, ValueError) as error:
        raise SealBroken(purpose) from error


@functools.cache
def _cipher(purpose: str, secret: str) -> AESGCM:
    """Kept in the process, for a pass is unsealed each time it is built."""
    info = f"gatehouse.sealing.{purpose}".encode()
    return AESGCM(HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=info).derive(secret.encode()))
