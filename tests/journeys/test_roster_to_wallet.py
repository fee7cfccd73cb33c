"""The third promise, whole: a changed roster comes in, and exactly the members it changed have another card on the phone."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup

from gatehouse.passes.simulation import Wallet, opened, pushes_to
from gatehouse.passes.tests.factories import PASS_TYPE
from gatehouse.people.tests.importing import ALTRU, EXPIRES, FAMILY, LEVEL, STATUS, ZIP, csv_of, member
from tests.services import ROOT, portal as service
from tests.services.garden import answer_of
from tests.services.portal import Portal

pytestmark = pytest.mark.slow
MEMBERS = 40
CHANGED = {
    "8-00000003": {LEVEL: "Patron"},
    "8-00000007": {EXPIRES: "12/31/2098"},
    "8-00000011": {FAMILY: "Amsel", LEVEL: "Benefactor"},
    "8-00000019": {STATUS: "Cancelled"},
    "8-00000023": {ZIP: "00501"},  # no card says it
}
SAID = {
    "8-00000003": {"level": ("Friend", "Patron")},
    "8-00000007": {"until": ("2099-03-31", "2098-12-31"), "expirationDate": ("2099-03-31", "2098-12-31")},
    "8-00000011": {"member": ("Maya Okafor 11", "Maya Amsel"), "level": ("Friend", "Benefactor")},
    "8-00000019": {"voided": ("", "True")},
}
PLAYED = {
    "registered": 1,
    "pushes": 1,
    "updated": 1,
    "changed": [{"field": "level", "was": "Friend", "becomes": "Patron"}],
    "unregistered": 1,
}
HELD = [*CHANGED, "8-00000001", "8-00000002"]


@pytest.fixture(scope="module")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    with service.running(tmp_path_factory.mktemp("garden") / "data") as running:
        yield running


def roster(folder: Path, name: str, **changes: dict[str, str]) -> Path:
    numbers = [f"8-{n:08}" for n in range(MEMBERS)]
    rows = [member(number, family=f"Okafor {int(number[2:])}") | changes.get(number, {}) for number in numbers]
    path = folder / name
    path.write_text(csv_of(rows, ALTRU))
    return path


def until(is_so: Callable[[], object], *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.2)


def phone_with(portal: Portal, client: httpx.Client, number: str, folder: Path) -> Wallet:
    file = folder / f"{number}.pkpass"
    answer_of(portal.environment, "pkpass", number, str(file))
    held = opened(file.read_bytes())
    wallet = Wallet(held.said["webServiceURL"], client)
    assert wallet.register(held)
    assert wallet.updated(PASS_TYPE) == [held.serial]
    assert wallet.refresh(held)[0] == [], "what the service gives says what the file said"
    return wallet


def playing(portal: Portal, number: str) -> "subprocess.Popen[str]":
    """`gatehouse passes simulate-device`, as somebody starts it before the roster comes in."""
    command = [sys.executable, "-m", "gatehouse.config.cli", "passes", "simulate-device", "--member", number]
    options = ["--wait", "120", "--unregister", "--json"]
    return subprocess.Popen([*command, *options], cwd=ROOT, env=portal.environment, stdout=subprocess.PIPE, text=True)


def told_by(played: "subprocess.Popen[str]") -> dict[str, object]:
    answer = json.loads(played.communicate(timeout=120)[0])
    for change in answer["changed"]:
        del change["serial"]
    return dict(answer)


def pushes(portal: Portal, phones: dict[str, Wallet]) -> dict[str, int]:
    """How often each phone was pushed, as the stand-in for Apple wrote it down."""
    file = portal.data / "push" / "pushes.jsonl"
    return {number: pushes_to(phone.push_token, file) for number, phone in phones.items()}


def serial_of(phone: Wallet) -> str:
    (serial,) = phone.held
    return serial


def news_of(wallet: Wallet) -> dict[str, tuple[str, str]]:
    """Of a phone that asks what is new, and fetches it: days of whatever is a moment."""
    changes = [change for serial in wallet.updated(PASS_TYPE) for change in wallet.refresh(wallet.held[serial])[0]]
    days = {"until", "expirationDate"}
    return {
        change.field: tuple(said[:10] if change.field in days else said for said in (change.was, change.becomes))
        for change in changes
    }


def guard_of(portal: Portal) -> httpx.Client:
    """Somebody at the entrance, signed in."""
    portal.command("create-admin", "--email", "guard@example.org")
    url = portal.command("sign-in-link", "--email", "guard@example.org")["url"]
    guard = httpx.Client(base_url=portal.url, follow_redirects=True, trust_env=False)
    assert sent(guard, url).status_code == 200
    return guard


def sent(client: httpx.Client, url: str, **fields: str) -> httpx.Response:
    """The form of this page, as a browser sends it."""
    token = BeautifulSoup(client.get(url).text, "html.parser").select_one("main [name=csrfmiddlewaretoken]")
    assert token
    return client.post(url, data={"csrfmiddlewaretoken": str(token["value"]), **fields})


def scanned(guard: httpx.Client, code: str) -> str:
    """The one word that the scan page says of it."""
    answer = BeautifulSoup(sent(guard, "/manage/passes/scan", code=code).text, "html.parser").select_one(".answer")
    assert answer
    return str(answer["data-verdict"])


def test_a_changed_roster_changes_exactly_the_cards_of_those_it_changed(portal: Portal, tmp_path: Path) -> None:
    first = portal.command("import-roster", str(roster(tmp_path, "first.csv")), "--mapping", "altru", "--apply")
    assert (first["joined"], first["errors"]) == (MEMBERS, [])
    answer_of(portal.environment, "open")
    until(lambda: len(answer_of(portal.environment, "standing")) == MEMBERS)

    with httpx.Client(trust_env=False) as client:
        phones = {number: phone_with(portal, client, number, tmp_path) for number in HELD}

        played = playing(portal, "8-00000003")
        until(lambda: answer_of(portal.environment, "standing")["8-00000003"]["phones"] == 2)

        second = roster(tmp_path, "second.csv", **CHANGED)
        done = portal.command("import-roster", str(second), "--mapping", "altru", "--apply")
        assert (done["joined"], done["changed"], done["unchanged"]) == (0, len(CHANGED), MEMBERS - len(CHANGED))
        until(lambda: not any(card["waits"] for card in answer_of(portal.environment, "standing").values()))

        standing = answer_of(portal.environment, "standing")
        assert {number for number, card in standing.items() if card["version"] == 2} == set(SAID)
        assert {card["version"] for number, card in standing.items() if number not in SAID} == {1}
        assert {number for number, card in standing.items() if card["told"]} == set(SAID)
        assert standing["8-00000011"]["changed"] == [["level", "member"]]
        assert {number: news_of(phone) for number, phone in phones.items()} == {number: {} for number in HELD} | SAID
        assert {number: news_of(phone) for number, phone in phones.items()} == {number: {} for number in HELD}

        until(lambda: pushes(portal, phones) == {number: int(number in SAID) for number in HELD})
        assert told_by(played) == {"serial": serial_of(phones["8-00000003"]), **PLAYED}

        again = portal.command("import-roster", str(second), "--mapping", "altru", "--apply")
        assert again["unchanged"] == MEMBERS
        until(lambda: not any(card["waits"] for card in answer_of(portal.environment, "standing").values()))
        assert {
            number for number, card in answer_of(portal.environment, "standing").items() if card["version"] > 1
        } == set(SAID)
        assert {number: news_of(phone) for number, phone in phones.items()} == {number: {} for number in HELD}
        assert pushes(portal, phones) == {number: int(number in SAID) for number in HELD}

    with closing(guard_of(portal)) as guard:
        code = str(phones["8-00000003"].held[serial_of(phones["8-00000003"])].said["barcodes"][0]["message"])
        assert scanned(guard, code) == "valid"
        assert scanned(guard, "8-00000019") in {"voided", "expired"}
