"""Signatures of passes: CMS SignedData (RFC 5652), detached, with all that does not change laid out once for a key.

One RSA signature is most of the work; around it stand a time and a digest, whose places and lengths are always the same.
The structure is that of cryptography's PKCS7SignatureBuilder, byte for byte but for the second.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

INTEGER, OCTETS, NULL, OBJECT, UTC_TIME, SEQUENCE, SET = 0x02, 0x04, 0x05, 0x06, 0x17, 0x30, 0x31
CONTEXT_0: Final = 0xA0  # [0], constructed


def der(tag: int, *parts: bytes) -> bytes:
    """One value in DER (X.690, 8.1 and 10.1): tag, length in the fewest octets, content."""
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    octets = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes((tag, 0x80 | len(octets))) + octets + content


DATA = der(OBJECT, bytes.fromhex("2a864886f70d010701"))  # 1.2.840.113549.1.7.1
SIGNED_DATA = der(OBJECT, bytes.fromhex("2a864886f70d010702"))
CONTENT_TYPE = der(OBJECT, bytes.fromhex("2a864886f70d010903"))
MESSAGE_DIGEST = der(OBJECT, bytes.fromhex("2a864886f70d010904"))
SIGNING_TIME = der(OBJECT, bytes.fromhex("2a864886f70d010905"))
WITH_SHA256 = der(SEQUENCE, der(OBJECT, bytes.fromhex("608648016503040201")), der(NULL))  # RFC 5754, 2
WITH_RSA = der(SEQUENCE, der(OBJECT, bytes.fromhex("2a864886f70d010101")), der(NULL))

# Signed attributes (RFC 5652, 5.3 and 11) in the order that DER asks of a SET: content type, signing time, digest.
TIME, DIGEST = 13, 32  # octets
_TYPE = der(SEQUENCE, CONTENT_TYPE, der(SET, DATA))
BEFORE_TIME = _TYPE + der(SEQUENCE, SIGNING_TIME, der(SET, der(UTC_TIME, bytes(TIME))))[:-TIME]
BEFORE_DIGEST = der(SEQUENCE, MESSAGE_DIGEST, der(SET, der(OCTETS, bytes(DIGEST))))[:-DIGEST]
ATTRIBUTES = len(BEFORE_TIME) + TIME + len(BEFORE_DIGEST) + DIGEST
AS_SET = der(SET, bytes(ATTRIBUTES))[:-ATTRIBUTES]  # what is signed is the SET, not the [0] (5.4)

PADDING, SHA = PKCS1v15(), SHA256()


@dataclass(frozen=True)
class Signer:
    """A key, loaded, and the signature as it is laid out around it."""

    key: RSAPrivateKey
    head: bytes
    tail: bytes

    @classmethod
    def of(cls, key: RSAPrivateKey, leaf: x509.Certificate, *others: x509.Certificate) -> "Signer":
        """Signatures carry the leaf and the others: for a pass, the intermediate that issued it."""
        size = (key.key_size + 7) // 8
        tail = WITH_RSA + der(OCTETS, bytes(size))[:-size]
        whole = _laid_out(leaf, others, tail + bytes(size))
        return cls(key, whole[: -size - len(tail) - ATTRIBUTES], tail)

    def sign(self, content: bytes, at: datetime) -> bytes:
        """The detached signature of these bytes in DER; `at` is aware, of 1950 to 2049 (RFC 5652, 11.3)."""
        time = at.astimezone(UTC).strftime("%y%m%d%H%M%SZ").encode("ascii")
        attributes = b"".join((BEFORE_TIME, time, BEFORE_DIGEST, hashlib.sha256(content).digest()))
        signature = self.key.sign(AS_SET + attributes, PADDING, SHA)
        return b"".join((self.head, attributes, self.tail, signature))


def _laid_out(leaf: x509.Certificate, others: tuple[x509.Certificate, ...], tail: bytes) -> bytes:
    """The whole with zeros for the attributes, and this tail."""
    signer = der(
        SEQUENCE,
        der(INTEGER, b"\1"),
        _issuer_and_serial(leaf),
        WITH_SHA256,
        der(CONTEXT_0, bytes(ATTRIBUTES)),
        tail,
    )
    certificates = sorted(one.public_bytes(Encoding.DER) for one in (leaf, *others))
    signed = der(
        SEQUENCE,
        der(INTEGER, b"\1"),
        der(SET, WITH_SHA256),
        der(SEQUENCE, DATA),
        der(CONTEXT_0, *certificates),
        der(SET, signer),
    )
    return der(SEQUENCE, SIGNED_DATA, der(CONTEXT_0, signed))


def _issuer_and_serial(leaf: x509.Certificate) -> bytes:
    """Cut from the certificate as its issuer wrote them (RFC 5280, 4.1), for names may be spelled in more ways than one."""
    whole = leaf.tbs_certificate_bytes
    _tag, start, end = _next(whole, 0)
    values = list(_values(whole[start:end]))
    if values[0][0] == CONTEXT_0:
        values = values[1:]  # the version
    serial, _algorithm, issuer = values[:3]
    return der(SEQUENCE, issuer, serial)


def _values(content: bytes) -> Iterator[bytes]:
    at = 0
    while at < len(content):
        _tag, _start, end = _next(content, at)
        yield content[at:end]
        at = end


def _next(content: bytes, at: int) -> tuple[int, int, int]:
    """Tag of the value that begins here, and where its content begins and ends."""
    size, start = content[at + 1], at + 2
    if size >= 0x80:
        start += size & 0x7F
        size = int.from_bytes(content[at + 2 : start])
    return content[at], start, start + size
