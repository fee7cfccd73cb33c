"""Reading a Pass Type ID certificate with its key, and what makes one usable. No database.

A file is a .p12 as Keychain Access writes it, or PEM with certificate, key and perhaps the intermediate in any order.
"""

import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
    load_pem_private_key,
)
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12
from cryptography.utils import CryptographyDeprecationWarning
from cryptography.x509.oid import ExtensionOID, NameOID

from gatehouse.core.said import Said, noop as _

BIGGEST: Final = 100_000  # bytes; a .p12 has some 4,000
LEAST_BITS: Final = 2048
PEM = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\r?\n.*?-----END \1-----", re.DOTALL)
PASS_TYPE = re.compile(r"pass\.[A-Za-z0-9.-]{1,115}")

# SHA-256 of Apple's certificates in DER, as https://www.apple.com/certificateauthority/ offers them: "Apple Inc. Root"
# (until 9 February 2035), and of "Worldwide Developer Relations" the first (until 7 February 2023), G3, G4, which issues
# Pass Type IDs (until 10 December 2030), G5 and G6.
APPLE_ROOT: Final = "b0b1730ecbc7ff4505142c49f1295e6eda6bcaed7e2c68c5be91b5a11001f024"
APPLE_INTERMEDIATES: Final = frozenset(
    {
        "ce057691d730f89ca25e916f7335f4c8a15713dcd273a658c024023f8eb809c2",
        "dcf21878c77f4198e4b4614f03d696d89c66c66008d4244e1b99161aac91601f",
        "ea4757885538dd8cb59ff4556f676087d83c85e70902c122e42c0808b5bce14c",
        "53fd008278e5a595fe1e908ae9c5e5675f26243264a5a6438c023e3ce2870760",
        "bdd4ed6e74691f0c2bfd01be0296197af1379e0418e2d300efa9c3bef642ca30",
    }
)

NOT_READ = _("This file can't be read as a certificate. Upload a .p12, or a PEM file with certificate and key.")
TOO_BIG = _("This file is far too big for a certificate.")
WRONG_PASSWORD = _("The password does not open this file. It is the one that was typed when the file was exported.")
NEEDS_PASSWORD = _("This file is locked. Type the password that was given to it when it was exported.")
NO_KEY = _(
    "There is a certificate in this file, but no key. In Keychain Access, open the certificate's line so that "
    "its key shows, select both, and export them as .p12."
)
NO_CERTIFICATE = _("There is a key in this file, but no certificate. Put both into one file.")
OTHER_KEY = _("The key in this file does not belong to the certificate. Export the two together.")
WEAK_KEY = _("The key is not of RSA with 2,048 bits or more, as Apple's are.")
NOT_PASS_TYPE = _(
    "This certificate is not for passes: it carries no pass type such as pass.org.example.garden. In Apple's developer "
    "account, make one under Identifiers, Pass Type IDs."
)
NO_TEAM = _("This certificate names no team, so phones would refuse its passes.")
NOT_YET = _("This certificate is valid from %(day)s on, not yet.")
EXPIRED = _("This certificate expired on %(day)s. Make a new one in Apple's developer account and upload that.")
NOT_FOR_SIGNING = _("This certificate may not be used to sign, so no pass can be signed with it.")
NO_INTERMEDIATE = _(
    "The certificate that issued this one is missing: %(issuer)s. Download it from apple.com/certificateauthority "
    "(Worldwide Developer Relations, G4) and upload it beside this file."
)
WRONG_INTERMEDIATE = _("%(issuer)s did not issue this certificate: its signature does not fit. Was a file mixed up?")
INTERMEDIATE_OVER = _("The certificate that issued this one is out of its time: %(issuer)s. Upload the one in use now.")
NOT_APPLES = _("This certificate was not issued by Apple. Such cards are for testing, and this portal is not.")


class Unusable(ValueError):
    """Nothing can be signed with this file; the text, and `said` for translation, tell why and what to do."""

    def __init__(self, template: str, **params: object) -> None:
        self.said = Said(template, **params)
        super().__init__(self.said)


@dataclass(frozen=True)
class Credential:
    """A certificate that may sign passes, whoever issued it, and its key."""

    leaf: x509.Certificate
    intermediate: x509.Certificate
    key: RSAPrivateKey = field(repr=False)
    is_apples: bool

    @property
    def pass_type_id(self) -> str:
        return _subject(self.leaf, NameOID.USER_ID)

    @property
    def team_id(self) -> str:
        return _subject(self.leaf, NameOID.ORGANIZATIONAL_UNIT_NAME)

    @property
    def name(self) -> str:
        return _subject(self.leaf, NameOID.COMMON_NAME) or self.pass_type_id

    @property
    def fingerprint(self) -> str:
        return fingerprint(self.leaf)

    @property
    def chain(self) -> str:
        """PEM: the certificate, then the one that issued it."""
        return "".join(one.public_bytes(Encoding.PEM).decode("ascii") for one in (self.leaf, self.intermediate))

    def key_in_clear(self) -> bytes:
        """PKCS #8 in DER, to be sealed at once."""
        return self.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())


def read(
    file: bytes,
    *,
    now: datetime,
    password: str = "",
    intermediate: bytes = b"",
    known: Iterable[str] = (),
    only_apples: bool = False,
) -> Credential:
    """The credential in this file, checked whole; raises `Unusable`.

    `intermediate` is a second file, PEM or DER; `known` are chains in PEM that were taken before, which may have it too.
    """
    try:
        with warnings.catch_warnings():  # what the library will refuse one day, as old forms of .p12, is read till then
            warnings.simplefilter("ignore", CryptographyDeprecationWarning)
            found = _opened(file, password)
            others = [*found.certificates, *_certificates(intermediate)]
            earlier = [one for chain in known for one in _certificates(chain.encode())]
            credential = _checked(found, others, earlier, now)
    except Unusable:
        raise
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm, x509.InvalidVersion) as error:
        raise Unusable(NOT_READ) from error
    if only_apples and not credential.is_apples:
        raise Unusable(NOT_APPLES)
    return credential


def certificates_of(chain: str) -> list[x509.Certificate]:
    return x509.load_pem_x509_certificates(chain.encode())


def key_of(clear: bytes) -> RSAPrivateKey:
    """From what `key_in_clear` gave; the numbers were checked when the certificate was taken."""
    key = load_der_private_key(clear, None, unsafe_skip_rsa_key_validation=True)
    assert isinstance(key, RSAPrivateKey)
    return key


def fingerprint(certificate: x509.Certificate) -> str:
    return certificate.fingerprint(SHA256()).hex()


@dataclass
class _Found:
    keys: list[Any] = field(default_factory=list)
    certificates: list[x509.Certificate] = field(default_factory=list)


def _opened(file: bytes, password: str) -> _Found:
    if len(file) > BIGGEST:
        raise Unusable(TOO_BIG)
    found = _of_pem(file, password) if b"-----BEGIN" in file else _of_p12(file, password)
    if not found.certificates:
        raise Unusable(NO_CERTIFICATE if found.keys else NOT_READ)
    if not found.keys:
        raise Unusable(NO_KEY)
    return found


def _of_pem(file: bytes, password: str) -> _Found:
    found = _Found()
    for block in PEM.finditer(file):
        if block[1].endswith(b"PRIVATE KEY"):
            found.keys.append(_key_of_pem(block[0], password))
        elif block[1] == b"CERTIFICATE":
            found.certificates.append(x509.load_pem_x509_certificate(block[0]))
    return found


def _key_of_pem(block: bytes, password: str) -> Any:
    is_locked = b"ENCRYPTED" in block
    if is_locked and not password:
        raise Unusable(NEEDS_PASSWORD)
    try:
        return load_pem_private_key(block, password.encode() if is_locked else None)
    except ValueError as error:
        raise Unusable(WRONG_PASSWORD if is_locked else NOT_READ) from error


def _of_p12(file: bytes, password: str) -> _Found:
    if alone := _certificates(file):
        return _Found(certificates=alone)  # the .cer that Apple gives for download
    if not file.startswith(b"\x30"):
        raise Unusable(NOT_READ)
    try:
        bag = load_pkcs12(file, password.encode() or None)
    except ValueError as error:
        raise Unusable(WRONG_PASSWORD if password else NEEDS_PASSWORD) from error
    certificates = [one.certificate for one in (bag.cert, *bag.additional_certs) if one]
    return _Found([bag.key] if bag.key else [], certificates)


def _certificates(file: bytes) -> list[x509.Certificate]:
    """All in a PEM, or the one in DER; none where there is none."""
    try:
        if b"-----BEGIN" in file:
            return x509.load_pem_x509_certificates(file)
        return [x509.load_der_x509_certificate(file)] if file else []
    except ValueError:
        return []


def _checked(
    found: _Found, others: list[x509.Certificate], earlier: list[x509.Certificate], now: datetime
) -> Credential:
    leaf, key = _pair(found)
    if not isinstance(key, RSAPrivateKey) or key.key_size < LEAST_BITS:
        raise Unusable(WEAK_KEY)
    _check_names(leaf)
    _check_times(leaf, now)
    _check_use(leaf)
    intermediate = _issuer_of(leaf, [*others, *earlier], now)
    return Credential(leaf, intermediate, key, _is_apples(intermediate, others))


def _pair(found: _Found) -> tuple[x509.Certificate, Any]:
    for key in found.keys:
        public = key.public_key()
        for certificate in found.certificates:
            if certificate.public_key() == public:
                return certificate, key
    raise Unusable(OTHER_KEY)


def _check_names(leaf: x509.Certificate) -> None:
    if not PASS_TYPE.fullmatch(_subject(leaf, NameOID.USER_ID)):
        raise Unusable(NOT_PASS_TYPE)
    if not 0 < len(_subject(leaf, NameOID.ORGANIZATIONAL_UNIT_NAME)) <= 40:
        raise Unusable(NO_TEAM)


def _check_times(leaf: x509.Certificate, now: datetime) -> None:
    if leaf.not_valid_before_utc > now:
        raise Unusable(NOT_YET, day=leaf.not_valid_before_utc.date())
    if leaf.not_valid_after_utc <= now:
        raise Unusable(EXPIRED, day=leaf.not_valid_after_utc.date())


def _check_use(leaf: x509.Certificate) -> None:
    """Digital signatures (RFC 5280, 4.2.1.3), and no authority of its own."""
    use = _extension(leaf, ExtensionOID.KEY_USAGE)
    limits = _extension(leaf, ExtensionOID.BASIC_CONSTRAINTS)
    if (use and not use.digital_signature) or (limits and limits.ca):
        raise Unusable(NOT_FOR_SIGNING)


def _issuer_of(leaf: x509.Certificate, candidates: list[x509.Certificate], now: datetime) -> x509.Certificate:
    issuer = leaf.issuer.rfc4514_string()
    named = [one for one in candidates if one.subject == leaf.issuer and one != leaf]
    if not named:
        raise Unusable(NO_INTERMEDIATE, issuer=issuer)
    fitting = [one for one in named if _issued(leaf, by=one)]
    if not fitting:
        raise Unusable(WRONG_INTERMEDIATE, issuer=issuer)
    current = [one for one in fitting if one.not_valid_before_utc <= now < one.not_valid_after_utc]
    if not current:
        raise Unusable(INTERMEDIATE_OVER, issuer=issuer)
    return current[0]


def _issued(one: x509.Certificate, *, by: x509.Certificate) -> bool:
    limits = _extension(by, ExtensionOID.BASIC_CONSTRAINTS)
    try:
        one.verify_directly_issued_by(by)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return bool(limits and limits.ca)


def _is_apples(intermediate: x509.Certificate, others: list[x509.Certificate]) -> bool:
    """One that we know, or one that Apple's root, lying beside it, has issued since."""
    if fingerprint(intermediate) in APPLE_INTERMEDIATES:
        return True
    return any(fingerprint(one) == APPLE_ROOT and _issued(intermediate, by=one) for one in others)


def _subject(certificate: x509.Certificate, name: x509.ObjectIdentifier) -> str:
    values = certificate.subject.get_attributes_for_oid(name)
    return str(values[0].value) if values else ""


def _extension(certificate: x509.Certificate, name: x509.ObjectIdentifier) -> Any:
    try:
        return certificate.extensions.get_extension_for_oid(name).value
    except x509.ExtensionNotFound:
        return None
