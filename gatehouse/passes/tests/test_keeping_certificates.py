"""Certificates are taken, retired, made for tests, shown, and their end is told in time. Their keys are never shown."""

import json
import logging
import re
import subprocess
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, pkcs12
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.template.loader import render_to_string
from django.test.utils import CaptureQueriesContext

from gatehouse.core import clock, sealing
from gatehouse.journal.models import Entry
from gatehouse.mail.models import Letter
from gatehouse.passes import actions, certificates, packing, policies, queries
from gatehouse.passes.models import Certificate, Pass
from gatehouse.passes.refusals import Refused
from gatehouse.passes.tests.factories import PASS_TYPE, a_certificate, a_chain, a_design, a_pass
from gatehouse.people.tests.factories import MembershipFactory, PersonFactory, RoleFactory, RoleGrantFactory, an_owner

pytestmark = pytest.mark.django_db
PASSWORD = "opensesame"


def a_file(pass_type_id: str = PASS_TYPE, *, again: int = 0, with_intermediate: bool = True) -> bytes:
    made = a_chain(pass_type_id, again).credential
    others = [made.intermediate] if with_intermediate else None
    return pkcs12.serialize_key_and_certificates(
        b"card", made.key, made.leaf, others, BestAvailableEncryption(PASSWORD.encode())
    )


@pytest.fixture
def wallet(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return tmp_path / "wallet"


def test_certificate_is_taken_and_its_key_sealed():
    ruth = an_owner()

    kept = actions.add_certificate(file=a_file(), password=PASSWORD, actor=ruth)

    made = a_chain().credential
    assert (kept.pass_type_id, kept.team_id, kept.is_test) == (PASS_TYPE, "TESTTEAM01", True)
    assert kept.expires_at == made.leaf.not_valid_after_utc
    assert made.key_in_clear() not in bytes(kept.sealed_key)
    assert sealing.unseal(bytes(kept.sealed_key), purpose=Certificate.PURPOSE) == made.key_in_clear()
    assert Entry.objects.get(verb="certificate.added").actor_name == ruth.name


def test_new_certificate_takes_the_place_of_the_one_before():
    first = actions.add_certificate(file=a_file(), password=PASSWORD, actor=None)

    second = actions.add_certificate(file=a_file(again=1), password=PASSWORD, actor=None)

    assert queries.certificate_for(PASS_TYPE) == second
    assert list(queries.all_certificates()) == [second, first]


def test_same_certificate_again_is_no_new_one_and_one_retired_comes_back():
    kept = actions.add_certificate(file=a_file(), password=PASSWORD, actor=None)
    assert actions.add_certificate(file=a_file(), password=PASSWORD, actor=None) == kept
    actions.retire_certificate(certificate=kept, actor=None)
    assert queries.certificate_for(PASS_TYPE) is None

    again = actions.add_certificate(file=a_file(), password=PASSWORD, actor=None)

    assert again == kept == queries.certificate_for(PASS_TYPE)


def test_intermediate_is_remembered_for_the_next_certificate_of_its_issuer():
    bare = a_file(with_intermediate=False)
    with pytest.raises(actions.Unreadable, match=r"apple\.com/certificateauthority"):
        actions.add_certificate(file=bare, password=PASSWORD, actor=None)
    beside = a_chain().credential.intermediate.public_bytes(Encoding.DER)

    kept = actions.add_certificate(file=bare, password=PASSWORD, intermediate=beside, actor=None)
    Certificate.objects.filter(pk=kept.pk).update(fingerprint="0" * 64, retired_at=clock.now())

    assert actions.add_certificate(file=bare, password=PASSWORD, actor=None).pk != kept.pk


def test_production_takes_only_what_apple_issued(settings):
    settings.IS_PRODUCTION = True

    with pytest.raises(actions.Unreadable, match="not issued by Apple"):
        actions.add_certificate(file=a_file(), password=PASSWORD, actor=None)

    assert not Certificate.objects.exists()


def test_refused_file_leaves_the_one_in_use():
    kept = a_certificate()

    with pytest.raises(actions.Unreadable):
        actions.add_certificate(file=a_file(again=1), password="shut", actor=None)

    assert queries.certificate_for(PASS_TYPE) == kept


@pytest.mark.parametrize(
    "deed",
    [
        lambda who: actions.add_certificate(file=b"", actor=who),
        lambda who: actions.retire_certificate(certificate=Certificate(), actor=who),
        lambda who: actions.make_test_certificates(actor=who),
    ],
)
def test_only_keepers_of_certificates_may(deed):
    with pytest.raises(PermissionDenied):
        deed(PersonFactory())


@pytest.mark.django_db(transaction=True)
def test_two_upload_at_once_and_one_certificate_is_in_use(together):
    a_chain(again=1)

    outcomes = together(
        lambda: actions.add_certificate(file=a_file(), password=PASSWORD, actor=None),
        lambda: actions.add_certificate(file=a_file(again=1), password=PASSWORD, actor=None),
    )

    assert {type(outcome) for outcome in outcomes} <= {Certificate, actions.Unreadable}
    assert queries.current_certificates().count() == 1


def test_test_certificates_are_made_once_and_leave_their_chain_but_no_key(wallet):
    made = actions.make_test_certificates(pass_type_id=PASS_TYPE)

    assert actions.make_test_certificates(pass_type_id=PASS_TYPE) == made
    assert made.is_test
    assert sorted(file.name for file in wallet.iterdir()) == ["certificate.pem", "intermediate.pem", "root.pem"]
    assert not any(b"PRIVATE" in file.read_bytes() for file in wallet.iterdir())
    command = ["openssl", "verify", "-CAfile", "root.pem", "-untrusted", "intermediate.pem", "certificate.pem"]
    verified = subprocess.run(command, cwd=wallet, capture_output=True, text=True, check=False)
    assert verified.stdout == "certificate.pem: OK\n"


def test_roots_of_all_test_certificates_are_kept(wallet):
    actions.make_test_certificates(pass_type_id=PASS_TYPE)
    actions.make_test_certificates(pass_type_id="pass.org.example.gift")

    again = actions.make_test_certificates(pass_type_id=PASS_TYPE, anew=True)

    assert len(certificates.certificates_of((wallet / "root.pem").read_text())) == 3
    assert queries.certificate_for(PASS_TYPE) == again


def test_test_certificate_that_ends_soon_or_lost_its_root_is_made_anew(wallet):
    made = actions.make_test_certificates(pass_type_id=PASS_TYPE)
    Certificate.objects.filter(pk=made.pk).update(expires_at=clock.now() + timedelta(days=29))
    second = actions.make_test_certificates(pass_type_id=PASS_TYPE)
    (wallet / "root.pem").unlink()

    third = actions.make_test_certificates(pass_type_id=PASS_TYPE)

    assert len({made.pk, second.pk, third.pk}) == 3


def test_test_certificates_are_refused_in_production_for_apples_types_and_odd_names(wallet, settings):
    a_certificate(is_test=False)
    with pytest.raises(Refused, match="Apple"):
        actions.make_test_certificates(pass_type_id=PASS_TYPE)
    with pytest.raises(Refused, match="no pass type"):
        actions.make_test_certificates(pass_type_id="garden")
    settings.IS_PRODUCTION = True
    with pytest.raises(Refused, match="production"):
        actions.make_test_certificates(pass_type_id="pass.org.example.other")

    assert Certificate.objects.count() == 1


def test_cards_are_for_testing_while_one_of_their_certificates_is():
    assert not queries.is_testing()
    kept = a_certificate(is_test=False)
    assert not queries.is_testing()
    kept.is_test = True
    kept.save()
    assert queries.is_testing()


# warnings


def ending(days: float, **fields):
    return a_certificate(is_test=False, expires_at=clock.now() + timedelta(days=days, minutes=1), **fields)


@pytest.mark.parametrize(("days", "told"), [(61, False), (60, True), (1, True), (0.5, True), (-1, True)])
def test_page_warns_sixty_days_ahead(days, told):
    ending(days)

    assert bool(queries.certificate_warnings()) == told


def test_warning_says_when_or_that_it_is_over():
    kept = ending(1)
    assert str(queries.certificate_warnings()[0]).startswith(f"The certificate of {PASS_TYPE} expires in 1 day;")

    kept.expires_at = clock.now()
    kept.save()

    assert "has expired" in str(queries.certificate_warnings()[0])


def test_part_of_other_pages_warns_and_leads_to_the_certificates():
    ending(5)

    drawn = render_to_string("passes/_certificate_warnings.html", {"warnings": queries.certificate_warnings()})

    assert "expires in 5 days" in drawn
    assert 'href="/manage/passes/certificates"' in drawn


def test_keepers_get_one_letter_for_each_threshold():
    keeper, clerk = PersonFactory(email="ruth.amsel@example.org", language="de"), PersonFactory()
    RoleGrantFactory(person=keeper, role=RoleFactory(permissions=[policies.CERTIFICATES]))
    RoleGrantFactory(person=clerk, role=RoleFactory(permissions=[policies.VIEW]))
    kept = ending(60)

    counts = []
    for days in (60, 59, 31, 30, 8, 7, 6, 1, -1):
        Certificate.objects.filter(pk=kept.pk).update(expires_at=clock.now() + timedelta(days=days, minutes=1))
        counts.append((actions.warn_of_expiry(), actions.warn_of_expiry()))

    assert counts == [(1, 0), (0, 0), (0, 0), (1, 0), (0, 0), (1, 0), (0, 0), (0, 0), (0, 0)]
    letters = Letter.objects.order_by("pk")
    assert {letter.address for letter in letters} == {"ruth.amsel@example.org"}
    assert [re.findall(r"\d+", letter.subject) for letter in letters] == [["60"], ["30"], ["7"]]
    assert Entry.objects.filter(verb="certificate.warned").count() == 3


def test_nobody_is_told_of_certificates_for_testing_or_retired_ones():
    an_owner()
    a_certificate(expires_at=clock.now() + timedelta(days=3))
    a_certificate("pass.org.example.gift", is_test=False, expires_at=clock.now(), retired_at=clock.now())

    assert actions.warn_of_expiry() == 0


def test_somebody_who_left_is_not_told():
    gone = an_owner()
    gone.left_at = clock.now()
    gone.save()
    ending(3)

    assert actions.warn_of_expiry() == 0


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_write_one_letter(together):
    an_owner()
    ending(3)

    together(actions.warn_of_expiry, actions.warn_of_expiry)

    assert Letter.objects.count() == 1


# pages


@pytest.fixture
def keeper(client):
    client.force_login(an_owner())
    return client


def upload(client, file: bytes, **typed):
    given = {"file": SimpleUploadedFile("card.p12", file), "password": PASSWORD, **typed}
    return client.post("/manage/passes/certificates", given, follow=True)


def test_page_takes_a_certificate_and_lists_it(keeper):
    page = upload(keeper, a_file()).content.decode()

    assert PASS_TYPE in page
    assert "TESTTEAM01" in page
    assert "These cards are for testing" in page
    assert queries.certificate_for(PASS_TYPE) is not None


def test_page_makes_one_for_testing_for_each_type_without_any(keeper, wallet, settings):
    a_design()
    assert "Make one for testing" in keeper.get("/manage/passes/certificates").text

    made = keeper.post("/manage/passes/certificates/testing", follow=True).text

    assert "These cards are for testing" in made
    assert "Make one for testing" not in made
    settings.IS_PRODUCTION = True
    Certificate.objects.all().delete()
    assert "Make one for testing" not in keeper.get("/manage/passes/certificates").text
    keeper.post("/manage/passes/certificates/testing")
    assert not Certificate.objects.exists()


@pytest.mark.parametrize("file", [b"", b"\0" * 10, b"0\x82\x10\x00", b"-----BEGIN", b"x" * 200_000])
def test_page_refuses_other_files_beside_the_field(keeper, file):
    answer = upload(keeper, file)

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]
    assert not Certificate.objects.exists()


def test_page_needs_a_file(keeper):
    answer = keeper.post("/manage/passes/certificates", {})

    assert answer.status_code == 422
    assert answer.context["form"].errors["file"]


def test_retiring_is_asked_first_and_done_once(keeper):
    kept = a_certificate()
    address = f"/manage/passes/certificates/{kept.pk}/retire"

    assert "Retire 1 certificate" in keeper.get(address).content.decode()
    assert queries.certificate_for(PASS_TYPE)
    assert keeper.post(address).status_code == 302
    assert queries.certificate_for(PASS_TYPE) is None
    assert keeper.post(address).status_code == 404


def test_n1_page_is_for_keepers_alone(client):
    kept = a_certificate()
    addresses = ["/manage/passes/certificates", f"/manage/passes/certificates/{kept.pk}/retire"]

    strangers = [client.get(address).status_code for address in addresses]
    client.force_login(PersonFactory())
    members = [answer(address).status_code for address in addresses for answer in (client.get, client.post)]

    assert (strangers, members) == ([302, 302], [403] * 4)


def test_page_asks_as_much_for_three_certificates_as_for_one(keeper, django_assert_num_queries):
    a_certificate()
    keeper.get("/manage/passes/certificates")
    with CaptureQueriesContext(connection) as for_one:
        keeper.get("/manage/passes/certificates")

    for n in (1, 2):
        a_certificate(again=n)

    with django_assert_num_queries(len(for_one)):
        keeper.get("/manage/passes/certificates")


def test_n7_no_secret_on_pages_in_the_journal_or_in_logs(keeper, caplog):
    caplog.set_level(logging.DEBUG)
    shown = [upload(keeper, a_file()).content, upload(keeper, a_file(), password="hunter2hunter2").content]
    kept = Certificate.objects.get()
    card = a_pass()
    packed = packing.pkpass_of(card)
    shown += [keeper.get(f"/manage/passes/certificates/{kept.pk}/retire").content]
    shown += [json.dumps(list(Entry.objects.values()), default=str).encode(), caplog.text.encode(), repr(card).encode()]

    token = sealing.unseal(bytes(card.sealed_token), purpose=Pass.PURPOSE)
    key = a_chain().credential.key_in_clear()
    secrets = [token, b"PRIVATE", b"hunter2", PASSWORD.encode(), key, key[100:140].hex().encode(), b"sealed"]

    assert token in packed
    assert [secret for secret in secrets for text in shown if secret in text] == []


def test_n7_no_secret_in_the_export(tmp_path, wallet):
    membership = MembershipFactory()
    card = a_pass(membership=membership)
    a_certificate()
    token = sealing.unseal(bytes(card.sealed_token), purpose=Pass.PURPOSE).decode()

    for name in ("people.json", "people.csv"):
        call_command("export_people", out=tmp_path / name, json=True, stdout=StringIO())

    exported = (tmp_path / "people.json").read_text() + (tmp_path / "people.csv").read_text()
    assert membership.number in exported
    assert not any(secret in exported for secret in (token, card.serial, "PRIVATE", "sealed"))


# commands


def run(name: str, *given: str, **options) -> dict[str, object]:
    out = StringIO()
    call_command(name, *given, json=True, stdout=out, **options)
    return json.loads(out.getvalue())


def test_command_makes_test_certificates_for_every_design(wallet):
    a_design("Gift card", pass_type_id="pass.org.example.gift")
    a_design()

    first, second = run("passes_make_test_certificates"), run("passes_make_test_certificates")

    types = ["pass.org.example.garden", "pass.org.example.gift"]
    assert first == {"made": 2, "kept": 0, "pass_types": types, "folder": str(wallet)}
    assert (second["made"], second["kept"]) == (0, 2)


def test_command_takes_a_certificate(tmp_path, monkeypatch):
    file = tmp_path / "card.p12"
    file.write_bytes(a_file(with_intermediate=False))
    (tmp_path / "wwdr.cer").write_bytes(a_chain().credential.intermediate.public_bytes(Encoding.DER))
    monkeypatch.setattr("sys.stdin", StringIO(f"{PASSWORD}\n"))

    answer = run("passes_certificate", str(file), intermediate=tmp_path / "wwdr.cer", password_stdin=True)

    assert answer["pass_type"] == PASS_TYPE
    assert answer["is_test"] is True
    assert queries.certificate_for(PASS_TYPE) is not None


def test_command_refuses_a_certificate_in_one_line(tmp_path):
    file = tmp_path / "card.p12"
    file.write_bytes(b"nothing of the kind")

    with pytest.raises(SystemExit, match="1"):
        run("passes_certificate", str(file))


def test_command_builds_the_card_of_a_member_and_issues_it_once(tmp_path):
    a_certificate()
    design, membership = a_design(), MembershipFactory(number="8-00000001")
    out = tmp_path / "card.pkpass"

    first = run("passes_build", member="8-00000001", out=out)
    second = run("passes_build", member="8-00000001", out=out, design=design.name)

    card = Pass.objects.get(membership=membership)
    assert first["serial"] == second["serial"] == card.serial
    assert (second["version"], second["bytes"], second["path"]) == (1, out.stat().st_size, str(out))
    assert out.read_bytes()[:2] == b"PK"
    assert [file.name for file in tmp_path.iterdir()] == ["card.pkpass"]


@pytest.mark.parametrize(
    ("designs", "options", "said"),
    [
        (1, {"member": "9"}, "No membership has the number 9."),
        (0, {"member": "1"}, "No published design is for this membership."),
        (2, {"member": "1"}, "Several designs fit"),
        (1, {"member": "1", "design": "None such"}, "There is no design called"),
        (1, {"member": "1"}, "There is no certificate in use for"),
    ],
)
def test_command_says_why_it_builds_nothing(tmp_path, designs, options, said):
    MembershipFactory(number="1")
    for n in range(designs):
        a_design(f"Card {n}")
    out, told = tmp_path / "card.pkpass", StringIO()

    with pytest.raises(SystemExit, match="1"):
        call_command("passes_build", out=out, json=True, stdout=told, stderr=StringIO(), **options)

    assert said in json.loads(told.getvalue())["error"]
    assert not out.exists()


def test_certificate_of_a_design_for_some_levels_fits_only_these():
    friend, patron = MembershipFactory(level="Friend"), MembershipFactory(level="Patron")
    everybody, friends = a_design("Everybody"), a_design("Friends", levels=["Friend"])
    a_design("Elsewhere", source="elsewhere")
    a_design("Draft").__class__.objects.filter(name="Draft").update(published=None)

    assert queries.designs_for(friend) == [everybody, friends]
    assert queries.designs_for(patron) == [everybody]


def test_day_left_is_counted_in_whole_days():
    kept = Certificate(expires_at=datetime.now(UTC) + timedelta(days=2, hours=23))

    assert (kept.days_left, kept.is_over) == (2, False)
