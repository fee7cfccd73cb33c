"""`gatehouse reset-factors`: for an owner who lost phone and recovery codes, and has no other owner to ask."""

from typing import Any

from django.core.management.base import CommandParser

from gatehouse.core.commands import Answer, PortalCommand
from gatehouse.identity import actions, queries
from gatehouse.identity.refusals import NobodyThere


class Command(PortalCommand):
    group = "People"
    help = (
        "Take away this person's passkeys, authenticator app and recovery codes. The journal and a letter tell of it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--email", required=True)

    def act(self, **options: Any) -> Answer:
        person = queries.person_at(options["email"])
        if person is None:
            raise NobodyThere(options["email"])
        actions.reset_factors(person=person, actor=None)
        return {"id": str(person.pk)}

    def tell(self, answer: Answer) -> None:
        self.stdout.write(
            "Done. A code by e-mail is the way in again; `gatehouse sign-in-link` gives one without mail."
        )
