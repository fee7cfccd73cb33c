"""`gatehouse import-roster FILE`: a preview, and with --apply the import itself, in the foreground."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils.translation import gettext as _

from gatehouse.core.commands import Answer, ImportCommand, progress_bar
from gatehouse.people import actions, queries
from gatehouse.people.models import RosterImport


class Command(ImportCommand):
    help = "Preview a roster file (CSV or XLSX), and with --apply bring it in."
    group = "People"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--mapping", help="gatehouse, altru, classlist, or one you saved; guessed when left out")
        parser.add_argument("--source", default="", help="whose numbers these are; else as the mapping says")
        parser.add_argument("--missing", choices=RosterImport.Missing.values, default=RosterImport.Missing.LEAVE)
        parser.add_argument("--apply", action="store_true", help="write; without it this is a preview")

    def act(self, *, file: Path, mapping: str | None, source: str, missing: str, apply: bool, **options: Any) -> Answer:
        roster_import = self._begin(file, mapping, source)
        with progress_bar(_("Reading")) as progress:
            actions.read_import(roster_import=roster_import, progress=progress)
        if apply and roster_import.state == RosterImport.State.CHECKED:
            roster_import.missing_choice = missing
            roster_import = actions.apply_import(roster_import=roster_import, actor=None)
        return queries.import_answer(roster_import)

    def _begin(self, file: Path, mapping: str | None, source: str) -> RosterImport:
        known = actions.mappings()
        if mapping and mapping not in known:
            raise CommandError(f"There is no mapping {mapping!r}. There are: {', '.join(sorted(known))}.", returncode=2)
        if not file.is_file():
            raise CommandError(f"There is no file {file}.")
        chosen = known[mapping] if mapping else None
        return actions.begin_import(path=file, filename=file.name, mapping=chosen, source=source, actor=None)

    def tell(self, answer: Answer) -> None:
        if "error" in answer:
            self.stderr.write(answer["error"])
            return
        super().tell(answer)
