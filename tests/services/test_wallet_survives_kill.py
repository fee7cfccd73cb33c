"""A phone's whole life with a portal whose every process is killed between any two steps; and renewals killed anywhere.

Both run on the database of this pass.
"""

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from django.db import connection

from gatehouse.passes import actions
from gatehouse.passes.models import Device, Pass, Registration, Renewal
from gatehouse.passes.queries import updates_for
from gatehouse.passes.simulation import Difference, Held, Wallet, opened
from gatehouse.passes.tests.factories import PASS_TYPE, a_design, a_pass
from gatehouse.people.models import Membership
from gatehouse.people.tests.factories import MembershipFactory
from gatehouse.people.tests.importing import LEVEL, csv_of, member
from tests.services import ROOT, free_port, portal as service
from tests.services.garden import answer_of

pytestmark = pytest.mark.slow
NUMBER = "8-00000001"
PATIENCE = 120.0  # seconds


def url_of(name: str) -> str:
    given = connection.settings_dict
    return f"postgres://{given['USER']}:{given['PASSWORD']}@{given['HOST']}:{given['PORT']}/{name}"


@contextlib.contextmanager
def database(folder: Path) -> Iterator[dict[str, str]]:
    """An empty one of the kind that this pass is about."""
    if connection.vendor != "postgresql":
        yield {"DATABASE_URL": f"sqlite:///{folder / 'portal.db'}"}
        return
    name = f"killed_{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE DATABASE {name}")
    try:
        yield {"DATABASE_URL": url_of(name)}
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP DATABASE {name} WITH (FORCE)")


@dataclass
class Life:
    """One phone, one portal that dies after every step, and what was seen."""

    folder: Path
    settings: dict[str, str]
    wallet: Wallet
    port: int
    deaths: int = 0

    def step(self, deed: Callable[[service.Portal], object]) -> object:
        with service.running(self.folder / "data", port=self.port, end_by=signal.SIGKILL, **self.settings) as portal:
            done = deed(portal)
        until(lambda: not service.accepts(self.port))  # the kernel ends the children a moment after
        self.deaths += 1
        return done

    def roster(self, **cells: str) -> Callable[[service.Portal], object]:
        path = self.folder / "roster.csv"
        path.write_text(csv_of([member(NUMBER, **cells), member("8-00000002", given="Nora", family="Lind")]))
        return lambda portal: portal.command("import-roster", str(path), "--mapping", "altru", "--apply")


def until(is_so: Callable[[], object]) -> object:
    deadline = time.monotonic() + PATIENCE
    while not (found := is_so()):
        assert time.monotonic() < deadline, "it did not come to pass"
        time.sleep(0.1)
    return found


@pytest.mark.django_db(transaction=True)
def test_the_circle_goes_on_whenever_the_portal_is_killed(tmp_path):
    port = free_port()
    file = tmp_path / "member.pkpass"
    with database(tmp_path) as settings, httpx.Client(trust_env=False) as client:
        wallet = Wallet(f"http://127.0.0.1:{port}/wallet", client)
        life = Life(tmp_path, settings, wallet, port)

        def opening(portal: service.Portal) -> None:
            life.roster()(portal)
            answer_of(portal.environment, "open")
            until(lambda: answer_of(portal.environment, "pkpass", NUMBER, str(file))["bytes"])

        life.step(opening)
        held = opened(file.read_bytes())
        assert life.step(lambda _: wallet.register(held)) is True
        assert life.step(lambda _: wallet.updated(PASS_TYPE)) == [held.serial]

        assert life.step(life.roster(**{LEVEL: "Patron"}))["changed"] == 1
        assert life.step(lambda _: until(lambda: wallet.updated(PASS_TYPE))) == [held.serial]
        (changes, packed), refused = life.step(lambda _: (wallet.refresh(held), chunks(wallet)))
        assert changes == [Difference(held.serial, "level", "Friend", "Patron")]
        assert opened(packed).token == held.token
        assert refused == [200, 413, 413]

        life.step(lambda _: wallet.unregister(held))
        life.step(lambda _: assert_forgotten(wallet, held))
        assert life.deaths == 8


def assert_forgotten(wallet: Wallet, held: Held) -> None:
    """The phone is told of nothing any more, and the pass may still be fetched."""
    wallet.tags.clear()
    assert wallet.updated(PASS_TYPE) == []
    assert wallet.fetch(held) is not None


def chunks(wallet: Wallet) -> list[int]:
    """The real server: a body in chunks is read as far as it may go, and a large one of known length not at all."""

    def pieces(count: int) -> Iterator[bytes]:
        yield b'{"logs": ["'
        yield from (b"x" * 1000 for _ in range(count))
        yield b'"]}'

    url = f"{wallet.base_url}/v1/log"
    sent = [{"content": pieces(2)}, {"content": pieces(5000)}, {"content": b"x" * 5_000_000}]
    return [wallet.client.post(url, **one).status_code for one in sent]


def renewer(folder: Path) -> subprocess.Popen[bytes]:
    given = connection.settings_dict
    is_sqlite = connection.vendor == "sqlite"
    url = f"sqlite:///{given['NAME']}" if is_sqlite else url_of(str(given["NAME"]))
    environment = {**os.environ, "DATABASE_URL": url, "GATEHOUSE_DATA": str(folder)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "tests.services.garden", "renew"]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL)


@pytest.mark.django_db(transaction=True)
def test_renewals_that_are_killed_leave_each_pass_old_or_new_and_the_phone_misses_none(tmp_path):
    design = a_design()
    cards = [a_pass(design, membership) for membership in MembershipFactory.create_batch(400)]
    phone = Device.objects.create(library_id="phone", pass_type_id=PASS_TYPE, push_token="t")
    Registration.objects.bulk_create(Registration(device=phone, card=card) for card in cards)
    start = max(card.tag for card in cards)
    Membership.objects.update(level="Patron")
    actions.mark_stale(Pass.objects.all())
    chance, seen, tag, kills = random.Random(7), Counter(), str(start), 0  # noqa: S311  reproducible, not secret

    deadline = time.monotonic() + PATIENCE
    while Pass.objects.filter(stale_since__isnull=False).exists():
        assert time.monotonic() < deadline
        process, before = renewer(tmp_path), Pass.objects.filter(version=2).count()
        while process.poll() is None and Pass.objects.filter(version=2).count() < before + 40:
            time.sleep(0.01)
        time.sleep(chance.uniform(0, 0.02))
        kills += process.poll() is None
        process.kill()
        process.wait()
        found = updates_for(library_id="phone", pass_type_id=PASS_TYPE, since=tag)
        seen.update(found.serials)
        tag = found.tag

    assert kills >= 5
    assert seen == Counter(card.serial for card in cards)
    assert set(Pass.objects.values_list("version", flat=True)) == {2}
    assert Renewal.objects.count() == len(cards)
    assert Device.objects.get().push_since
