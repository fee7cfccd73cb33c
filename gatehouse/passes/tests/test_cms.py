"""Signatures: what cryptography's own builder makes, byte for byte; and what the openssl command says of them."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.hazmat.primitives.serialization.pkcs7 import PKCS7Options, PKCS7SignatureBuilder
from hypothesis import given, strategies as st

from gatehouse.passes import cms, own_chain

NOW = datetime.now(UTC)  # of the chain, which openssl holds against the machine's clock
OPTIONS = [PKCS7Options.DetachedSignature, PKCS7Options.Binary, PKCS7Options.NoCapabilities]


@pytest.fixture(scope="module")
def chain():
    return own_chain.make("pass.org.example.garden", "TEAM123456", NOW)


@pytest.fixture(scope="module")
def signer(chain):
    made = chain.credential
    return cms.Signer.of(made.key, made.leaf, made.intermediate)


def by_the_builder(chain: own_chain.OwnChain, content: bytes) -> bytes:
    made = chain.credential
    begun = PKCS7SignatureBuilder().set_data(content).add_signer(made.leaf, made.key, SHA256())
    return begun.add_certificate(made.intermediate).sign(Encoding.DER, OPTIONS)


@pytest.mark.parametrize("content", [b"", b"{}", b"manifest" * 10_000])
def test_signature_is_the_builders_byte_for_byte(chain, signer, content):
    """The builder takes no time of its own, so the second may turn between the two: then once more."""
    for _attempt in range(3):
        before = datetime.now(UTC).replace(microsecond=0)
        theirs = by_the_builder(chain, content)
        if datetime.now(UTC).replace(microsecond=0) == before:
            break

    assert signer.sign(content, before) == theirs


def verify(folder, chain, content: bytes, signature: bytes) -> subprocess.CompletedProcess[str]:
    (folder / "root.pem").write_bytes(chain.root.public_bytes(Encoding.PEM))
    (folder / "manifest.json").write_bytes(content)
    (folder / "signature").write_bytes(signature)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content"]
    command += ["manifest.json", "-CAfile", "root.pem", "-purpose", "any", "-out", "/dev/null"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_openssl_verifies(tmp_path, chain, signer):
    assert verify(tmp_path, chain, b"{}", signer.sign(b"{}", NOW)).returncode == 0


def test_openssl_refuses_one_byte_changed(tmp_path, chain, signer):
    verified = verify(tmp_path, chain, b"{ }", signer.sign(b"{}", NOW))

    assert verified.returncode != 0
    assert "CMS Verification failure" in verified.stderr


def test_openssl_refuses_the_root_of_another_chain(tmp_path, signer):
    other = own_chain.make("pass.org.example.garden", "TEAM123456", NOW)

    assert verify(tmp_path, other, b"{}", signer.sign(b"{}", NOW)).returncode != 0


def test_openssl_finds_signer_intermediate_and_signing_time(tmp_path, chain, signer):
    (tmp_path / "signature").write_bytes(signer.sign(b"{}", datetime(2026, 11, 22, 9, 30, 5, tzinfo=UTC)))

    command = ["openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", "signature"]
    printed = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert "UTCTIME:Nov 22 09:30:05 2026 GMT" in printed
    assert printed.count("cert_info:") == 2
    assert "CN=Test Pass CA" in printed.replace(" = ", "=")


def test_time_is_said_in_utc(signer):
    noon = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)

    assert b"261122120000Z" in signer.sign(b"{}", noon)
    assert signer.sign(b"{}", noon) == signer.sign(b"{}", noon + timedelta(microseconds=5))


@given(st.integers(0, 255), st.binary(max_size=70_000))
def test_der_says_tag_and_length_as_x690_does(tag, content):
    made = cms.der(tag, content)

    assert cms._next(made, 0) == (tag, len(made) - len(content), len(made))
    assert made.endswith(content)
