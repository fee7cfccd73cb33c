"""`gatehouse registration-token create`: lets a service register itself, from the command line."""

from datetime import timedelta
from typing import Any

from django.core.management.base import CommandError, CommandParser

from gatehouse.core import clock
from gatehouse.core.commands import WRONG_USAGE, Answer, PortalCommand
from gatehouse.identity.oidc import actions
from gatehouse.identity.oidc.refusals import Refused


class Command(PortalCommand):
    group = "Services"
    help = "Make a token by which services register themselves (GATEHOUSE_CLIENT_REGISTRATION=yes); it is said once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--name", required=True, help="who gets it and why")
        parser.add_argument("--services", type=int, default=1, metavar="N", help="how many may register; else one")
        parser.add_argument("--days", type=int, default=7, metavar="N", help="how long it is good; else 7")

    def act(self, **options: Any) -> Answer:
        days = options["days"]
        if not 1 <= days <= 365:
            raise CommandError("--days is from 1 to 365.", returncode=WRONG_USAGE)
        try:
            ticket, token = actions.make_ticket(
                name=options["name"], most=options["services"], ends_at=clock.now() + timedelta(days=days), actor=None
            )
        except Refused as refusal:
            raise CommandError("--name is a line, and --services from 1 to 1000.", returncode=WRONG_USAGE) from refusal
        return {"id": str(ticket.pk), "token": str(token), "until": ticket.ends_at.isoformat()}

    def tell(self, answer: Answer) -> None:
        self.stdout.write(f"token: {answer['token']}")
        self.stdout.write("Keep it now: nobody can look it up later.")
