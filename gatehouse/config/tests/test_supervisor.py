import json
import os
import signal
import ssl
import subprocess
import sys
import urllib.error
import urllib.request

import psutil
import pytest

from gatehouse.config.tests.running import answer, environment, free_port, until

LAX = ssl._create_unverified_context()  # noqa: S323  our own certificate


def fetch(url: str) -> tuple[int, dict]:
    try:
        with urllib.request.urlopen(url, context=LAX if "https" in url else None, timeout=5) as response:  # noqa: S310
            return response.status, json.load(response)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("portal")
    answer(folder, "migrate")
    return folder


@pytest.fixture
def portal(data):
    """A running portal: its process, and what it said of itself; ended by SIGKILL if the test did not."""
    command = [sys.executable, "-m", "gatehouse.config.cli", "run", "--json", "--port", str(free_port())]
    with subprocess.Popen(
        command, env=environment(data), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        process.state = json.loads(process.stdout.readline())
        process.family = psutil.Process(process.pid).children(recursive=True)
        yield process
        process.kill()


def alive(family):
    return [one for one in family if one.is_running() and one.status() != psutil.STATUS_ZOMBIE]


def named(portal, words):
    children = alive(psutil.Process(portal.pid).children())
    return next((one for one in children if words in " ".join(one.cmdline())), None)


def test_a_portal_says_where_it_is_and_is_ready_there(portal):
    url = portal.state["url"]

    assert fetch(f"{url}/healthz") == (200, {"alive": True})
    until(lambda: fetch(f"{url}/readyz")[0] == 200)
    assert fetch(f"{url}/readyz")[1] == {"ready": True, "database": True, "migrations": True, "worker": True}


@pytest.mark.parametrize("words", ["work default", "tick"])
def test_a_killed_child_is_started_again(portal, words):
    before = until(lambda: named(portal, words))

    before.send_signal(signal.SIGKILL)

    until(lambda: (again := named(portal, words)) and again.pid != before.pid)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_asked_to_end_it_leaves_nothing_behind(portal, number):
    portal.send_signal(number)

    assert portal.wait(timeout=10) == 0
    assert alive(portal.family) == []
    assert portal.stdout.read() == ""


def test_killed_it_leaves_nothing_behind_either(portal):
    os.kill(portal.pid, signal.SIGKILL)

    until(lambda: alive(portal.family) == [], seconds=5)


def test_a_taken_port_is_refused_in_plain_words(portal, data):
    done = subprocess.run(
        [sys.executable, "-m", "gatehouse.config.cli", "serve", "--port", portal.state["url"].rpartition(":")[2]],
        env=environment(data),
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1
    assert "Choose another port" in done.stderr


def test_tls_serves_with_a_certificate_of_its_own_and_stays_what_it_was(data):
    command = [sys.executable, "-m", "gatehouse.config.cli", "serve", "--json", "--tls", "--port", str(free_port())]
    with subprocess.Popen(
        command, env=environment(data, CERT_ORG="Alder College"), stdout=subprocess.PIPE, text=True
    ) as process:
        state = json.loads(process.stdout.readline())
        try:
            assert until(lambda: reachable(f"{state['url']}/healthz")) == {"alive": True}
            assert state["url"].startswith("https://")
            assert oct((data / "tls" / "key.pem").stat().st_mode)[-3:] == "600"
        finally:
            process.terminate()


def reachable(url: str) -> dict | None:
    try:
        return fetch(url)[1]
    except OSError:
        return None
