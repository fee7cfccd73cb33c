"""`gatehouse passes certificate FILE`: a Pass Type ID certificate is taken from the command line."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from gatehouse.core.commands import Answer, PortalCommand
from gatehouse.passes import actions


class Command(PortalCommand):
    group = "Passes"
    help = "Take a certificate with its key, from .p12 or PEM: it signs cards from now on."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE")
        parser.add_argument(
            "--intermediate", type=Path, metavar="FILE", help="Apple's, unless it is in FILE or was taken before"
        )
        parser.add_argument(
            "--password-stdin", action="store_true", help="read FILE's password from stdin's first line"
        )

    def act(self, **options: Any) -> Answer:
        beside: Path | None = options["intermediate"]
        added = actions.add_certificate(
            file=options["file"].read_bytes(),
            password=sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else "",
            intermediate=beside.read_bytes() if beside else b"",
            actor=None,
        )
        return {
            "pass_type": added.pass_type_id,
            "team": added.team_id,
            "expires_on": added.expires_at.date().isoformat(),
            "days_left": added.days_left,
            "is_test": added.is_test,
        }

    def tell(self, answer: Answer) -> None:
        self.stdout.write(f"Cards of {answer['pass_type']} are signed with it until {answer['expires_on']}.")
        if answer["is_test"]:
            self.stdout.write("It is not Apple's: such cards are for testing.")
