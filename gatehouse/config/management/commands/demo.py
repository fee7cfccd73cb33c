from argparse import ArgumentParser
from typing import Any

from gatehouse.config import demo, listening
from gatehouse.core.commands import Answer, PortalCommand


class Command(PortalCommand):
    help = "Make this portal a demo and load it once. It keeps its data when repeated; `gatehouse run` starts it."
    group = "Start and keep it running"
    needs_migrations = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", help="where `gatehouse run` will listen (HOST; otherwise 127.0.0.1)")
        parser.add_argument("--port", type=int, help="and on which port (PORT; otherwise 8000)")
        parser.add_argument("--tls", action="store_true", help="with a self-signed certificate (TLS=1)")

    def act(self, **options: Any) -> Answer:
        address = listening.chosen(host=options["host"], port=options["port"], tls=options["tls"])
        return demo.prepare(address)

    def tell(self, answer: Answer) -> None:
        what = "The demo is loaded" if answer["is_new"] else "The demo is there, with its data"
        self.stdout.write(f"{what}: {answer['people']} people. `gatehouse run` starts it at {answer['url']}")
