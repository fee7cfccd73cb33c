"""Which files may sign passes, and what is said of those that may not. The kernel alone."""

import base64
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from hypothesis import given, strategies as st

from gatehouse.passes import certificates, own_chain
from gatehouse.passes.certificates import Unusable, read

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
PASS_TYPE = "pass.org.example.garden"


@pytest.fixture(scope="module")
def chain():
    return own_chain.make(PASS_TYPE, "TEAM123456", NOW)


@pytest.fixture(scope="module")
def other():
    return own_chain.make(PASS_TYPE, "TEAM123456", NOW)


def pem(*parts: object, password: str = "") -> bytes:
    """Certificates and keys one after the other, as `openssl` writes them."""
    lock = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return b"Bag Attributes\n".join(
        part.public_bytes(Encoding.PEM)
        if isinstance(part, x509.Certificate)
        else part.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, lock)
        for part in parts
    )


def p12(made, *others: x509.Certificate, password: str = "") -> bytes:
    lock = BestAvailableEncryption(password.encode()) if password else NoEncryption()
    return pkcs12.serialize_key_and_certificates(b"card", made.key, made.leaf, others, lock)


def refused(file: bytes, **said: object) -> str:
    with pytest.raises(Unusable) as refusal:
        read(file, **{"now": NOW, **said})
    assert str(refusal.value) == refusal.value.said.translated(lambda text: text)
    return refusal.value.said.template


def test_p12_with_its_intermediate_is_read(chain):
    made = chain.credential

    found = read(p12(made, made.intermediate, password="geheim ü"), now=NOW, password="geheim ü")

    assert (found.pass_type_id, found.team_id) == (PASS_TYPE, "TEAM123456")
    assert found.name == f"Test Pass Type ID: {PASS_TYPE}"
    assert found.fingerprint == made.fingerprint
    assert found.chain == made.chain
    assert not found.is_apples


def test_p12_without_a_password_is_read(chain):
    made = chain.credential

    assert read(p12(made, made.intermediate), now=NOW).fingerprint == made.fingerprint


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 0, 2)])
def test_pem_is_read_in_any_order(chain, order):
    parts = (chain.credential.leaf, chain.credential.intermediate, chain.credential.key)

    assert read(pem(*(parts[n] for n in order)), now=NOW).fingerprint == chain.credential.fingerprint


def test_locked_pem_is_opened(chain):
    made = chain.credential

    found = read(pem(made.key, made.leaf, made.intermediate, password="open"), now=NOW, password="open")

    assert found.key_in_clear() == made.key_in_clear()


@pytest.mark.parametrize("form", [Encoding.PEM, Encoding.DER])
def test_intermediate_may_lie_beside(chain, form):
    made = chain.credential

    assert read(p12(made), now=NOW, intermediate=made.intermediate.public_bytes(form)).chain == made.chain


def test_intermediate_may_be_known_from_before(chain, other):
    made = chain.credential

    assert read(p12(made), now=NOW, known=[other.credential.chain, made.chain]).chain == made.chain


def test_password_that_is_wrong_or_missing_is_said(chain):
    made = chain.credential
    locked = p12(made, made.intermediate, password="open")

    assert refused(locked, password="shut") == certificates.WRONG_PASSWORD
    assert refused(locked) == certificates.NEEDS_PASSWORD
    assert refused(pem(made.key, made.leaf, password="open"), password="shut") == certificates.WRONG_PASSWORD
    assert refused(pem(made.key, made.leaf, password="open")) == certificates.NEEDS_PASSWORD


def test_half_of_the_pair_is_said(chain, other):
    made = chain.credential

    assert refused(made.leaf.public_bytes(Encoding.DER)) == certificates.NO_KEY
    assert refused(pem(made.leaf)) == certificates.NO_KEY
    assert refused(pem(made.key)) == certificates.NO_CERTIFICATE
    assert refused(pem(made.leaf, other.credential.key)) == certificates.OTHER_KEY


def test_intermediate_that_is_missing_or_another_is_said(chain, other):
    made = chain.credential

    assert refused(p12(made)) == certificates.NO_INTERMEDIATE
    assert refused(p12(made, chain.root)) == certificates.NO_INTERMEDIATE
    assert refused(p12(made, other.credential.intermediate)) == certificates.WRONG_INTERMEDIATE


def test_certificate_out_of_its_time_is_refused(chain):
    made = chain.credential
    file = p12(made, made.intermediate)

    assert refused(file, now=NOW - timedelta(days=2)) == certificates.NOT_YET
    assert refused(file, now=NOW + timedelta(days=500)) == certificates.EXPIRED


def test_intermediate_out_of_its_time_is_refused():
    made = own_chain.make(PASS_TYPE, "TEAM123456", NOW, valid_for=timedelta(days=20_000)).credential

    assert refused(p12(made, made.intermediate), now=NOW + timedelta(days=5_000)) == certificates.INTERMEDIATE_OVER


@pytest.mark.parametrize("pass_type", ["org.example.garden", "web.org.example", "pass.", "pass.a b"])
def test_certificate_that_is_not_for_passes_is_refused(pass_type):
    made = own_chain.make(pass_type, "TEAM123456", NOW).credential

    assert refused(p12(made, made.intermediate)) == certificates.NOT_PASS_TYPE


def issued(chain, key, *, subject: x509.Name | None = None, use: x509.KeyUsage | None = None) -> x509.Certificate:
    """By a chain of its own whose intermediate is the first certificate's leaf: for what the leaf itself says."""
    name = subject or chain.credential.leaf.subject
    begun = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    begun = begun.serial_number(7).not_valid_before(NOW - timedelta(days=1)).not_valid_after(NOW + timedelta(days=9))
    begun = begun.add_extension(use, critical=True) if use else begun
    return begun.sign(key, SHA256())


def test_key_of_another_kind_or_too_short_is_refused(chain):
    short = rsa.generate_private_key(65537, 1024)  # noqa: S505  that is the point
    for key in (ec.generate_private_key(ec.SECP256R1()), short):
        assert refused(pem(issued(chain, key), key)) == certificates.WEAK_KEY


def test_certificate_without_a_team_is_refused(chain):
    key = chain.credential.key
    nameless = x509.Name([x509.NameAttribute(NameOID.USER_ID, PASS_TYPE)])

    assert refused(pem(issued(chain, key, subject=nameless), key)) == certificates.NO_TEAM


def test_certificate_that_may_not_sign_is_refused(chain):
    key, no_signatures = chain.credential.key, own_chain._usage(signs_others=True)

    assert refused(pem(issued(chain, key, use=no_signatures), key)) == certificates.NOT_FOR_SIGNING


def test_certificate_that_issued_itself_is_refused(chain):
    key = chain.credential.key

    assert refused(pem(issued(chain, key), key)) == certificates.NO_INTERMEDIATE


def test_chain_of_our_own_is_not_apples(chain):
    made = chain.credential

    assert refused(p12(made, made.intermediate), only_apples=True) == certificates.NOT_APPLES


def test_apples_intermediate_is_known_by_its_fingerprint(chain, monkeypatch):
    made = chain.credential
    known = frozenset({certificates.fingerprint(made.intermediate)})
    monkeypatch.setattr(certificates, "APPLE_INTERMEDIATES", known)

    assert read(p12(made, made.intermediate), now=NOW, only_apples=True).is_apples


def test_intermediate_that_apples_root_issued_since_is_apples(chain, other, monkeypatch):
    made = chain.credential
    monkeypatch.setattr(certificates, "APPLE_ROOT", certificates.fingerprint(chain.root))

    assert read(p12(made, made.intermediate, chain.root), now=NOW).is_apples
    assert not read(p12(other.credential, other.credential.intermediate, chain.root), now=NOW).is_apples


def test_key_is_in_no_text_of_the_credential(chain):
    assert "key" not in repr(chain.credential)
    assert "PRIVATE" not in chain.credential.chain


def test_file_too_big_is_not_even_looked_at():
    assert refused(b"0" * 100_001) == certificates.TOO_BIG


@given(st.binary(max_size=300), st.text(max_size=5), st.binary(max_size=100))
def test_any_bytes_are_refused_in_words(file, password, intermediate):
    assert refused(file, password=password, intermediate=intermediate)


def test_serial_below_zero_is_refused_in_words_not_by_a_warning(chain):
    made = chain.credential
    number = made.leaf.serial_number.to_bytes(20, "big")
    damaged = made.leaf.public_bytes(Encoding.DER).replace(number, bytes([number[0] | 0x80]) + number[1:], 1)
    block = b"-----BEGIN CERTIFICATE-----\n" + base64.encodebytes(damaged) + b"-----END CERTIFICATE-----\n"

    assert refused(block + pem(made.key, made.intermediate))


@given(st.data())
def test_damaged_files_are_read_or_refused_in_words(data):
    file = bytearray(data.draw(st.sampled_from([WHOLE_PEM, WHOLE_P12])))
    for at in data.draw(st.lists(st.integers(0, len(file) - 1), min_size=1, max_size=4)):
        file[at] = data.draw(st.integers(0, 255))

    try:
        fingerprint = read(bytes(file), now=NOW).fingerprint
    except Unusable:
        fingerprint = None

    assert fingerprint in {None, CHAIN.credential.fingerprint}


CHAIN = own_chain.make(PASS_TYPE, "TEAM123456", NOW)
WHOLE_PEM = pem(CHAIN.credential.leaf, CHAIN.credential.key, CHAIN.credential.intermediate)
WHOLE_P12 = p12(CHAIN.credential, CHAIN.credential.intermediate)
