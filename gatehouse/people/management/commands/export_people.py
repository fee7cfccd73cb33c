"""`gatehouse export-people`: everybody as JSON, or the roster as CSV."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from gatehouse.core.commands import Answer, PortalCommand
from gatehouse.people import actions
from gatehouse.people.models import Membership, Person
from gatehouse.people.queries import export


class Command(PortalCommand):
    group = "People"
    help = "Write people and memberships, to stdout or to a file; as CSV it is the roster that import-roster takes."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--out", type=Path, metavar="FILE", help="write there; the answer then says how much")
        parser.add_argument("--format", choices=["json", "csv"], help="else by the ending of FILE, else json")

    def act(self, **options: Any) -> Answer | None:
        """Without a file the export is itself the answer, and goes out as it is read."""
        out: Path | None = options["out"]
        form = options["format"] or ("csv" if out and out.suffix.lower() == ".csv" else "json")
        if out is None and options["json"] and form == "csv":
            raise CommandError("--json with --format csv needs --out FILE.", returncode=2)
        if out:
            _write(out, form)
        else:
            for text in _texts(form):
                self.stdout.write(text, ending="")
        self._tell_left_out(form)
        return _how_much(out, form) if out else None

    def _tell_left_out(self, form: str) -> None:
        if form == "csv" and (n := export.without_number()):
            self.stderr.write(f"{n:,} people have no membership, so no number: they are not in the CSV, only in JSON.")


def _texts(form: str) -> Iterator[str]:
    actions.note_export(actor=None, form=form)
    if form == "csv":
        yield from export.as_csv()
    else:
        yield from export.as_json()
        yield "\n"


def _write(out: Path, form: str) -> None:
    """Written aside and moved into place, so that no half an export is taken for a whole one."""
    aside = out.with_name(f".{out.name}.part")
    try:
        with aside.open("w", encoding="utf-8", newline="") as file:
            file.writelines(_texts(form))
        aside.replace(out)
    finally:
        aside.unlink(missing_ok=True)


def _how_much(out: Path, form: str) -> Answer:
    people, memberships = Person.objects.count(), Membership.objects.count()
    return {"file": str(out), "format": form, "people": people, "memberships": memberships}
