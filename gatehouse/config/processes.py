"""The processes a portal is made of; each is `python -m gatehouse.config.processes NAME …`, started by the supervisor.

web: the web server and its workers. work QUEUE: runs that queue's sweeps. tick: enqueues the sweeps that are due.
"""

import argparse
import os
import signal
import socket
import sys
import threading
from datetime import datetime
from pathlib import Path
from types import FrameType
from typing import Any

from gatehouse.config import certificates, env, supervisor
from gatehouse.config.listening import Address
from gatehouse.config.supervisor import Child

POLL = {"default": 0.3, "long": 1.0}  # seconds between looks into an empty queue
TICK = 1.0  # seconds
REQUEST_TIME = 5  # seconds that a web worker has to finish what it does when it is asked to end
LOGS = {"formatters": {}, "handlers": {}, "loggers": {"_granian": {"propagate": True}}}


def web_child(address: Address, *, workers: int | None = None) -> Child:
    return Child("web", web_command(address, workers=workers))


def web_command(address: Address, *, workers: int | None = None) -> list[str]:
    tls = ["--tls", *map(str, certificates.self_signed())] if address.tls else []
    count = str(workers or os.cpu_count() or 1)
    return _command("web", "--host", address.host, "--port", str(address.port), "--workers", count, *tls)


def sample_child(told: Path, *, tls: bool) -> Child:
    """The demo's sample service; it trusts our own certificate."""
    trusting = {"SSL_CERT_FILE": str(certificates.self_signed()[0])} if tls else {}
    return Child("sample service", [sys.executable, str(env.ROOT / "demo" / "sample_app.py"), str(told)], trusting)


def job_children(*, workers: int = 1) -> list[Child]:
    """Those who do the jobs: `workers` for what must be quick, one for what takes long, and the ticker."""
    quick = [Child(f"worker {number + 1}", _command("work", "default")) for number in range(workers)]
    return [*quick, Child("long worker", _command("work", "long")), Child("ticker", _command("tick"))]


def _command(*arguments: str) -> list[str]:
    return [sys.executable, "-m", __name__, *arguments]


def main() -> None:
    supervisor.die_with_parent()
    os.umask(0o077)  # what we write holds people's data
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "gatehouse.config.settings")
    parser = argparse.ArgumentParser()
    names = parser.add_subparsers(required=True)
    for process in (web, work, tick):
        names.add_parser(process.__name__).set_defaults(process=process)
    names.choices["web"].add_argument("--host", required=True)
    names.choices["web"].add_argument("--port", type=int, required=True)
    names.choices["web"].add_argument("--workers", type=int, default=1)
    names.choices["web"].add_argument("--tls", nargs=2, type=Path, default=(None, None))
    names.choices["work"].add_argument("queue")
    options = vars(parser.parse_args())
    options.pop("process")(**options)


def web(*, host: str, port: int, workers: int, tls: tuple[Path | None, Path | None]) -> None:
    """Sync views, one thread a worker (architecture.md, section 7); the app is loaded once and the workers forked."""
    from granian import Granian  # noqa: PLC0415  only this process serves
    from granian.constants import HTTPModes, Interfaces  # noqa: PLC0415
    from granian.log import LogLevels  # noqa: PLC0415

    from gatehouse.config.wsgi import application  # noqa: PLC0415  sets Django up

    supervisor.be_parent()
    server = Granian(
        "gatehouse.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        http=HTTPModes.auto,
        workers=workers,
        blocking_threads=1,
        respawn_failed_workers=True,
        workers_kill_timeout=REQUEST_TIME,
        log_level=LogLevels.warning,
        log_dictconfig=LOGS,
        ssl_cert=tls[0],
        ssl_key=tls[1],
    )

    def load() -> Any:
        supervisor.die_with_parent()
        return application

    server.serve(target_loader=load, wrap_loader=False)


def work(*, queue: str) -> None:
    import django  # noqa: PLC0415  first the supervisor, then what is slow

    django.setup()
    from django_tasks_db.management.commands.db_worker import Worker  # noqa: PLC0415  needs Django set up

    from gatehouse.core.origin import Origin, acting_from  # noqa: PLC0415

    worker = Worker(
        queue_names=[queue],
        interval=POLL[queue],
        batch=False,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id=f"{queue}-{socket.gethostname()[:40]}-{os.getpid()}",
        excluded_queue_names=[],
    )
    worker.configure_signals()
    with acting_from(Origin(door="worker")):
        worker.run()


def tick() -> None:
    import django  # noqa: PLC0415  as above

    django.setup()
    from django.db import close_old_connections  # noqa: PLC0415  as above

    from gatehouse.core import ticker  # noqa: PLC0415

    end, seen = threading.Event(), dict[str, datetime]()

    def stop(number: int, frame: FrameType | None) -> None:
        end.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while not end.wait(TICK):
        close_old_connections()
        ticker.tick(seen)


if __name__ == "__main__":
    main()
