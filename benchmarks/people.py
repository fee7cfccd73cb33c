"""How long the lists and searches of the people pages take, and what the export needs.

`python -m benchmarks.people --people 1000000`; with DATABASE_URL set on that database, which must be empty, else on SQLite.
Milliseconds are the best of three; the export is a process of its own, so its peak memory is its own.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from benchmarks import report

ROOT = Path(__file__).resolve().parents[1]
GIVEN = ("Maya", "Leon", "Thảo", "Inés", "Chidi", "Hanna", "Samir", "Noor", "Cormac", "Ruth")
FAMILY = ("Okafor", "Brandt", "Nguyễn", "de la Cruz", "Eze", "Lindqvist", "Haddad", "van Dijk", "O'Brien", "Amsel")
STEP = 10_000
EXPORT = """
import sys
import django
django.setup()
from django.core.management import call_command
out, sys.stdout = sys.stdout, sys.stderr
call_command("export_people", "--out", sys.argv[1])
print(next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")), file=out)
"""  # VmHWM, for ru_maxrss remembers how large the process was that started this one


def fill(people: int) -> None:
    from gatehouse.core.ids import rising  # noqa: PLC0415  after django.setup
    from gatehouse.people.models import Membership, Person  # noqa: PLC0415

    ids = map(UUID, rising())
    for start in range(0, people, STEP):
        persons = [
            Person(
                id=next(ids),
                given_name=GIVEN[n % 10],
                family_name=f"{FAMILY[n // 10 % 10]} {n // 100 % 997}",
                email=f"person{n}@example.org",
                password="!",
                source="altru",
            )
            for n in range(start, min(start + STEP, people))
        ]
        Person.objects.bulk_create(persons)
        Membership.objects.bulk_create(
            Membership(
                id=next(ids),
                person=person,
                source="altru",
                number=f"8-{start + n:08}",
                level=("Individual", "Friend", "Patron")[n % 3],
                status="lapsed" if n % 7 == 0 else "active",
                expires_on=date(2027, 1, 1) + timedelta(days=n % 365),
            )
            for n, person in enumerate(persons)
        )


def best_of_three(ask: Callable[[], object]) -> float:
    times = []
    for _each in range(3):
        began = time.perf_counter()
        ask()
        times.append(time.perf_counter() - began)
    return round(min(times) * 1000, 1)


def lists(people: int) -> dict[str, float]:
    from gatehouse.people import queries  # noqa: PLC0415
    from gatehouse.people.queries import Wanted, WantedMemberships  # noqa: PLC0415

    asked = {
        "everybody": Wanted(),
        "active": Wanted(state="active"),
        "level": Wanted(level="Patron"),
        "a frequent word": Wanted(q="maya"),
        "two words": Wanted(q="maya 996"),
        "a word nobody has": Wanted(q="xyzzy"),
        "a number": Wanted(q=f"8-{people - 1:08}"),
        "an address": Wanted(q=f"person{people // 2}@example.org"),
    }
    page = {f"page, {name}": lambda w=w: list(queries.listed(queries.people(w))[:50]) for name, w in asked.items()}
    count = {f"counts, {name}": lambda w=w: queries.state_counts(w) for name, w in asked.items()}
    others = {
        "choices of the filters": lambda: (queries.levels(), queries.sources()),
        "memberships, by last day": lambda: list(queries.memberships(WantedMemberships(sort="expires"))[:50]),
        "memberships, counts": lambda: queries.status_counts(WantedMemberships()),
        "memberships, a number": lambda: list(queries.memberships(WantedMemberships(q=f"8-{people - 1:08}"))[:50]),
    }
    return {name: best_of_three(ask) for name, ask in {**page, **count, **others}.items()}


def export(form: str) -> dict[str, float]:
    began = time.perf_counter()
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder, f"people.{form}")
        command = [sys.executable, "-c", EXPORT, str(out)]
        peak = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True, cwd=ROOT).stdout
        size = out.stat().st_size
    seconds = round(time.perf_counter() - began, 1)
    return {"seconds": seconds, "megabytes": round(size / 1e6, 1), "peak MB": round(int(peak) / 1024)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--people", type=int, default=100_000)
    people = parser.parse_args().people
    with tempfile.TemporaryDirectory() as data:
        os.environ["GATEHOUSE_DATA"] = data
        os.environ["DJANGO_SETTINGS_MODULE"] = "gatehouse.config.settings"
        figures = measured(people)
    report.RESULTS.mkdir(exist_ok=True)
    report.write(f"people-{people}", figures)


def measured(people: int) -> dict[str, object]:
    import django  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    django.setup()
    call_command("migrate", verbosity=0)
    began = time.perf_counter()
    fill(people)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(f"filled in {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)
    return {"people": people, "milliseconds": lists(people), "export": {form: export(form) for form in ("json", "csv")}}


if __name__ == "__main__":
    main()
