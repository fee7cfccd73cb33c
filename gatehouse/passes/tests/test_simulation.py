"""The simulated phone, against a live server: the whole circle, and what it refuses."""

import io
import json
import zipfile

import httpx
import pytest
from django.core.management import call_command

from gatehouse.core.commands import PortalCommand
from gatehouse.passes import actions, packing
from gatehouse.passes.management.commands import passes_simulate_device as command
from gatehouse.passes.models import Device, Pass, Registration
from gatehouse.passes.simulation import Difference, Held, Unfit, Wallet, differences, opened, pushes_to
from gatehouse.passes.tests.factories import PASS_TYPE, a_design, a_pass
from gatehouse.people.models import Membership
from gatehouse.people.tests.factories import MembershipFactory


@pytest.fixture
def certificate(transactional_db, settings, tmp_path):
    settings.DATA_DIR = tmp_path
    return actions.make_test_certificates(pass_type_id=PASS_TYPE)


@pytest.fixture
def wallet(live_server, certificate):
    with httpx.Client(trust_env=False) as client:
        yield Wallet(f"{live_server.url}/wallet", client)


def level(card, to):
    Membership.objects.filter(pk=card.membership_id).update(level=to)
    actions.mark_stale(Pass.objects.filter(pk=card.pk))
    actions.renew_stale()


def test_the_whole_circle(wallet):
    design = a_design()
    card, other = (a_pass(design, MembershipFactory(level="Friend")) for _ in range(2))
    held = opened(packing.pkpass_of(card))

    assert wallet.register(held) is True
    assert wallet.register(held) is False
    assert wallet.updated(PASS_TYPE) == [card.serial]
    assert wallet.refresh(held)[0] == []
    assert wallet.updated(PASS_TYPE) == []

    level(card, "Patron")
    level(other, "Patron")
    device = Device.objects.get()
    assert device.push_since is not None
    assert device.push_token == wallet.push_token
    assert wallet.updated(PASS_TYPE) == [card.serial]
    held = wallet.held[card.serial]
    changes, packed = wallet.refresh(held)
    assert changes == [Difference(card.serial, "level", "Friend", "Patron")]
    assert opened(packed).token == held.token
    assert wallet.fetch(wallet.held[card.serial]) is None
    assert wallet.updated(PASS_TYPE) == []

    wallet.log("all is well")
    wallet.unregister(held)
    assert not Registration.objects.exists()
    assert wallet.updated(PASS_TYPE) == []


def test_a_wallet_with_a_wrong_token_is_refused(wallet):
    held = opened(packing.pkpass_of(a_pass()))
    thief = Held({**held.said, "authenticationToken": "0" * 64})

    for deed in (wallet.register, wallet.fetch, wallet.unregister):
        with pytest.raises(Unfit, match="401"):
            deed(thief)


def test_five_megabytes_are_refused_with_a_length_and_in_chunks(wallet):
    """The server of this test marks no end of chunks, so what comes in them counts as nothing said: 400."""
    url = f"{wallet.base_url}/v1/log"

    assert wallet.client.post(url, content=b"x" * 5_000_000).status_code == 413


def rewritten(packed, **files):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, files.pop(name, None) or old.read(name))
        for name, content in files.items():
            new.writestr(name, content)
    return out.getvalue()


def test_a_pass_that_was_tampered_with_is_unfit(certificate):
    packed = packing.pkpass_of(a_pass())

    assert opened(rewritten(packed)).pass_type == PASS_TYPE
    for files in ({"pass.json": b"{}"}, {"extra.png": b"x"}, {"manifest.json": b"{}"}, {"manifest.json": b"x"}):
        with pytest.raises(Unfit):
            opened(rewritten(packed, **files))
    with pytest.raises(Unfit):
        opened(b"no archive at all")


def test_differences_are_of_all_that_can_be_seen():
    before = Held(
        {"serialNumber": "S", "generic": {"primaryFields": [{"key": "a", "value": 1}, {"key": "b", "value": 2}]}}
    )
    after = Held(
        {
            "serialNumber": "S",
            "voided": True,
            "generic": {"headerFields": [{"key": "a", "value": 1}, {"key": "c", "value": 3}]},
        }
    )

    assert [(one.field, one.was, one.becomes) for one in differences(before, after)] == [
        ("b", "2", ""),
        ("c", "", "3"),
        ("voided", "", "True"),
    ]


def test_pushes_are_counted_by_token_and_half_a_line_is_none(tmp_path):
    file = tmp_path / "pushes.jsonl"
    assert pushes_to("a", file) == 0

    file.write_text('{"token": "a"}\n{"token": "b"}\n[]\n{"token": "a", "at": "x"}\n{"tok')

    assert pushes_to("a", file) == 2


# --- the command -----------------------------------------------------------------------------------


def run(*arguments, capsys):
    capsys.readouterr()
    status = 0
    try:
        call_command(command.Command(), *arguments, "--json")
    except SystemExit as end:
        status = end.code
    return json.loads(capsys.readouterr().out), status


@pytest.fixture
def card(certificate):
    return a_pass(membership=MembershipFactory(number="8-00000001", level="Friend"))


def test_command_plays_the_phone_of_a_member_and_says_what_changed(live_server, card, tmp_path, capsys, monkeypatch):
    """What a roster would do happens while it waits; the push is the line that the stand-in for Apple writes."""
    base = ("--member", "8-00000001", "--base-url", f"{live_server.url}/wallet")
    out = tmp_path / "fetched.pkpass"

    def change_and_push(seconds):
        if Pass.objects.get().version == 1:
            level(card, "Patron")
            (tmp_path / "push").mkdir()
            line = json.dumps({"token": Device.objects.get().push_token, "topic": PASS_TYPE, "at": "now"})
            (tmp_path / "push" / "pushes.jsonl").write_text(line + "\n")

    monkeypatch.setattr(command.time, "sleep", change_and_push)
    answer, status = run(*base, "--wait", "20", "--out", str(out), "--unregister", capsys=capsys)

    assert status == 0
    assert answer == {
        "serial": card.serial,
        "registered": 1,
        "pushes": 1,
        "updated": 1,
        "changed": [{"serial": card.serial, "field": "level", "was": "Friend", "becomes": "Patron"}],
        "unregistered": 1,
    }
    assert opened(out.read_bytes()).values["level"] == "Patron"
    assert not Device.objects.exists()


def test_command_with_a_file_of_before_the_change_says_at_once_what_changed(live_server, card, tmp_path, capsys):
    file = tmp_path / "old.pkpass"
    file.write_bytes(packing.pkpass_of(card))
    level(card, "Patron")

    answer, status = run("--pass", str(file), "--base-url", f"{live_server.url}/wallet", "--wait", "30", capsys=capsys)

    assert (status, answer["updated"], answer["changed"][0]["becomes"]) == (0, 1, "Patron")
    assert Device.objects.count() == 1


def test_command_that_waits_in_vain_says_that_nothing_changed(live_server, card, capsys):
    answer, status = run(
        "--member", "8-00000001", "--base-url", f"{live_server.url}/wallet", "--wait", "0.3", capsys=capsys
    )

    assert (status, answer["updated"], answer["changed"]) == (0, 0, [])


def test_command_refuses_in_one_line_what_it_cannot_do(card, tmp_path, capsys):
    nothing = tmp_path / "nothing.pkpass"
    nothing.write_bytes(b"nothing")
    file = tmp_path / "pass.pkpass"
    file.write_bytes(packing.pkpass_of(card))
    dead = ("--base-url", "http://127.0.0.1:9/wallet")

    for arguments, words in (
        (("--member", "8-99999999"), "No membership"),
        (("--pass", str(nothing)), "no pass"),
        (("--pass", str(tmp_path / "absent")), "No such file"),
        (("--pass", str(file), *dead), "does not answer"),
        (("--pass", str(file), "--base-url", "ftp://x"), "--base-url"),
        (("--pass", str(file), "--ca", str(nothing), *dead), ""),
    ):
        answer, status = run(*arguments, capsys=capsys)
        assert words in answer["error"]
        assert status in {1, 2}
    assert issubclass(command.Command, PortalCommand)
