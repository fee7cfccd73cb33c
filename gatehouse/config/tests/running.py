"""The real command, in a process and a data folder of its own."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

OURS = ("GATEHOUSE_", "CERT_")
ALSO = {"DATABASE_URL", "EMAIL_URL", "HOST", "PORT", "TLS", "DJANGO_SETTINGS_MODULE"}


def environment(data: Path, **more: str) -> dict[str, str]:
    foreign = {name: value for name, value in os.environ.items() if not name.startswith(OURS) and name not in ALSO}
    return foreign | {"GATEHOUSE_DATA": str(data)} | more


def gatehouse(data: Path, *arguments: str, stdin: str = "", **more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gatehouse.config.cli", *arguments]
    return subprocess.run(
        command, env=environment(data, **more), input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


def answer(data: Path, *arguments: str, **more: str) -> dict:
    """What the command says with --json; it must succeed, and say nothing else."""
    done = gatehouse(data, *arguments, "--json", **more)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def ask(data: Path, code: str, **more: str):
    """What this code, run within the portal, leaves in `answer`."""
    program = f"import django, json\ndjango.setup()\n{code}\nprint(json.dumps(answer, default=str))"
    settings = {"DJANGO_SETTINGS_MODULE": "gatehouse.config.settings"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment(data, **settings, **more), capture_output=True, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(condition, *, seconds: float = 15):
    """Wait for a truth, and give it back."""
    deadline = time.monotonic() + seconds
    while not (truth := condition()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.1)
    return truth
