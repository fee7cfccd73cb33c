"""`gatehouse sign-in-link`: for an owner whose mail is broken."""

from typing import Any

from django.core.management.base import CommandParser

from gatehouse.core.commands import Answer, PortalCommand
from gatehouse.identity import actions


class Command(PortalCommand):
    group = "People"
    help = "Print an address that signs this person in, once, within ten minutes. The journal tells of it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)

    def act(self, **options: Any) -> Answer:
        return {"url": actions.issue_link(email=options["email"], actor=None)}

    def tell(self, answer: Answer) -> None:
        self.stdout.write(answer["url"])
