"""`gatehouse helpdesk load-demo`: tickets of made-up people over six terms, to see the desk at its full size."""

from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError, CommandParser

from gatehouse.core.commands import Answer, PortalCommand, progress_bar
from gatehouse.helpdesk.actions import loading

MOST = 1_000_000


class Command(PortalCommand):
    group = "Help desk"
    help = "Add tickets of made-up people over the last six terms, to try the help desk; the same seed gives the same."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--tickets", type=int, default=2000, metavar="N")
        parser.add_argument("--seed", type=int, default=1, metavar="S")

    def act(self, *, tickets: int, seed: int, **options: Any) -> Answer:
        if not 0 < tickets <= MOST:
            raise CommandError(f"--tickets must be from 1 to {MOST:,}.", returncode=2)
        with progress_bar("Loading", unit="tickets") as progress:
            return asdict(loading.load_made_up(tickets=tickets, seed=seed, actor=None, progress=progress))
