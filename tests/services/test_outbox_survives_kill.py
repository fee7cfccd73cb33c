"""The proof of the outbox: workers die by SIGKILL at random moments, and no letter is lost or doubled beyond the kills.

It runs on the database of this pass. The control, which commits once a batch, must fail: so the proof can see the fault.
"""

import contextlib
import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from django.db import connection

from gatehouse.mail.models import Attempt, Letter, Suppression
from gatehouse.mail.tests.factories import LetterFactory
from tests.services import ROOT
from tests.services.mailer import Orders
from tests.services.smtp import Answer, Sink, sink

LETTERS, KILLS, WORKERS = 1500, 12, 2
PATIENCE = 25.0  # seconds

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@dataclass
class Mailers:
    """Processes that mail; one that is killed is replaced at once."""

    orders: Orders
    living: list[subprocess.Popen[bytes]]
    kills: int = 0

    def start(self) -> None:
        command = [sys.executable, "-m", "tests.services.mailer", json.dumps(asdict(self.orders))]
        self.living.append(subprocess.Popen(command, cwd=ROOT))

    def kill(self, which: int) -> None:
        victim = self.living.pop(which)
        victim.kill()
        victim.wait()
        self.kills += 1
        self.start()

    def end(self) -> None:
        for process in self.living:
            process.kill()
            process.wait()


@contextlib.contextmanager
def mailing(url: str, locks: Path, *, workers: int = WORKERS, **orders: object) -> Iterator[Mailers]:
    given = connection.settings_dict
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    where: dict[str, object] = {"postgres": {name: given[key] for name, key in names.items()}}
    if connection.vendor == "sqlite":
        where = {"sqlite": str(given["NAME"])}
    mailers = Mailers(Orders(url=url, locks=str(locks), **where, **orders), [])  # type: ignore[arg-type]
    try:
        for _ in range(workers):
            mailers.start()
        yield mailers
    finally:
        mailers.end()


def post(number: int, **fields: object) -> list[Letter]:
    return Letter.objects.bulk_create(LetterFactory.build_batch(number, **fields))


def until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, Counter(Letter.objects.values_list("state", flat=True))
        time.sleep(0.01)


def is_settled() -> bool:
    return not Letter.objects.filter(state__in=Letter.WAITING).exists()


def kill_at_random(mailers: Mailers, server: Sink, chance: random.Random) -> None:
    """A kill each hundred letters or so, a few milliseconds later, so that it meets any step of the protocol."""
    with server.record.open("rb") as record:
        taken = 0
        for due in sorted(chance.sample(range(50, LETTERS - 50), KILLS)):
            deadline = time.monotonic() + PATIENCE / 2
            while taken < due and time.monotonic() < deadline:
                taken += record.read().count(b"\n")
                time.sleep(0.001)
            time.sleep(chance.uniform(0, 0.005))
            mailers.kill(chance.randrange(WORKERS))


@dataclass(frozen=True)
class Count:
    """`doubled` counts copies beyond the first; `unnoticed` those letters that came twice and whose row does not say so."""

    lost: int
    doubled: int
    kills: int
    unnoticed: int


def flow_and_kill(form: str, locks: Path, *, seed: int) -> Count:
    letters = post(LETTERS)
    with sink() as server, mailing(server.url, locks, form=form) as mailers:
        kill_at_random(mailers, server, random.Random(seed))  # noqa: S311  reproducible, not secret
        until(is_settled)
        copies = Counter(server.message_ids)
    kinds = {letter.message_id for letter in letters}
    assert copies.keys() <= kinds
    doubtful = set(Letter.objects.filter(maybe_duplicate=True).values_list("message_id", flat=True))
    twice = {message_id for message_id, number in copies.items() if number > 1}
    count = Count(
        lost=len(kinds - copies.keys()),
        doubled=copies.total() - len(copies),
        kills=mailers.kills,
        unnoticed=len(twice - doubtful),
    )
    print(f"{connection.vendor}, {form}, seed {seed}: {count}")
    return count


@pytest.mark.parametrize("seed", [1, 2])
def test_no_letter_is_lost_and_kills_double_at_most_one_each(tmp_path, seed):
    count = flow_and_kill("outbox", tmp_path / "locks", seed=seed)

    assert count.lost == 0
    assert count.doubled <= count.kills == KILLS
    assert count.unnoticed == 0
    assert set(Letter.objects.values_list("state", flat=True)) == {"sent"}


def test_the_control_that_commits_once_a_batch_fails_this_proof(tmp_path):
    count = flow_and_kill("batchwise", tmp_path / "locks", seed=1)

    assert count.lost == 0
    assert count.doubled > count.kills == KILLS


def test_broken_connections_and_refusals_double_only_what_was_taken_unheard(tmp_path):
    post(300)
    ghosts = post(5, address="ghost@example.org")
    answers = [
        Answer("ACCEPT", "drop", times=3),
        Answer("ACCEPT", "record and drop", times=4),
        Answer("RCPT", "451 4.3.0 Come back later", times=6, to="reader"),
        Answer("RCPT", "550 5.1.1 Nobody here", to="ghost@"),
    ]

    with sink(*answers) as server, mailing(server.url, tmp_path / "locks", clock_began=time.time(), clock_speed=600.0):
        until(is_settled)
        copies = Counter(server.message_ids)

    states = Counter(Letter.objects.values_list("state", flat=True))
    assert states["sent"] == len(copies) == 300
    assert copies.total() == 304
    assert Letter.objects.filter(maybe_duplicate=True).count() == 7
    assert states["failed"] + states["suppressed"] == len(ghosts)
    assert states["failed"] >= 1
    assert Suppression.objects.get().address == "ghost@example.org"
    assert Attempt.objects.filter(code=451, outcome="queued").count() == 6


def fell_asleep(process: subprocess.Popen[bytes]) -> bool:
    """Stop it; but not while it writes to SQLite, where a writer that sleeps keeps everybody waiting."""
    process.send_signal(signal.SIGSTOP)
    if connection.vendor != "sqlite":
        return True
    with contextlib.closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=0)) as other:
        try:
            other.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:
            process.send_signal(signal.SIGCONT)
            return False
    return True


def test_a_worker_that_sleeps_keeps_its_letters_and_the_others_go_on(tmp_path):
    post(LETTERS)

    with sink() as server, mailing(server.url, tmp_path / "locks") as mailers:
        until(lambda: server.record.read_bytes().count(b"\n") > 200)
        asleep = mailers.living[0]
        until(lambda: fell_asleep(asleep))
        until(lambda: not Letter.objects.filter(state="queued").exists())
        until(lambda: Letter.objects.filter(state__in=Letter.WAITING).values("worker").distinct().count() <= 1)
        kept = Letter.objects.filter(state__in=Letter.WAITING).count()
        asleep.send_signal(signal.SIGCONT)
        until(is_settled)
        copies = Counter(server.message_ids)

    assert kept <= 101
    assert len(copies) == copies.total() == LETTERS


@pytest.mark.postgres
def test_a_sleeper_whose_connection_was_cut_is_fenced(tmp_path):
    post(LETTERS)

    with sink() as server, mailing(server.url, tmp_path / "locks") as mailers:
        until(lambda: server.record.read_bytes().count(b"\n") > 200)
        asleep = mailers.living[0]
        asleep.send_signal(signal.SIGSTOP)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND database IS NOT NULL")
            for (pid,) in cursor.fetchall():
                cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
        mailers.start()
        until(is_settled)
        asleep.send_signal(signal.SIGCONT)
        asleep.wait(10)
        copies = Counter(server.message_ids)

    assert len(copies) == LETTERS
    assert copies.total() - LETTERS <= WORKERS
