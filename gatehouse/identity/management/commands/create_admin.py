"""`gatehouse create-admin`: an owner, made from the command line."""

import sys
from typing import Any

from django.core.management.base import CommandParser

from gatehouse.core.commands import Answer, PortalCommand
from gatehouse.identity import actions


class Command(PortalCommand):
    group = "People"
    help = "Give the role owner to the person with this address, who is made when nobody has it."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)
        parser.add_argument("--name", default="", help="used when the person is new")
        parser.add_argument(
            "--password-stdin", action="store_true", help="read a password from the first line of stdin"
        )

    def act(self, **options: Any) -> Answer:
        password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else ""
        person = actions.make_owner(email=options["email"], name=options["name"], password=password, actor=None)
        return {"id": str(person.pk)}

    def tell(self, answer: Answer) -> None:
        self.stdout.write(f"Owner: {answer['id']}")
