"""From a file to staged lines: read, typed and checked in batches, with progress, in bounded memory."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from django.db import transaction

from gatehouse.core import ids
from gatehouse.core.said import Said
from gatehouse.core.sheets import BadRow, Sheet
from gatehouse.people import roster
from gatehouse.people.importing import staging
from gatehouse.people.importing.columns import KERNEL_NAMES
from gatehouse.people.models import RefusedLine, RosterImport

BATCH = 20_000
EMPTY = {"add_ons": "[]", "listed_groups": "[]", "attributes": "{}"}
SOURCE, NUMBER = roster.AT["source"], roster.AT["number"]

Progress = Callable[[int, int], None]


@dataclass
class Reader:
    """One pass over one file. `seen` holds a hash of each number: some 60 MB for a million."""

    roster_import: RosterImport
    sheet: Sheet
    parser: roster.Parser
    columns: tuple[str, ...]
    today: date
    seen: set[int] = field(default_factory=set)
    doubled: set[tuple[str, str]] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    refusals: list[RefusedLine] = field(default_factory=list)
    staged: int = 0
    last_line: int = 0

    def read(self, progress: Progress) -> None:
        """Stage the whole file; raises `SheetUnreadable` on the way, and then nothing of it may be used."""
        make_row = self._row_maker()
        batch: list[Any] = []
        for item in roster.merged(self._parsed()):
            if isinstance(item, roster.Refused):
                self._refuse(item.line, item.column, item.message)
                continue
            self._remember(item)
            batch.append(make_row(item))
            if len(batch) >= BATCH:
                self._write(batch, progress)
                batch = []
        self._write(batch, progress)

    def _parsed(self) -> Iterator[roster.Line]:
        parse, place = self.parser.parse, self.sheet.header.index(self._number_column())
        for row in self.sheet.rows():
            if isinstance(row, BadRow):
                self._refuse(row.line, row.column, row.message)
                continue
            item = parse(*row)
            if isinstance(item, roster.Refused):
                self._refuse(item.line, item.column, item.message, number=row[1][place].strip()[:64])
            else:
                yield item

    def _number_column(self) -> str:
        return next(str(header) for header, name in self.roster_import.columns.items() if name == "number")

    def _remember(self, line: roster.Line) -> None:
        """Keep whose numbers these are, and which number comes again further down."""
        key = str(line[SOURCE]), str(line[NUMBER])
        known = hash(key)
        if known in self.seen:
            self.doubled.add(key)
        self.seen.add(known)
        self.sources.add(key[0])

    def _refuse(self, line: int, column: str, message: Said, *, number: str = "") -> None:
        self.refusals.append(
            RefusedLine(
                roster_import=self.roster_import,
                line=line,
                column=column,
                template=message.template,
                params=message.params,
                source=self.roster_import.source,
                number=number,
            )
        )

    def _write(self, batch: list[Any], progress: Progress) -> None:
        """One batch, one commit: between two of them everybody else may write."""
        with transaction.atomic():
            staging.write(self.columns, batch)
            RefusedLine.objects.bulk_create(self.refusals, batch_size=1000)
        self.staged += len(batch)
        self.last_line = batch[-1][1] if batch else self.last_line
        self.refusals = []
        progress(self.sheet.position(), self.sheet.size)

    def _row_maker(self) -> Callable[[roster.Line], list[Any]]:
        """From a kernel's line to a staged row: the columns the file has, an id in case it is new, today's status."""
        pick = itemgetter(0, SOURCE, NUMBER, *(roster.AT[KERNEL_NAMES.get(name, name)] for name in self.columns))
        places = {name: place for place, name in enumerate(self.columns, start=len(staging.FIXED))}
        empties = [(places[name], empty) for name, empty in EMPTY.items() if name in places]
        status, expires, left = (places.get(name, 0) for name in ("status", "expires_on", "left_on"))
        import_id, new_ids, today = self.roster_import.pk, ids.rising(), self.today.isoformat()

        def make(line: roster.Line) -> list[Any]:
            number, *cells = pick(line)
            row = [import_id, number, next(new_ids), *cells]
            for place, empty in empties:
                row[place] = row[place] or empty
            if expires and row[status] == "active" and (row[expires] or today) < today:
                row[status] = "lapsed"
            if left and row[left] and row[left] <= today:
                row[status] = "ended"
            return row

        return make
