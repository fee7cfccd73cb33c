"""A chain of our own for tests and demos: root, intermediate, and a certificate as Apple's Pass Type ID ones are. No database."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gatehouse.passes.certificates import Credential

BEFORE, YEAR, TEN_YEARS = timedelta(days=1), timedelta(days=396), timedelta(days=3650)
ORGANISATION: Final = "Gatehouse, for testing only"


@dataclass(frozen=True)
class OwnChain:
    root: x509.Certificate
    credential: Credential = field(repr=False)


def make(pass_type_id: str, team_id: str, now: datetime, *, valid_for: timedelta = YEAR) -> OwnChain:
    """New keys each time; those of root and intermediate are forgotten at once, so nobody can issue more."""
    root_key, middle_key, key = (_new_key() for _ in range(3))
    root_name, middle_name = _name("Test Root CA"), _name("Test Pass CA")
    root = _sign(_authority(root_name, root_key, now), root_name, root_key)
    middle = _sign(_authority(middle_name, middle_key, now, length=0), root_name, root_key)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.USER_ID, pass_type_id),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Test Pass Type ID: {pass_type_id}"[:64]),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, team_id),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
        ]
    )
    leaf = _sign(_leaf(subject, key, now, valid_for), middle_name, middle_key)
    return OwnChain(root, Credential(leaf, middle, key, is_apples=False))


def _new_key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(said: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, said),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, ORGANISATION),
        ]
    )


def _authority(
    name: x509.Name, key: rsa.RSAPrivateKey, now: datetime, *, length: int | None = None
) -> x509.CertificateBuilder:
    begun = _begun(name, key, now, TEN_YEARS)
    return begun.add_extension(x509.BasicConstraints(ca=True, path_length=length), critical=True).add_extension(
        _usage(signs_others=True), critical=True
    )


def _leaf(subject: x509.Name, key: rsa.RSAPrivateKey, now: datetime, valid_for: timedelta) -> x509.CertificateBuilder:
    """As a pass type's: it signs, and it is a client of the push service."""
    begun = _begun(subject, key, now, valid_for)
    return (
        begun.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(signs_others=False), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH]), critical=False)
    )


def _begun(subject: x509.Name, key: rsa.RSAPrivateKey, now: datetime, valid_for: timedelta) -> x509.CertificateBuilder:
    public = key.public_key()
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(public)
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + valid_for)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _sign(one: x509.CertificateBuilder, issuer: x509.Name, key: rsa.RSAPrivateKey) -> x509.Certificate:
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key())
    return one.issuer_name(issuer).add_extension(by, critical=False).sign(key, SHA256())


def _usage(*, signs_others: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs_others,
        key_cert_sign=signs_others,
        crl_sign=signs_others,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
