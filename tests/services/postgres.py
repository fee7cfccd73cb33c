"""A private PostgreSQL: its own folder, a free port, gone afterwards.

`python -m tests.services.postgres [--fsync] -- command ...` runs the command with DATABASE_URL set.
"""

import argparse
import contextlib
import os
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.services import Missing, find, free_port, running, unprivileged

ADVICE = "PostgreSQL was not found (apt-get install postgresql)"
CARELESS = ["-c", "fsync=off", "-c", "synchronous_commit=off", "-c", "full_page_writes=off"]


def bin_folder() -> Path | None:
    """Where Debian keeps the newest version's programs, else where PATH has them."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), key=lambda path: float(path.parts[4]))
    found = versions[-1] if versions else find("postgres")
    return Path(found).resolve().parent if found else None


@contextlib.contextmanager
def cluster(*, fsync: bool = False, settings: dict[str, str] | None = None) -> Iterator[str]:
    """Run a cluster and give its DATABASE_URL; `fsync` as on a real server, which benchmarks want and tests do not."""
    programs = bin_folder()
    if programs is None:
        raise Missing(ADVICE)
    folder = Path(tempfile.mkdtemp(prefix="gatehouse-postgres-", dir="/tmp"))  # a socket's path is short
    try:
        port, password = free_port(), secrets.token_hex(8)
        who = _init(programs, folder, password)
        command = [str(programs / "postgres"), "-D", str(folder / "data"), "-p", str(port), "-k", str(folder)]
        command += ["-c", "listen_addresses=127.0.0.1", "-c", "max_connections=100", *([] if fsync else CARELESS)]
        for name, value in (settings or {}).items():
            command += ["-c", f"{name}={value}"]
        state = folder / "data" / "postmaster.pid"
        with running(
            command,
            ready=lambda: state.exists() and "ready" in state.read_text(),
            log=folder / "log",
            end_by=signal.SIGINT,  # "fast": end connections, write everything, stop
            cwd=folder,
            **who,
        ):
            yield f"postgres://gatehouse:{password}@127.0.0.1:{port}/postgres"
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _init(programs: Path, folder: Path, password: str) -> dict[str, object]:
    """Make the data folder; give the options that start a process as its owner, for postgres refuses root."""
    (folder / "password").write_text(password)
    user = unprivileged()
    who: dict[str, object] = {"user": user, "group": user, "extra_groups": []} if user else {}
    if user:
        for path in (folder, folder / "password"):
            shutil.chown(path, user)
    command = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "gatehouse", "--no-sync", "-A", "password"]
    command += ["--pwfile", str(folder / "password"), "-E", "UTF8", "--locale=C.UTF-8"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=folder, **who)  # type: ignore[call-overload]
    return who


def main() -> int:
    """Exit as the command does; 3 where PostgreSQL is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--fsync", action="store_true", help="write through to the disk, as a real server does")
    parser.add_argument("command", nargs="+")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave by way of the context manager
    try:
        with cluster(fsync=asked.fsync) as url:
            return subprocess.run(asked.command, check=False, env=os.environ | {"DATABASE_URL": url}).returncode
    except Missing as error:
        print(error, file=sys.stderr)
        return 3
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main())
