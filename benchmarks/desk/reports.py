"""Reports of everything: seconds until the first piece of a file, CPU seconds, and the peak memory of a process of its own."""

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from benchmarks.desk import scene
from benchmarks.desk.scene import Figures

AIMS = {"first_byte_s": 0.3, "csv_s": 2, "xlsx_s": 10}
FILES = ("tickets csv", "tickets xlsx", "summary csv", "summary xlsx")
PAGES = {"page": "", "page of a course": "?course=1"}


def run(options: argparse.Namespace) -> Figures:
    if options.step:
        return step(options.step)
    return {"aims": AIMS, **{name: measured(name) for name in (*FILES, *PAGES)}}


def measured(name: str) -> Figures:
    command = [sys.executable, "-m", "benchmarks.helpdesk", "--part", "reports", "--step", name]
    out = subprocess.run(command, env=os.environ, check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(json.loads(out.splitlines()[-1]))


def step(name: str) -> Figures:
    scene.start()
    began, used = time.perf_counter(), time.process_time()
    measure: Callable[[str], Figures] = a_page if name in PAGES else a_file
    figures = measure(name)
    figures |= {"seconds": round(time.perf_counter() - began, 2), "cpu_s": round(time.process_time() - used, 2)}
    return figures | {"peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)}


def a_file(name: str) -> Figures:
    """One file, piece by piece, into nothing."""
    from gatehouse.helpdesk.queries import report_files  # noqa: PLC0415  after django.setup

    what, form = name.split()
    began = time.perf_counter()
    pieces: Iterator[bytes] = getattr(report_files, what)(everything(), form)
    size = len(next(pieces))
    first = time.perf_counter() - began
    size += sum(map(len, pieces))
    return {"first_byte_s": round(first, 3), "megabytes": round(size / 1e6, 1)}


def everything() -> Any:
    from gatehouse.helpdesk.queries.reporting import Wanted  # noqa: PLC0415
    from gatehouse.helpdesk.reports import Period  # noqa: PLC0415

    return Wanted(Period(date(2020, 1, 1), date(2040, 1, 1)))


def a_page(name: str) -> Figures:
    """The report's page of the present term, as whoever may read it gets it, but without HTTP."""
    client, address = scene.browser(scene.owner()), f"/manage/help/reports{PAGES[name]}"
    client.get(address)
    began = time.process_time()
    answer = client.get(address)
    assert answer.status_code == 200, answer.status_code
    return {"cpu_ms": round((time.process_time() - began) * 1000), "kilobytes": round(len(answer.content) / 1000)}
