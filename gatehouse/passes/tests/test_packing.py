"""A pass as a file: what lies in it, that it is signed, and that the same version is the same manifest."""

import json
import subprocess
import zipfile
from dataclasses import replace
from datetime import timedelta
from hashlib import sha1, sha256
from io import BytesIO

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from gatehouse.core import clock
from gatehouse.passes import packing
from gatehouse.passes.models import DesignImage, DesignVersion
from gatehouse.passes.tests.factories import BLUEPRINT, PASS_TYPE, a_certificate, a_chain, a_design, a_pass
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def certificate():
    return a_certificate()


def files_of(packed: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def said_in(packed: bytes) -> dict[str, object]:
    return json.loads(files_of(packed)["pass.json"])


def test_pass_of_a_bare_design_has_an_icon_of_ours(certificate):
    files = files_of(packing.pkpass_of(a_pass()))

    own = [f"icon{scale}.png" for scale in ("", "@2x", "@3x")]
    assert sorted(files) == [*own, "manifest.json", "pass.json", "signature"]
    assert all(files[name].startswith(b"\x89PNG") for name in own)


def test_design_brings_its_pictures_and_languages(certificate):
    image = DesignImage.objects.create(sha256=sha256(b"png").hexdigest(), png=b"png", width=29, height=29)
    blueprint = replace(BLUEPRINT, images={"icon": {"1x": image.pk}}, texts={"de": {"Member": "Mitglied"}})

    files = files_of(packing.pkpass_of(a_pass(a_design(blueprint=blueprint))))

    translations = {f"{language}.lproj/pass.strings" for language in ("de", "en")}
    assert set(files) == {"icon.png", "manifest.json", "pass.json", "signature"} | translations
    assert files["icon.png"] == b"png"


def test_manifest_digests_every_file(certificate):
    card = a_pass()
    files = files_of(packing.pkpass_of(card))

    manifest = files.pop("manifest.json")
    del files["signature"]
    assert manifest == packing.manifest_of(card)
    assert json.loads(manifest) == {
        name: sha1(content, usedforsecurity=False).hexdigest() for name, content in files.items()
    }


def verify(folder, files: dict[str, bytes]) -> subprocess.CompletedProcess[str]:
    (folder / "root.pem").write_bytes(a_chain().root.public_bytes(Encoding.PEM))
    for name in ("manifest.json", "signature"):
        (folder / name).write_bytes(files[name])
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "signature", "-content"]
    command += ["manifest.json", "-CAfile", "root.pem", "-purpose", "any", "-out", "/dev/null"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def test_openssl_verifies_the_signature(certificate, tmp_path):
    assert verify(tmp_path, files_of(packing.pkpass_of(a_pass()))).returncode == 0


def test_openssl_refuses_a_manifest_with_one_byte_changed(certificate, tmp_path):
    files = files_of(packing.pkpass_of(a_pass()))
    files["manifest.json"] = files["manifest.json"].replace(b'"pass.json"', b'"pass.jsoN"')

    verified = verify(tmp_path, files)

    assert verified.returncode != 0
    assert "CMS Verification failure" in verified.stderr


def test_changed_pass_json_is_not_what_the_manifest_says(certificate):
    files = files_of(packing.pkpass_of(a_pass()))

    changed = files["pass.json"].replace(b"Membership card", b"Membership carD")

    assert changed != files["pass.json"]
    assert json.loads(files["manifest.json"])["pass.json"] != sha1(changed, usedforsecurity=False).hexdigest()


def test_pass_names_type_and_team_of_its_certificate(certificate, settings):
    settings.BASE_URL = "https://cards.example.org"
    card = a_pass()

    said = said_in(packing.pkpass_of(card))

    assert said["passTypeIdentifier"] == a_chain().credential.pass_type_id == PASS_TYPE
    assert said["teamIdentifier"] == "TESTTEAM01"
    assert said["serialNumber"] == card.serial
    assert said["webServiceURL"] == "https://cards.example.org/wallet"


def test_same_version_is_the_same_manifest_in_every_process(certificate):
    card = a_pass()

    first = packing.manifest_of(card)
    packing._look.cache_clear()

    assert packing.manifest_of(card) == first
    assert files_of(packing.pkpass_of(card))["manifest.json"] == first


def test_new_version_of_the_design_is_noticed(certificate):
    card = a_pass()
    before = packing.manifest_of(card)

    content = replace(BLUEPRINT, description="Garden card").as_json()
    card.design_version = DesignVersion.objects.create(design=card.design, number=2, content=content)

    assert said_in(packing.pkpass_of(card))["description"] == "Garden card"
    assert packing.manifest_of(card) != before


def test_new_certificate_is_noticed(certificate, tmp_path):
    card = a_pass()
    assert verify(tmp_path, files_of(packing.pkpass_of(card))).returncode == 0

    a_certificate(again=1)

    assert verify(tmp_path, files_of(packing.pkpass_of(card))).returncode != 0  # by the root of the first


def test_pass_type_without_a_certificate_is_refused_in_words(certificate):
    card = a_pass(a_design(pass_type_id="pass.org.example.other"))

    with pytest.raises(packing.NoCertificate, match=r"pass\.org\.example\.other"):
        packing.pkpass_of(card)


@pytest.mark.parametrize(
    "over", [{"expires_at": timedelta(seconds=-1)}, {"starts_at": timedelta(days=1)}, {"retired_at": timedelta()}]
)
def test_certificate_out_of_its_time_signs_nothing(over):
    a_certificate(**{name: clock.now() + when for name, when in over.items()})

    with pytest.raises(packing.NoCertificate):
        packing.pkpass_of(a_pass())


def test_household_is_one_file_of_many_passes(certificate):
    design = a_design()
    cards = [a_pass(design), a_pass(design)]

    files = files_of(packing.pkpasses_of(cards))

    assert set(files) == {f"{card.serial}.pkpass" for card in cards}
    assert {str(said_in(one)["serialNumber"]) for one in files.values()} == {card.serial for card in cards}


@pytest.mark.parametrize("name", ["../../etc/passwd", "Alex Doe", ".", "a/b\\c\0d"])
def test_n5_names_of_people_make_no_paths_and_same_names_two_passes(certificate, name):
    design = a_design()
    person = {"given_name": name.replace("\0", ""), "family_name": ""}
    cards = [a_pass(design, MembershipFactory(person=PersonFactory(**person))) for _ in range(2)]

    files = files_of(packing.pkpasses_of(cards))

    assert len(files) == 2
    assert {path.rpartition(".")[0] for path in files} == {card.serial for card in cards}
    assert all("/" not in path for one in files.values() for path in files_of(one))


def test_n6_serial_and_token_are_random_and_long():
    design, membership = a_design(), MembershipFactory(number="8-00000001")
    card = a_pass(design, membership)
    a_certificate()

    said = said_in(packing.pkpass_of(card))
    token = bytes.fromhex(str(said["authenticationToken"]))

    assert len(token) * 8 == 256
    assert len(card.serial) == 20
    assert "00000001" not in card.serial + token.hex()
    assert said_in(packing.pkpass_of(a_pass(design)))["authenticationToken"] != said["authenticationToken"]


@pytest.mark.parametrize("count", [1, 3])
def test_further_passes_ask_for_nothing_but_their_certificate(certificate, count, django_assert_num_queries):
    design = a_design()
    cards = [a_pass(design) for _ in range(count)]
    packing.pkpass_of(cards[0])

    with django_assert_num_queries(count):
        packing.pkpasses_of(cards)
