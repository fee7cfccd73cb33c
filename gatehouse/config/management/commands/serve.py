import os
import sys
from argparse import ArgumentParser, ArgumentTypeError
from typing import Any

from django.conf import settings
from django.db import connections

from gatehouse.config import env, listening, processes, running
from gatehouse.config.checks import refuse_unsafe_production
from gatehouse.config.supervisor import SUPERVISOR
from gatehouse.core.commands import Answer, PortalCommand, require_migrated
from gatehouse.identity import actions as identity


def add_address(parser: ArgumentParser) -> None:
    parser.add_argument("--host", help="address to listen on (HOST; otherwise 127.0.0.1)")
    parser.add_argument("--port", type=_port, help="port to listen on (PORT; otherwise 8000)")
    parser.add_argument("--tls", action="store_true", help="use a self-signed certificate, made once (TLS=1)")
    parser.add_argument("--web-workers", type=int, help="processes that answer requests (otherwise one a core)")


def _port(text: str) -> int:
    if not text.isdecimal() or not 1 <= int(text) <= env.LAST_PORT:
        raise ArgumentTypeError(f"A port is a number from 1 to {env.LAST_PORT}.")
    return int(text)


def first_run(url: str) -> Answer:
    """Where to set up a portal that nobody owns, and the word that it takes from another machine; else nothing."""
    word = identity.first_run_word()
    return {"first_run": f"{url}/first-run", "word": word} if word else {}


def first_run_as_text(answer: Answer) -> str:
    if "word" not in answer:
        return ""
    return f"Nobody owns this portal yet. Set it up at {answer['first_run']}\nFrom another machine, with the word: {answer['word']}"


class Command(PortalCommand):
    help = "Serve the pages only. Worker and ticker run elsewhere, by `gatehouse worker`."
    group = "Start and keep it running"
    needs_migrations = False  # asked below, after what weighs more

    def add_arguments(self, parser: ArgumentParser) -> None:
        add_address(parser)

    def act(self, **options: Any) -> None:
        """This process becomes the web server, so that signals reach it."""
        refuse_unsafe_production()
        require_migrated()
        address = listening.chosen(host=options["host"], port=options["port"], tls=options["tls"])
        address.refuse_if_taken()
        running.hold()
        url = listening.remember(address, mode=settings.MODE)
        self.reply({"state": "serving", "url": url, **first_run(url)}, as_json=options["json"])
        connections.close_all()
        os.environ.pop(SUPERVISOR, None)
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        os.execv(sys.executable, processes.web_command(address, workers=options["web_workers"]))  # noqa: S606
