"""The help desk at its full size: the made-up load of six terms, and what reports of it cost.

CPU seconds of a process of its own for each measurement, with its peak memory; seconds until the first piece of a file.
`python -m benchmarks.helpdesk --tickets 100000`; with DATABASE_URL set on that database, else on SQLite.
"""

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path
from typing import Any

from benchmarks import report

SEED = 1
AIMS = {"first_byte_s": 0.3, "csv_s": 2, "xlsx_s": 10}
FILES = ("tickets csv", "tickets xlsx", "summary csv", "summary xlsx")
Figures = dict[str, Any]


def everything() -> Any:
    from gatehouse.helpdesk.queries.reporting import Wanted  # noqa: PLC0415  after django.setup
    from gatehouse.helpdesk.reports import Period  # noqa: PLC0415

    return Wanted(Period(date(2020, 1, 1), date(2040, 1, 1)))


def a_file(name: str) -> Figures:
    """One file, piece by piece, into nothing."""
    from gatehouse.helpdesk.queries import report_files  # noqa: PLC0415

    what, form = name.split()
    began = time.perf_counter()
    pieces: Iterator[bytes] = getattr(report_files, what)(everything(), form)
    size = len(next(pieces))
    first = time.perf_counter() - began
    size += sum(map(len, pieces))
    return {"first_byte_s": round(first, 3), "megabytes": round(size / 1e6, 1)}


def a_page(name: str) -> Figures:
    """The report's page of the present term, as whoever may read it gets it, but without HTTP."""
    from django.test import Client  # noqa: PLC0415

    from gatehouse.people.models import Person, Role, RoleGrant  # noqa: PLC0415

    ruth, is_new = Person.objects.get_or_create(email="ruth@example.org", defaults={"family_name": "Amsel"})
    if is_new:
        RoleGrant.objects.create(person=ruth, role=Role.objects.get(slug="owner"))
    client = Client()
    client.force_login(ruth)
    address = "/manage/help/reports" + {"page": "", "page of a course": "?course=1"}[name]
    client.get(address)
    began = time.process_time()
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return {"cpu_ms": round((time.process_time() - began) * 1000), "kilobytes": round(len(answer.content) / 1000)}


def step(name: str) -> None:
    import django  # noqa: PLC0415

    django.setup()
    began, used = time.perf_counter(), time.process_time()
    measure: Callable[[str], Figures] = a_page if name.startswith("page") else a_file
    figures = measure(name)
    figures |= {"seconds": round(time.perf_counter() - began, 2), "cpu_s": round(time.process_time() - used, 2)}
    print(json.dumps(figures | {"peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}))


def measured(name: str, data: Path) -> Figures:
    command = [sys.executable, "-m", "benchmarks.helpdesk", "--step", name]
    environment = {**os.environ, "GATEHOUSE_DATA": str(data), "GATEHOUSE_LOG": "file"}
    out = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(json.loads(out.splitlines()[-1]))


def loaded(tickets: int, data: Path) -> Figures:
    """An empty portal with so many tickets."""
    gatehouse = [sys.executable, "-m", "gatehouse.config.cli"]
    environment = {**os.environ, "GATEHOUSE_DATA": str(data)}
    flush = [sys.executable, "manage.py", "flush", "--no-input"]
    subprocess.run(flush, env=environment, check=False, capture_output=True)
    subprocess.run([*gatehouse, "migrate"], env=environment, check=True, capture_output=True)
    began = time.perf_counter()
    command = [*gatehouse, "helpdesk", "load-demo", "--tickets", str(tickets), "--seed", str(SEED), "--json"]
    out = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    return {**json.loads(out), "seconds": round(time.perf_counter() - began, 1)}


def bench(tickets: int) -> Figures:
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        figures: Figures = {"load": loaded(tickets, data)}
        for name in (*FILES, "page", "page of a course"):
            figures[name] = measured(name, data)
    return figures


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--step")
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gatehouse.config.settings")
    if options.step:
        step(options.step)
        return
    report.write("helpdesk", {"aims": AIMS, "reports": [bench(tickets) for tickets in options.tickets]})


if __name__ == "__main__":
    main()
