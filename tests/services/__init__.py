"""Real servers for tests and benchmarks, each a context manager, each ended by the id it was started with."""

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from time import monotonic, sleep

ROOT = Path(__file__).resolve().parents[2]


class Missing(RuntimeError):
    """The program is not installed; the message says what to install."""


class NotStarted(RuntimeError):
    """The server ended, or did not answer in time; the message carries what it said."""


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def accepts(port: int) -> bool:
    """Whether somebody listens there on 127.0.0.1."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
        return True
    return False


def find(*names: str) -> str | None:
    """The first of these programs that exists; on PATH, or in the sbin folders that a user's PATH leaves out."""
    path = os.pathsep.join([os.environ.get("PATH", ""), "/usr/local/sbin", "/usr/sbin", "/sbin"])
    return next((found for name in names if (found := shutil.which(name, path=path))), None)


def unprivileged() -> str | None:
    """A user to become, where we are root and the server refuses to be; None where we are not root."""
    if os.getuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "www-data", "nobody") if name in known)


def wait_until(ready: Callable[[], bool], process: subprocess.Popen[bytes], *, log: Path, seconds: float = 20) -> None:
    deadline = monotonic() + seconds
    while not ready():
        if process.poll() is not None or monotonic() > deadline:
            said = log.read_text(errors="replace")[-2000:] if log.exists() else ""
            raise NotStarted(f"{process.args!r} is not up after {seconds} s or ended ({process.poll()}):\n{said}")
        sleep(0.02)


def end(process: subprocess.Popen[bytes], signal: int, *, seconds: float = 10) -> None:
    """Ask it to end, and insist when it does not."""
    if process.poll() is None:
        process.send_signal(signal)
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


@contextlib.contextmanager
def running(
    command: Sequence[str],
    *,
    ready: Callable[[], bool],
    log: Path,
    end_by: int = 15,
    seconds: float = 20,
    **options: object,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in a session of its own, so that Ctrl-C reaches us first and we end it in order."""
    with log.open("ab") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True, **options)
    try:
        wait_until(ready, process, log=log, seconds=seconds)
        yield process
    finally:
        end(process, end_by)
