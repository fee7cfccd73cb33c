"""How fast letters leave: the outbox with 1 and 2 workers, beside the limit measured in the same run.

The limit is bytes that were rendered before, through one smtplib connection into the same local server, which records
every letter. In each round limit and outbox take turns; what counts is the best of each, for others on the machine only
slow things down; on a busy one, with `load_average` above 2, it tells little. `commits` is a second limit: rows that one
worker can commit, by this disk at this moment. Writing letters (template, CSS, MIME, row) is measured on its own, for it
happens before. `python -m benchmarks.mail --letters 3000`; with DATABASE_URL set on that database, else on SQLite.
"""

import argparse
import contextlib
import json
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks import report
from tests.services import ROOT
from tests.services.mailer import SENDER, Orders, ledger
from tests.services.smtp import Sink, sink

WORKERS = (1, 2)


def limit(server: Sink, contents: list[tuple[str, bytes]]) -> float:
    """Letters a second over one connection, nothing written down on our side."""
    with smtplib.SMTP("127.0.0.1", server.port) as client:
        began = time.perf_counter()
        for address, content in contents:
            client.sendmail(SENDER, [address], content)
        return len(contents) / (time.perf_counter() - began)


def commits(server: Sink, locks: Path, times: int = 500) -> float:
    """Commits of one small row a second, as a worker makes them: what the disk allows to one worker."""
    book = ledger(orders(server, locks))
    with contextlib.closing(book):
        book.enroll(datetime.now(UTC))
        began = time.perf_counter()
        for _ in range(times):
            book.leave(datetime.now(UTC))
        return times / (time.perf_counter() - began)


def orders(server: Sink, locks: Path) -> Orders:
    from django.db import connection  # noqa: PLC0415  after django.setup

    given = connection.settings_dict
    if connection.vendor == "sqlite":
        return Orders(url=server.url, locks=str(locks), sqlite=str(given["NAME"]))
    names = {"dbname": "NAME", "user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT"}
    return Orders(url=server.url, locks=str(locks), postgres={name: given[key] for name, key in names.items()})


def outbox(server: Sink, locks: Path, letters: int, workers: int) -> float:
    """Letters a second from the moment they become due, with workers that already wait, to the last one settled."""
    from gatehouse.core import clock  # noqa: PLC0415
    from gatehouse.mail.models import Letter, Worker  # noqa: PLC0415

    known = Worker.objects.count()
    command = [sys.executable, "-m", "tests.services.mailer", json.dumps(asdict(orders(server, locks)))]
    processes = [subprocess.Popen(command, cwd=ROOT) for _ in range(workers)]
    try:
        while Worker.objects.count() < known + workers:
            time.sleep(0.05)
        began = time.perf_counter()
        Letter.objects.update(state="queued", not_before=clock.now(), worker=None, settled_at=None)
        while Letter.objects.filter(state__in=["queued", "claimed", "sending"]).exists():
            time.sleep(0.05)
        seconds = time.perf_counter() - began
    finally:
        for process in processes:
            process.kill()
            process.wait()
    assert Letter.objects.filter(state="sent").count() == letters
    return letters / seconds


def write_letters(letters: int) -> float:
    """Letters a second written into rows that wait, each in a transaction of its own."""
    from gatehouse.mail import actions  # noqa: PLC0415

    began = time.perf_counter()
    for number in range(letters):
        actions.post(to=f"reader{number}@example.org", template="mail/letters/test", context={}, held=True)
    return letters / (time.perf_counter() - began)


def rounds(letters: int, times: int, locks: Path) -> dict[str, Any]:
    from gatehouse.mail.models import Letter  # noqa: PLC0415

    written = write_letters(letters)
    contents = [(address, bytes(content)) for address, content in Letter.objects.values_list("address", "rendered")]
    taken: list[dict[str, int]] = []
    with sink() as server:
        for _ in range(times):
            one = {"limit": limit(server, contents), "commits": commits(server, locks)}
            for workers in WORKERS:
                one[f"outbox_{workers}"] = outbox(server, locks, letters, workers)
            taken.append({name: round(figure) for name, figure in one.items()})
            print(taken[-1], file=sys.stderr)
    best = {name: max(one[name] for one in taken) for name in taken[0]}
    return {
        "letters": letters,
        "load_average": round(os.getloadavg()[0], 1),
        "bytes_each": len(contents[0][1]),
        "written_per_second": round(written),
        "rounds": taken,
        "best": best,
        "of_the_limit": {f"{n}_workers": round(best[f"outbox_{n}"] / best["limit"], 2) for n in WORKERS},
    }


@contextlib.contextmanager
def empty_portal() -> Iterator[Path]:
    """A migrated database without letters, before and after."""
    with tempfile.TemporaryDirectory() as name:
        os.environ |= {"GATEHOUSE_DATA": name, "DJANGO_SETTINGS_MODULE": "gatehouse.config.settings"}
        import django  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        from gatehouse.mail.models import Letter  # noqa: PLC0415

        call_command("migrate", verbosity=0)
        Letter.objects.all().delete()
        yield Path(name)
        Letter.objects.all().delete()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--letters", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with empty_portal() as folder:
        figures = rounds(options.letters, options.rounds, folder / "locks")
    report.write("mail", figures)


if __name__ == "__main__":
    main()
