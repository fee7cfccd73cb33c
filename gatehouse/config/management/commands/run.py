import os
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.db import connections

from gatehouse.config import demo, listening, logfile, migrating, processes, running
from gatehouse.config.checks import refuse_unsafe_production
from gatehouse.config.management.commands.serve import add_address, first_run, first_run_as_text
from gatehouse.config.supervisor import Supervisor
from gatehouse.core.commands import Answer, PortalCommand


class Command(PortalCommand):
    help = "Run the whole portal: migrate, then web server, workers and ticker, supervised. Ctrl-C ends it."
    group = "Start and keep it running"
    needs_migrations = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_address(parser)
        parser.add_argument("--workers", type=int, default=1, help="processes for quick jobs (1)")

    def act(self, **options: Any) -> None:
        refuse_unsafe_production()
        address = listening.chosen(host=options["host"], port=options["port"], tls=options["tls"])
        address.refuse_if_taken()
        running.hold()
        migrating.bring_up_to_date()
        url = listening.remember(address, mode=settings.MODE)
        answer = {"state": "running", "url": url, "mode": settings.MODE, "data": str(settings.DATA_DIR)}
        answer |= first_run(url)
        if settings.MODE == "demo":
            demo.prepare_sample(address, url)
            demo.write_sign_ins(url)  # the address may be another one this time
        connections.close_all()
        if sys.stderr.isatty():  # a person looks on: the log goes to a file
            os.environ.setdefault("GATEHOUSE_LOG", "file")
        children = [
            processes.web_child(address, workers=options["web_workers"]),
            *processes.job_children(workers=options["workers"]),
        ]
        if settings.MODE == "demo":
            children.append(processes.sample_child(demo.SAMPLE, tls=address.tls))
        supervisor = Supervisor(children, say=self._say, each_minute=logfile.rotate)
        supervisor.run(greet=lambda: address.is_answering() and self._greet(answer, as_json=options["json"]))

    def _greet(self, answer: Answer, *, as_json: bool) -> bool:
        self.reply(answer, as_json=as_json)
        return True

    def _say(self, line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    def tell(self, answer: Answer) -> None:
        self.stdout.write(f"\nGatehouse is at {answer['url']}  (Ctrl-C ends it)\n")
        self.stdout.write(first_run_as_text(answer))
        if answer["mode"] == "demo":
            self.stdout.write(demo.sign_ins_as_text())
