"""A self-signed certificate for trying the portal on phones in the same network. No Django."""

from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from gatehouse.config import env
from gatehouse.config.listening import network_address

VALID = timedelta(days=825)  # Apple's platforms refuse longer ones


def self_signed() -> tuple[Path, Path]:
    """Certificate and key under DATA/tls, made on first use and when the old one is over, from the CERT_* settings."""
    folder = env.DATA / "tls"
    certificate, key = folder / "cert.pem", folder / "key.pem"
    if not (certificate.exists() and key.exists() and _is_valid(certificate)):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(certificate, key)
    return certificate, key


def _is_valid(path: Path) -> bool:
    return x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc > datetime.now(UTC)


def _write(certificate_path: Path, key_path: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    now = datetime.now(UTC)
    subject = _subject()
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName(_names()), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pkcs8, plain = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    pem = key.private_bytes(serialization.Encoding.PEM, pkcs8, plain)
    key_path.touch(mode=0o600)
    key_path.write_bytes(pem)
    certificate_path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))


def _subject() -> x509.Name:
    parts = {
        NameOID.COUNTRY_NAME: env.text("CERT_COUNTRY"),
        NameOID.STATE_OR_PROVINCE_NAME: env.text("CERT_STATE"),
        NameOID.LOCALITY_NAME: env.text("CERT_LOC"),
        NameOID.ORGANIZATION_NAME: env.text("CERT_ORG", "Gatehouse"),
        NameOID.ORGANIZATIONAL_UNIT_NAME: env.text("CERT_ORGUNIT"),
        NameOID.COMMON_NAME: env.text("GATEHOUSE_SERVER_NAME", "localhost"),
    }
    try:
        return x509.Name([x509.NameAttribute(kind, value) for kind, value in parts.items() if value])
    except ValueError as error:
        raise env.SettingWrong(f"The CERT_* settings make no certificate: {error}") from error


def _names() -> list[x509.GeneralName]:
    addresses = dict.fromkeys(["127.0.0.1", "::1", network_address()])
    names = dict.fromkeys(["localhost", env.text("GATEHOUSE_SERVER_NAME", "localhost")])
    return [
        *(x509.DNSName(name) for name in names if not _is_address(name)),
        *(x509.IPAddress(ip_address(name)) for name in [*addresses, *names] if _is_address(name)),
    ]


def _is_address(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return False
    return True
