"""What passes cost, in parts: `python -m benchmarks.passes`, or `--only build`. Parts not run keep their last figures.

A part is a module of `benchmarks/wallet` with `run(options) -> figures`; its own text says what it measures and against
which limit. Each has a process and an empty portal of its own; with DATABASE_URL set it is in that database, which must
be empty, else in SQLite. On a busy machine only ratios tell something.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import report

ROOT = Path(__file__).resolve().parents[1]
PARTS = ("build", "push", "service")


def last_figures() -> dict[str, Any]:
    file = report.RESULTS / f"passes-{report.database()}.json"
    figures = json.loads(file.read_text())["figures"] if file.exists() else {}
    return {name: figures[name] for name in PARTS if name in figures}


def in_its_own_process(part: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as data:
        own = {"GATEHOUSE_DATA": data, "DJANGO_SETTINGS_MODULE": "gatehouse.config.settings", "GATEHOUSE_LOG": "file"}
        command = [sys.executable, "-m", "benchmarks.passes", "--part", part, *sys.argv[1:]]
        done = subprocess.run(command, env={**os.environ, **own}, stdout=subprocess.PIPE, check=True, cwd=ROOT)
    figures: dict[str, Any] = json.loads(done.stdout)
    return figures


def asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; may be said more than once")
    parser.add_argument("--seconds", type=int, default=3, help="of CPU for each round of building")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--passes", type=int, default=100_000, help="to see whether memory stays flat")
    parser.add_argument("--pushes", type=int, default=5_000)
    parser.add_argument("--members", type=int, default=20_000, help="in the roster")
    parser.add_argument("--registrations", type=int, default=1_000_000)
    parser.add_argument("--part", choices=PARTS, help=argparse.SUPPRESS)
    return parser.parse_args()


def main() -> None:
    options = asked()
    if options.part:
        run: Callable[[argparse.Namespace], dict[str, Any]] = import_module(f"benchmarks.wallet.{options.part}").run
        print(json.dumps(run(options)))
        return
    figures = last_figures()
    for name in options.only or PARTS:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        figures[name] = {"at": at, **in_its_own_process(name)}
    report.write("passes", figures)


if __name__ == "__main__":
    main()
