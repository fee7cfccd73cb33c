"""Kernel: how this portal proves who it is to an upstream: by a secret, or by a JWT signed with a certificate's key."""

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from joserfc import jwt
from joserfc.jwk import RSAKey
from joserfc.jws import JWSRegistry

TYPE: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LIVES: Final = 300  # seconds
REGISTRY: Final = JWSRegistry(algorithms=["PS256"])


class CredentialUnusable(ValueError):
    """The file does not hold an RSA key and its certificate; the message names the file."""


@dataclass(frozen=True)
class Credential:
    """`certificate` is a PEM file with certificate and private key (RSA); with it the secret is not used."""

    client_id: str
    secret: str = ""
    certificate: str = ""

    def __repr__(self) -> str:
        """Without the secret."""
        return f"<Credential of {self.client_id}>"

    def form(self, *, token_endpoint: str, now: int) -> dict[str, str]:
        """For the body of the token request (client_secret_post, private_key_jwt); raises `CredentialUnusable`."""
        if not self.certificate:
            return {"client_id": self.client_id} | ({"client_secret": self.secret} if self.secret else {})
        assertion = _assertion(read_pem(self.certificate), client_id=self.client_id, audience=token_endpoint, now=now)
        return {"client_id": self.client_id, "client_assertion_type": TYPE, "client_assertion": assertion}


def read_pem(path: str) -> bytes:
    """The file, if it can be used; raises `CredentialUnusable`."""
    try:
        pem = Path(path).read_bytes()
        _pair(pem)
    except (OSError, ValueError, TypeError) as error:
        raise CredentialUnusable(
            f"{path} must hold a certificate and its RSA key, in PEM, without a password"
        ) from error
    return pem


def _assertion(pem: bytes, *, client_id: str, audience: str, now: int) -> str:
    """As Microsoft Entra wants it: PS256, and the certificate named by its SHA-256 thumbprint (RFC 7515, 4.1.8)."""
    key, certificate = _pair(pem)
    digest = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    thumbprint = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    claims = {"iss": client_id, "sub": client_id, "aud": audience, "jti": uuid4().hex, "iat": now, "nbf": now}
    header = {"alg": "PS256", "typ": "JWT", "x5t#S256": thumbprint}
    return jwt.encode(header, claims | {"exp": now + LIVES}, RSAKey.import_key(_plain(key)), registry=REGISTRY)


def _pair(pem: bytes) -> tuple[RSAPrivateKey, x509.Certificate]:
    key, certificate = load_pem_private_key(pem, None), x509.load_pem_x509_certificate(pem)
    if not isinstance(key, RSAPrivateKey) or key.public_key() != certificate.public_key():
        raise CredentialUnusable("key and certificate do not belong together")
    return key, certificate


def _plain(key: RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
