"""CPU time the web server spends on the home page and the sign-in page, in milliseconds a request, under granian.

User and system time of all its processes, divided by the requests after a warm-up, one connection after another on
loopback. CPU time hardly depends on who else uses the machine; seconds would. `python -m benchmarks.pages`.
"""

import argparse
import contextlib
import http.client
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psutil

from benchmarks import report
from tests.services import ROOT, accepts, free_port, running

PAGES = (("home, a stranger", "/", False), ("sign-in", "/sign-in", False), ("home, signed in", "/", True))


@contextlib.contextmanager
def served(folder: Path, workers: int) -> Iterator[tuple[int, psutil.Process]]:
    port = free_port()
    os.environ |= {
        "GATEHOUSE_DATA": str(folder),
        "GATEHOUSE_BASE_URL": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "gatehouse.config.settings",
        "GATEHOUSE_LOG": "file",
    }
    gatehouse = [sys.executable, "-m", "gatehouse.config.cli"]
    subprocess.run([*gatehouse, "migrate"], cwd=ROOT, check=True, capture_output=True)
    command = [*gatehouse, "serve", "--port", str(port), "--web-workers", str(workers)]
    with running(command, ready=lambda: accepts(port), log=folder / "out", cwd=ROOT) as process:
        yield port, psutil.Process(process.pid)


def cookie_of_a_member() -> str:
    """An owner's session, made as signing in makes it; the first-run page is over then."""
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.test import Client  # noqa: PLC0415

    from gatehouse.people.models import Person, Role, RoleGrant  # noqa: PLC0415

    ruth = Person.objects.create_user("ruth@example.org", given_name="Ruth", family_name="Amsel")
    RoleGrant.objects.create(person=ruth, role=Role.objects.get(slug="owner"))
    client = Client()
    client.force_login(ruth)
    name = settings.SESSION_COOKIE_NAME
    return f"{name}={client.cookies[name].value}"


def cpu(server: psutil.Process) -> float:
    family = [server, *server.children(recursive=True)]
    return sum(one.cpu_times().user + one.cpu_times().system for one in family)


def ask(port: int, path: str, cookie: str, times: int) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(times):
        connection.request("GET", path, headers={"Cookie": cookie} if cookie else {})
        answer = connection.getresponse()
        answer.read()
        assert answer.status == 200, (path, answer.status, answer.headers["Location"])
    connection.close()


def measured(port: int, server: psutil.Process, path: str, cookie: str, times: int) -> dict[str, float]:
    ask(port, path, cookie, times // 4)
    began, spent = time.perf_counter(), cpu(server)
    ask(port, path, cookie, times)
    seconds, used = time.perf_counter() - began, cpu(server) - spent
    return {"cpu_ms": round(used / times * 1000, 2), "requests_per_second": round(times / seconds)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1000)
    parser.add_argument("--workers", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, served(Path(name), options.workers) as (port, server):
        cookie = cookie_of_a_member()
        figures = {
            what: measured(port, server, path, cookie if known else "", options.requests) for what, path, known in PAGES
        }
    report.write("pages", {"requests": options.requests, "workers": options.workers, **figures})


if __name__ == "__main__":
    main()
