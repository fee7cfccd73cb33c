"""A pass as a file: what lies in it, that it is signed, and that the same version is the same manifest."""

import json
import subprocess
import zipfile
from hashlib import sha1
from io import BytesIO

import pytest

from gatehouse.passes import actions, packing
from gatehouse.passes.tests.factories import PASS_TYPE, a_pass

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return actions.make_test_certificates(pass_type_id=PASS_TYPE)


def files_of(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_pass_has_what_apple_asks_for(certificate):
    files = files_of(packing.pkpass_of(a_pass()))

    assert sorted(files) == [
        "icon.png",
        "icon@2x.png",
        "icon@3x.png",
        "manifest.json",
        "pass.json",
        "signature",
    ]


def test_manifest_is_the_digest_of_every_file(certificate):
    files = files_of(packing.pkpass_of(a_pass()))

    manifest = json.loads(files.pop("manifest.json"))
    del files["signature"]
    assert manifest == {name: sha1(content, usedforsecurity=False).hexdigest() for name, content in files.items()}


def verify(folder, files: dict[str, bytes]) -> subprocess.CompletedProcess[str]:
    for name in ("manifest.json", "signature"):
        (folder / name).write_bytes(files[name])
    roots = str(folder / "wallet" / "root.pem")
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content"]
    command += ["manifest.json", "-CAfile", roots, "-purpose", "any", "-out", "/dev/null"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_openssl_verifies_the_signature(certificate, tmp_path):
    files = files_of(packing.pkpass_of(a_pass()))

    assert verify(tmp_path, files).returncode == 0


def test_openssl_refuses_a_manifest_with_one_byte_changed(certificate, tmp_path):
    files = files_of(packing.pkpass_of(a_pass()))
    files["manifest.json"] = files["manifest.json"].replace(b'"pass.json":"', b'"pass.json":"0', 1)

    verified = verify(tmp_path, files)

    assert verified.returncode != 0
    assert "CMS Verification failure" in verified.stderr
