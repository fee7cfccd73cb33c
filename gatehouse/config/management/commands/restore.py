from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from gatehouse.config.copies.restoring import restore_copy
from gatehouse.core.commands import Answer, PortalCommand


class Command(PortalCommand):
    help = "Put a backup in the place of this portal. Until the very end the old one stays whole."
    group = "Safety copies"
    needs_migrations = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--yes", action="store_true", help="replace a portal that is not empty")

        parser.add_argument("--while-running", action="store_true", help="do it although the portal runs")

    def act(self, *, file: Path, yes: bool, while_running: bool, **options: Any) -> Answer:
        return restore_copy(file, may_replace=yes, while_running=while_running)

    def tell(self, answer: Answer) -> None:
        self.stdout.write(f"Restored the backup of {answer['made_at']}.")
        if answer["held_letters"]:
            self.stdout.write(
                f"{answer['held_letters']} letters that waited then are held: they may have gone out since."
            )
        for line in answer["warnings"]:
            self.stdout.write(line)
