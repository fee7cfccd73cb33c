"""How long a roster takes to come in, and to come in again with one line in a hundred changed.

Each figure stands beside the limit measured in the same run: the same CSV through csv.reader, and its rows by COPY
(PostgreSQL) or executemany (SQLite) into a bare table. Each measurement is a process of its own, so that its peak memory
is its own. `python -m benchmarks.roster --members 1000000`; with DATABASE_URL set on that database, else on SQLite.
"""

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import report

COLUMNS = 15


def write_csv(path: Path, members: int, *, changed: bool) -> int:
    """An Altru export; with `changed`, one member in a hundred has another level and day. Gives the number of lines."""
    from demo import people  # noqa: PLC0415  only the process that writes needs it

    lines = 0
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(people.ALTRU_HEADER)
        for row in people.altru_rows(members):
            lines += 1
            if changed and row[0].endswith("00"):
                row[1], row[2] = f"{row[1]} Plus", "12/31/2031"
            writer.writerow(row)
    return lines


def limit(path: Path) -> None:
    """What no import of this file can be faster than: reading it, and writing its rows."""
    from django.db import connection, transaction  # noqa: PLC0415  after django.setup

    names = ", ".join(f"c{number}" for number in range(COLUMNS))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare_rows")
        cursor.execute(f"CREATE TABLE bare_rows ({names.replace(',', ' text,')} text)")
    with path.open(newline="", encoding="utf-8-sig") as file, transaction.atomic(), connection.cursor() as cursor:
        rows = csv.reader(file)
        next(rows)
        if connection.vendor == "postgresql":
            with cursor.cursor.copy(f"COPY bare_rows ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join("?" * COLUMNS)
            cursor.cursor.executemany(f"INSERT INTO bare_rows VALUES ({places})", rows)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bare_rows")


def come_in(path: Path) -> None:
    from gatehouse.people import actions, roster  # noqa: PLC0415

    begun = actions.begin_import(path=path, filename=path.name, mapping=roster.MAPPINGS["altru"], actor=None)
    at, none = time.perf_counter(), time.process_time()
    read = actions.read_import(roster_import=begun)
    middle, half = time.perf_counter(), time.process_time()
    done = actions.apply_import(roster_import=read, actor=None)
    end, whole = time.perf_counter(), time.process_time()
    print(
        f"  read {middle - at:.2f} s (CPU {half - none:.2f}), apply {end - middle:.2f} s (CPU {whole - half:.2f}): {done.joined} joined, {done.changed} changed, "
        f"{done.unchanged} unchanged, {done.undecided} undecided, {done.refused} refused",
        file=sys.stderr,
    )


def measured(what: str, path: Path, *, data: Path) -> dict[str, float]:
    """Run one of the two above in a fresh process: seconds, and peak memory in MB."""
    command = [sys.executable, "-m", "benchmarks.roster", "--step", what, "--file", str(path)]
    environment = {**os.environ, "GATEHOUSE_DATA": str(data)}
    out = subprocess.run(command, env=environment, check=True, stdout=subprocess.PIPE, text=True).stdout
    return dict(json.loads(out.splitlines()[-1]))


def step(what: str, path: Path) -> None:
    import django  # noqa: PLC0415

    django.setup()
    began = time.perf_counter()
    {"limit": limit, "come_in": come_in}[what](path)
    seconds = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"seconds": round(seconds, 2), "peak_mb": round(memory)}))


def bench(members: int) -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        first, second = place / "members.csv", place / "members-changed.csv"
        lines = write_csv(first, members, changed=False)
        write_csv(second, members, changed=True)
        environment = {**os.environ, "GATEHOUSE_DATA": str(place / "data")}
        subprocess.run(
            [sys.executable, "manage.py", "flush", "--no-input"], env=environment, check=False, capture_output=True
        )
        subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], env=environment, check=True)
        bound = [measured("limit", first, data=place / "data")]
        once = measured("come_in", first, data=place / "data")
        again = measured("come_in", second, data=place / "data")
        bound.append(measured("limit", first, data=place / "data"))
    best = min(one["seconds"] for one in bound)
    return {
        "members": members,
        "lines": lines,
        "limit_seconds": [one["seconds"] for one in bound],
        "first": {**once, "times_limit": round(once["seconds"] / best, 2)},
        "again": {**again, "times_limit": round(again["seconds"] / best, 2)},
        "microseconds_per_line": {
            "first": round(once["seconds"] / lines * 1e6, 1),
            "again": round(again["seconds"] / lines * 1e6, 1),
        },
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--members", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--step")
    parser.add_argument("--file", type=Path)
    options = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gatehouse.config.settings")
    if options.step:
        step(options.step, options.file)
        return
    report.write("roster", [bench(members) for members in options.members])


if __name__ == "__main__":
    main()
