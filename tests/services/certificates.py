"""Throw-away certificates for servers on 127.0.0.1, and for clients that show one."""

import datetime as dt
import ipaddress
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Issued:
    """A certificate with its key; both can be had as PEM."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def pem(self) -> bytes:
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    def write(self, folder: Path, name: str) -> tuple[Path, Path]:
        """As `<name>.pem` and `<name>-key.pem`."""
        certificate_file, key_file = folder / f"{name}.pem", folder / f"{name}-key.pem"
        certificate_file.write_bytes(self.pem)
        key_file.write_bytes(self.key_pem)
        key_file.chmod(0o600)
        return certificate_file, key_file


def authority(name: str = "Test root") -> Issued:
    """A root of its own."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name(name), key).issuer_name(_name(name))
    builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return Issued(builder.sign(key, hashes.SHA256()), key)


def server(root: Issued, *names: str) -> Issued:
    """For these names, localhost and 127.0.0.1."""
    builder, key = _issued_by(root, _name("localhost"))
    return Issued(builder.add_extension(_valid_for(names), critical=False).sign(root.key, hashes.SHA256()), key)


def client(root: Issued, uid: str, *, ends_in: dt.timedelta = DAY) -> Issued:
    """As a Pass Type ID certificate: the subject's UID is what it may speak for."""
    who = x509.Name(
        [
            x509.NameAttribute(NameOID.USER_ID, uid),
            x509.NameAttribute(NameOID.COMMON_NAME, f"Pass Type ID: {uid}"),
            x509.NameAttribute(NameOID.ORGANIZATIONAL_UNIT_NAME, "TESTTEAM01"),
        ]
    )
    builder, key = _issued_by(root, who, ends_in=ends_in)
    return Issued(builder.sign(root.key, hashes.SHA256()), key)


def self_signed(folder: Path, *names: str) -> tuple[Path, Path]:
    """Write certificate and key as PEM; good for a day, for these names, localhost and 127.0.0.1."""
    key = ec.generate_private_key(ec.SECP256R1())
    builder = _builder(_name("localhost"), key).issuer_name(_name("localhost"))
    builder = builder.add_extension(_valid_for(names), critical=False)
    certificate_file, key_file = Issued(builder.sign(key, hashes.SHA256()), key).write(folder, "certificate")
    return certificate_file, key_file.rename(folder / "key.pem")


def _issued_by(
    root: Issued, subject: x509.Name, *, ends_in: dt.timedelta = DAY
) -> tuple[x509.CertificateBuilder, ec.EllipticCurvePrivateKey]:
    key = ec.generate_private_key(ec.SECP256R1())
    return _builder(subject, key, ends_in=ends_in).issuer_name(root.certificate.subject), key


def _builder(
    subject: x509.Name, key: ec.EllipticCurvePrivateKey, *, ends_in: dt.timedelta = DAY
) -> x509.CertificateBuilder:
    now = dt.datetime.now(dt.UTC)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(min(now, now + ends_in) - dt.timedelta(minutes=5))
        .not_valid_after(now + ends_in)
    )


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _valid_for(names: tuple[str, ...]) -> x509.SubjectAlternativeName:
    known: list[x509.GeneralName] = [x509.DNSName(name) for name in ("localhost", *names)]
    known.append(x509.IPAddress(ipaddress.ip_address("127.0.0.1")))
    return x509.SubjectAlternativeName(known)
