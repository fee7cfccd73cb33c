import sys
from argparse import ArgumentParser
from typing import Any

from gatehouse.config import processes, running
from gatehouse.config.checks import refuse_unsafe_production
from gatehouse.config.supervisor import Supervisor
from gatehouse.core.commands import PortalCommand, require_migrated


class Command(PortalCommand):
    help = "Do the jobs only: letters, imports, everything that recurs. `gatehouse serve` serves the pages."
    group = "Start and keep it running"
    needs_migrations = False  # asked below, after what weighs more

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--workers", type=int, default=1, help="processes for quick jobs (1)")

    def act(self, **options: Any) -> None:
        refuse_unsafe_production()
        require_migrated()
        running.hold()
        children = processes.job_children(workers=options["workers"])
        self.reply({"state": "working", "workers": options["workers"]}, as_json=options["json"])
        Supervisor(children, say=lambda line: print(line, file=sys.stderr, flush=True)).run()
