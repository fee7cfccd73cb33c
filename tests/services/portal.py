"""A whole portal as `gatehouse run` starts it: web server, workers and ticker, in a data folder of its own."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email import message_from_bytes, policy
from pathlib import Path

from tests.services import ROOT, accepts, free_port, running as server

START = 90  # seconds a slow machine may take to migrate and answer


@dataclass(frozen=True)
class Portal:
    url: str
    data: Path
    environment: dict[str, str]

    def command(self, *arguments: str, given: str = "") -> dict:
        """`gatehouse … --json`, as somebody types it elsewhere; its one object."""
        done = subprocess.run(
            [sys.executable, "-m", "gatehouse.config.cli", *arguments, "--json"],
            cwd=ROOT,
            env=self.environment,
            input=given,
            capture_output=True,
            text=True,
            check=False,
        )
        return json.loads(done.stdout)

    def letter_to(self, address: str, *, patience: float = 20) -> str:
        """The plain text of the newest letter to this address in the mail folder, when it has come."""
        until = time.monotonic() + patience
        while time.monotonic() < until:
            for path in sorted((self.data / "mail").glob("*.eml"), reverse=True):
                letter = message_from_bytes(path.read_bytes(), policy=policy.default)
                if address in str(letter["To"]):
                    return letter.get_body(("plain",)).get_content()
            time.sleep(0.1)
        raise AssertionError(f"no letter to {address} within {patience} s")

    def code_for(self, address: str) -> str:
        found = re.search(r"^\s*(\d{3} ?\d{3})\s*$", self.letter_to(address), re.MULTILINE)
        assert found
        return found[1].replace(" ", "")


@contextmanager
def running(data: Path, *, port: int = 0, end_by: int = signal.SIGTERM, **settings: str) -> Iterator[Portal]:
    """Start it, wait until it answers, and end it with all its processes; by SIGKILL as a power cut would."""
    port = port or free_port()
    url = f"http://127.0.0.1:{port}"
    unwanted = ("DATABASE_URL", "EMAIL_URL", "PORT", "HOST", "TLS")
    inherited = {
        name: value for name, value in os.environ.items() if name not in unwanted and not name.startswith("GATEHOUSE_")
    }
    environment = {**inherited, "GATEHOUSE_DATA": str(data), "PYTHONWARNINGS": "default", **settings}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    command = [sys.executable, "-m", "gatehouse.config.cli", "run", "--port", str(port)]
    log = data.with_name(f"{data.name}.log")
    with server(command, ready=lambda: accepts(port), log=log, seconds=START, end_by=end_by, cwd=ROOT, env=environment):
        yield Portal(url, data, environment)
