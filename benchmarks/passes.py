"""What passes cost, in parts: `python -m benchmarks.passes`, or `--only build`. Parts not run keep their last figures.

A part is a module of `benchmarks/wallet` with `run(options) -> figures`; its own text says what it measures and against
which limit. All are short; on a busy machine only ratios tell something.
"""

import argparse
import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from benchmarks import report
from benchmarks.wallet import build

PARTS: dict[str, Callable[[argparse.Namespace], dict[str, Any]]] = {
    "build": build.run,
}


def last_figures() -> dict[str, Any]:
    file = report.RESULTS / f"passes-{report.database()}.json"
    figures = json.loads(file.read_text())["figures"] if file.exists() else {}
    return {name: figures[name] for name in PARTS if name in figures}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="this part; may be said more than once")
    parser.add_argument("--seconds", type=int, default=3, help="of CPU for each round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--passes", type=int, default=100_000, help="to see whether memory stays flat")
    options = parser.parse_args()
    figures = last_figures()
    for name in options.only or PARTS:
        figures[name] = {"at": datetime.now(UTC).isoformat(timespec="seconds"), **PARTS[name](options)}
    report.write("passes", figures)


if __name__ == "__main__":
    main()
