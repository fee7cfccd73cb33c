from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from gatehouse.config.copies.making import make_copy
from gatehouse.core.commands import Answer, PortalCommand


class Command(PortalCommand):
    help = "Write database, uploads, key and settings into one file, while the portal runs. Keep it safe: it opens all."
    group = "Safety copies"
    needs_migrations = False  # the copy before an upgrade is made by the new version

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="such as gatehouse-2026-11-22.tar.gz")

    def act(self, *, file: Path, **options: Any) -> Answer:
        return make_copy(file)

    def tell(self, answer: Answer) -> None:
        self.stdout.write(f"{answer['file']}: {answer['files']} files, {answer['bytes']:,} bytes.")
