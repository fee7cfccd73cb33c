"""The help desk at its full size, in parts: `python -m benchmarks.helpdesk`, or `--only pages`. Parts not run keep their
last figures.

A part is a module of `benchmarks/desk` with `run(options) -> figures`; its own text says what it measures. Each has a
process of its own, on one load of so many made-up tickets over six terms; with DATABASE_URL set it lies in that database,
which must be empty, else in SQLite. The reports also run on a tenth of it, to see that memory stays flat. `--data` names
a folder that keeps the load of SQLite for the next time. On a busy machine only ratios tell something.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import report

ROOT = Path(__file__).resolve().parents[1]
SEED = 1
PARTS = ("pages", "submit", "claims", "places", "reports", "estimate")
Figures = dict[str, Any]


def last_figures() -> Figures:
    file = report.RESULTS / f"helpdesk-{report.database()}.json"
    figures = json.loads(file.read_text())["figures"] if file.exists() else {}
    return {name: figures[name] for name in ("load", *PARTS, "reports of a tenth") if name in figures}


def loaded(tickets: int, data: Path, *, seed: int = SEED) -> Figures:
    """So many tickets more."""
    began = time.perf_counter()
    counts = gatehouse(data, "helpdesk", "load-demo", "--tickets", str(tickets), "--seed", str(seed), "--json")
    return {**json.loads(counts), "seconds": round(time.perf_counter() - began, 1)}


def gatehouse(data: Path, *words: str) -> str:
    command = [sys.executable, "-m", "gatehouse.config.cli", *words]
    return subprocess.run(command, env=on(data), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def on(data: Path) -> dict[str, str]:
    own = {"GATEHOUSE_DATA": str(data), "DJANGO_SETTINGS_MODULE": "gatehouse.config.settings", "GATEHOUSE_LOG": "file"}
    return {**os.environ, **own}


def in_its_own_process(part: str, data: Path) -> Figures:
    command = [sys.executable, "-m", "benchmarks.helpdesk", "--part", part, *sys.argv[1:]]
    done = subprocess.run(command, env=on(data), cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    at = datetime.now(UTC).isoformat(timespec="seconds")
    return {"at": at, **json.loads(done.stdout.splitlines()[-1])}


def bench(options: argparse.Namespace, data: Path) -> Figures:
    figures, parts = last_figures(), options.only or PARTS
    if not (data / "loaded").exists():
        gatehouse(data, "migrate")
        tenth = options.tickets // 10
        loaded(tenth, data, seed=SEED + 1)
        if "reports" in parts:
            figures["reports of a tenth"] = in_its_own_process("reports", data)
        figures["load"] = loaded(options.tickets - tenth, data)
        (data / "loaded").touch()
    return figures | {part: in_its_own_process(part, data) for part in parts}


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; may be said more than once")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--waiting", type=int, default=200, help="in the queue, for the pages and for asking")
    parser.add_argument("--rounds", type=int, default=100, help="of each page, and of each way to ask")
    parser.add_argument("--races", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=15, help="of load on a running server")
    parser.add_argument("--data", type=Path, help="a folder that keeps the load")
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    parser.add_argument("--step", help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    options = asked()
    if options.part:
        run: Callable[[argparse.Namespace], Figures] = import_module(f"benchmarks.desk.{options.part}").run
        print(json.dumps(run(options)))
        return
    with tempfile.TemporaryDirectory() as folder:
        data = options.data or Path(folder) / "data"
        data.mkdir(parents=True, exist_ok=True)
        report.write("helpdesk", bench(options, data))


if __name__ == "__main__":
    main()
