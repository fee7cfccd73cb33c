"""`gatehouse helpdesk report`: a period's report as a file; with --names every ticket, which the journal keeps."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser

from gatehouse.core.commands import Answer, PortalCommand
from gatehouse.helpdesk.actions import reporting as acts
from gatehouse.helpdesk.queries import report_asked, report_files, report_periods
from gatehouse.helpdesk.queries.reporting import Wanted, over


class Command(PortalCommand):
    group = "Help desk"
    help = "Write the help desk's report of some days to a file: without names and small groups, or with --names by ticket."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--from", dest="first", required=True, metavar="DATE", help="the first day, like 2026-08-31"
        )
        parser.add_argument("--to", dest="last", required=True, metavar="DATE", help="the last day, included")
        parser.add_argument("--names", action="store_true", help="every ticket with names; written into the journal")
        parser.add_argument("--format", choices=["csv", "xlsx"], help="else by the ending of FILE, else csv")
        parser.add_argument("--out", type=Path, required=True, metavar="FILE")

    def act(self, *, first: str, last: str, names: bool, out: Path, **options: Any) -> Answer:
        try:
            wanted = Wanted(report_asked.days(first, last))
        except report_asked.RangeUnusable as refusal:
            raise CommandError(f"--{refusal.field}: {refusal}", returncode=2) from refusal
        form: report_files.Form = options["format"] or ("xlsx" if out.suffix.lower() == ".xlsx" else "csv")
        if names:
            acts.note_names_read(actor=None, period=report_periods.worded(wanted.period), filters={}, form=form)
        rows = _write(out, report_files.tickets(wanted, form) if names else report_files.summary(wanted, form))
        return {"file": str(out), "format": form, "names": names, "tickets": over(wanted.period).count(), "bytes": rows}


def _write(out: Path, pieces: Iterator[bytes]) -> int:
    """Written aside and moved into place, so that no half a report is taken for a whole one."""
    aside = out.with_name(f".{out.name}.part")
    try:
        with aside.open("wb") as file:
            written = sum(file.write(piece) for piece in pieces)
        aside.replace(out)
    finally:
        aside.unlink(missing_ok=True)
    return written
