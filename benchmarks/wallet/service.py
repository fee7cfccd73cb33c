"""What a roster of 20,000 costs the passes, and what phones cost that ask what changed.

Marking is the time of its statements within the apply of the roster, beside the whole apply; renewing is in passes a
second, by the clock and of CPU; a list is CPU of one process for a request, with so many registrations in the tables.
"""

import argparse
import csv
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest import mock

ROOT = Path(__file__).resolve().parents[1]
ASKED = 400  # lists in one measurement


def roster(folder: Path, members: int, *, changed: bool) -> None:
    """Bring in a file of so many members; with `changed`, each has another level."""
    from demo import people  # noqa: PLC0415
    from gatehouse.people import actions, roster as mappings  # noqa: PLC0415  after django.setup

    path = folder / f"members-{changed}.csv"
    with path.open("w", newline="", encoding="utf-8-sig") as file:
        writer = csv.writer(file)
        writer.writerow(people.ALTRU_HEADER)
        for row in people.altru_rows(members):
            row[1] += " Plus" if changed else ""
            writer.writerow(row)
    begun = actions.begin_import(path=path, filename=path.name, mapping=mappings.MAPPINGS["altru"], actor=None)
    read = actions.read_import(roster_import=begun)
    actions.apply_import(roster_import=read, actor=None)


def until_nothing_is_left(work: Callable[[], int]) -> dict[str, float]:
    began, cpu, done = time.perf_counter(), time.process_time(), 0
    while some := work():
        done += some
    seconds, burnt = time.perf_counter() - began, time.process_time() - cpu
    return {
        "passes": done,
        "seconds": round(seconds, 2),
        "passes_per_second": round(done / seconds),
        "passes_per_cpu_second": round(done / burnt),
    }


def bench_roster(folder: Path, members: int) -> dict[str, Any]:
    from gatehouse.passes import actions  # noqa: PLC0415
    from gatehouse.passes.actions import marking  # noqa: PLC0415
    from gatehouse.passes.models import Pass  # noqa: PLC0415
    from gatehouse.passes.tests.factories import a_design  # noqa: PLC0415

    a_design(is_automatic=True)
    roster(folder, members, changed=False)
    issued = until_nothing_is_left(actions.issue_due)
    first_look = until_nothing_is_left(actions.renew_stale)
    assert first_look["passes"] == issued["passes"]  # new passes are marked from birth
    marks: list[float] = []
    mark = marking._mark_import  # noqa: SLF001

    def timed(import_id: int) -> None:
        began = time.perf_counter()
        mark(import_id)
        marks.append(time.perf_counter() - began)

    with mock.patch.object(marking, "_mark_import", timed):
        began = time.perf_counter()
        roster(folder, members, changed=True)
        whole = time.perf_counter() - began
    marked = Pass.objects.filter(stale_since__isnull=False).count()
    renewed = until_nothing_is_left(actions.renew_stale)
    again = Pass.objects.update(stale_since="2026-01-01T00:00Z")
    looked = until_nothing_is_left(actions.renew_stale)
    assert looked["passes"] == again
    return {
        "members": members,
        "marked": marked,
        "mark_seconds": round(sum(marks), 3),
        "whole_import_seconds": round(whole, 2),
        "issue": issued,
        "renew_changed": renewed,
        "renew_unchanged": looked,
        "peak_mb": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
    }


def register_many(registrations: int) -> str:
    """Phones with two passes each, by statements of the database; gives the id of one of them."""
    from django.db import connection, transaction  # noqa: PLC0415

    from gatehouse.passes.models import Pass  # noqa: PLC0415
    from gatehouse.passes.tests.factories import PASS_TYPE  # noqa: PLC0415

    passes, devices = Pass.objects.count(), registrations // 2
    numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {})".format
    at = "2026-01-01 00:00:00+00:00"
    name = "'phone-' || i"
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"""INSERT INTO passes_device
                (library_id, pass_type_id, push_token, token_at, not_before, attempts, answer)
            {numbers(devices)} SELECT {name}, '{PASS_TYPE}', 'token-' || i, '{at}', '{at}', 0, '' FROM n"""
        )
        for place in (0, 7):  # one statement each: SQLite makes an index of its own for an equality, and for no OR
            cursor.execute(
                f"""INSERT INTO passes_registration (device_id, card_id, registered_at, tag)
                SELECT d.id, p.id, '{at}', 0 FROM passes_device d
                JOIN (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM passes_pass) p
                    ON p.place = (d.id + {place}) % {passes}"""
            )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return f"phone-{devices // 2}"


def bench_list(registrations: int) -> dict[str, Any]:
    from django.test import Client  # noqa: PLC0415

    from gatehouse.passes.models import LastTag, Registration  # noqa: PLC0415
    from gatehouse.passes.tests.factories import PASS_TYPE  # noqa: PLC0415

    library_id = register_many(registrations)
    phone, last = Client(), LastTag.objects.get().value
    address = f"/wallet/v1/devices/{library_id}/registrations/{PASS_TYPE}"

    def cost(since: int, status: int) -> dict[str, float]:
        each = []
        for _ in range(ASKED):
            began, cpu = time.perf_counter(), time.process_time()
            answer = phone.get(address, {"passesUpdatedSince": since})
            each.append((time.process_time() - cpu, time.perf_counter() - began))
            assert answer.status_code == status
        cpus, seconds = zip(*each, strict=True)
        return {
            "cpu_ms": round(statistics.fmean(cpus) * 1000, 2),
            "ms_median": round(statistics.median(seconds) * 1000, 2),
        }

    cost(0, 200)  # warm
    return {
        "registrations": Registration.objects.count(),
        "something_new": cost(0, 200),
        "nothing_new": cost(last, 204),
    }


def run(options: argparse.Namespace) -> dict[str, Any]:
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    settings.ALLOWED_HOSTS.append("testserver")
    with tempfile.TemporaryDirectory() as folder:
        return {"roster": bench_roster(Path(folder), options.members), "list": bench_list(options.registrations)}
