"""`gatehouse undo-import [ID]`: take the last applied roster back."""

from typing import Any

from django.core.management.base import CommandError, CommandParser

from gatehouse.core.commands import Answer, PortalCommand, progress_bar
from gatehouse.people import actions, queries
from gatehouse.people.models import RosterImport


class Command(PortalCommand):
    help = "Take the last applied roster import back."
    group = "People"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", type=int, nargs="?", help="of the import; the last applied one when left out")

    def act(self, *, id: int | None, **options: Any) -> Answer:  # noqa: A002  the argument's name on the command line
        last = actions.last_applied() if id is None else RosterImport.objects.filter(pk=id).first()
        if last is None:
            raise CommandError("There is no import to undo." if id is None else f"There is no import {id}.")
        with progress_bar("Undoing") as progress:
            done = actions.undo_import(roster_import=last, actor=None, progress=progress)
        return {"id": done.pk, "undone": queries.done_by(done).count() - done.kept, "kept": done.kept}
