"""From a file to staged lines: read, typed and checked in batches, with progress, in bounded memory."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from operator import itemgetter
from typing import Any

from django.db import transaction

from gatehouse.core import ids
from gatehouse.core.said import Said
from gatehouse.core.sheets import BadRow, Row, Sheet
from gatehouse.people import roster
from gatehouse.people.importing import fingerprints, staging
from gatehouse.people.importing.columns import KERNEL_NAMES, in_the_files_words
from gatehouse.people.importing.ordering import InOrder
from gatehouse.people.models import RefusedLine, RosterImport, StagedLine

BATCH = 20_000
EMPTY = {"add_ons": "[]", "listed_groups": "[]", "attributes": "{}"}
LINE, SOURCE, NUMBER = roster.AT["line"], roster.AT["source"], roster.AT["number"]

Progress = Callable[[int, int], None]
Key = tuple[str, str]


@dataclass
class Reader:
    """One pass over one file. `known` are fingerprints still to be met, `seen` a hash of each number met."""

    roster_import: RosterImport
    sheet: Sheet
    parser: roster.Parser
    columns: tuple[str, ...]
    today: date
    known: set[int] = field(default_factory=set)
    met: Counter[str] = field(default_factory=Counter)
    seen: set[int] = field(default_factory=set)
    doubled: set[Key] = field(default_factory=set)
    sources: set[str] = field(default_factory=set)
    refusals: list[RefusedLine] = field(default_factory=list)
    prints: dict[int, int] = field(default_factory=dict)
    staged: int = 0
    stretches: list[tuple[int, int]] = field(default_factory=list)
    is_second_pass: bool = False

    def __post_init__(self) -> None:
        place = {name: header for header, name in self.roster_import.columns.items()}
        self.number_at = self.sheet.header.index(place["number"])
        self.source_at = self.sheet.header.index(place["source"]) if "source" in place else None
        self.known = fingerprints.known(self.roster_import, one_source=self.source_at is None)
        self.make_row = self._row_maker()

    def read(self, progress: Progress) -> None:
        """Stage what is not known by heart; raises `SheetUnreadable` on the way, and then nothing may be used."""
        self._stage(self._unknown(), progress)
        if self.doubled:
            self.is_second_pass = True
            self._stage(self._doubled_again(), progress)

    def _stage(self, rows: Iterator[Row], progress: Progress) -> None:
        batch: list[Any] = []
        for item in roster.merged(self._parsed(rows)):
            if isinstance(item, roster.Refused):
                refused = in_the_files_words(item, self.roster_import.columns)
                self._refuse(refused.line, refused.column, refused.message)
                continue
            self._meet(str(item[SOURCE]), str(item[NUMBER]))
            batch.append(self.make_row(item))
            if len(batch) >= BATCH:
                self._write(batch, progress)
                batch = []
        self._write(batch, progress)

    def _unknown(self) -> Iterator[Row]:
        """Rows that have to be read; neighbours of one number are looked at together."""
        fingerprint = fingerprints.maker(self.roster_import, self.sheet.header)
        for rows in self._neighbours():
            yield from self._weighed(rows, fingerprint([cells for _line, cells in rows]))

    def _neighbours(self) -> Iterator[list[Row]]:
        """Rows that stand together and are of one number of one source."""
        number, source = self.number_at, self.source_at
        held: list[Row] = []
        for row in self.sheet.rows():
            if isinstance(row, BadRow):
                if not self.is_second_pass:
                    self._refuse(row.line, row.column, row.message)
                continue
            cells = row[1]
            if held and (
                cells[number] != held[0][1][number] or (source is not None and cells[source] != held[0][1][source])
            ):
                yield held
                held = []
            held.append(row)
        if held:
            yield held

    def _weighed(self, rows: list[Row], fingerprint: int) -> list[Row]:
        if fingerprint not in self.known:
            self.prints[rows[0][0]] = fingerprint
            return rows
        self.known.remove(fingerprint)
        source, number = self._key(rows[0][1])
        self.met[source] += 1
        self._meet(source, number)
        return []

    def _key(self, cells: list[str]) -> Key:
        at = self.source_at
        said = cells[at].strip() if at is not None else ""
        return said or self.roster_import.source, cells[self.number_at].strip()

    def _doubled_again(self) -> Iterator[Row]:
        """A number that comes twice is read in full, the lines that had been known by heart included."""
        there, wanted = self._lines_told(), set(self.doubled)
        for rows in self._neighbours():
            key = self._key(rows[0][1])
            if key in wanted and there.isdisjoint(line for line, _cells in rows):
                self.met[key[0]] -= 1
                yield from rows

    def _lines_told(self) -> set[int]:
        """Of neighbours that were read at least one is staged or refused; of those known by heart, none."""
        told: set[int] = set()
        for model in (StagedLine, RefusedLine):
            lines = model._default_manager.filter(roster_import=self.roster_import)  # noqa: SLF001
            told.update(lines.values_list("line", flat=True).iterator())
        return told

    def _parsed(self, rows: Iterator[Row]) -> Iterator[roster.Line]:
        parse = self.parser.parse
        for line, cells in rows:
            item = parse(line, cells)
            if isinstance(item, roster.Refused):
                self._refuse(item.line, item.column, item.message, key=self._key(cells))
            else:
                yield item

    def _meet(self, source: str, number: str) -> None:
        """Keep whose numbers these are, and which number comes again further down."""
        key = source, number
        known = hash(key)
        if known in self.seen:
            self.doubled.add(key)
        self.seen.add(known)
        self.sources.add(source)

    def _refuse(self, line: int, column: str, message: Said, *, key: Key = ("", "")) -> None:
        self.refusals.append(
            RefusedLine(
                roster_import=self.roster_import,
                line=line,
                column=column,
                template=message.template,
                params=message.params,
                source=key[0][:60],
                number=key[1][:64],
            )
        )

    def _write(self, batch: list[Any], progress: Progress) -> None:
        """One batch, one commit: between two of them everybody else may write."""
        with transaction.atomic():
            staging.write(self.columns, batch)
            RefusedLine.objects.bulk_create(self.refusals, batch_size=1000)
        self.staged += len(batch)
        lines = [row[1] for row in batch]
        if not self.is_second_pass and lines:
            self.stretches.append((lines[0] - 1, lines[-1]))
        elif lines:
            self.stretches += [(line - 1, line) for line in lines]
        self.refusals = []
        self.prints.clear()
        progress(self.sheet.position(), self.sheet.size)

    def _row_maker(self) -> Callable[[roster.Line], list[Any]]:
        """From a kernel's line to a staged row: the columns the file has, an id in case it is new, today's status."""
        pick = itemgetter(LINE, SOURCE, NUMBER, *(roster.AT[KERNEL_NAMES.get(name, name)] for name in self.columns))
        places = {name: place for place, name in enumerate(self.columns, start=len(staging.FIXED))}
        empties = [(places[name], empty) for name, empty in EMPTY.items() if name in places]
        lists = [places[name] for name in ("add_ons", "listed_groups") if name in places]
        in_order = InOrder()
        status, expires, left = (places.get(name, 0) for name in ("status", "expires_on", "left_on"))
        import_id, new_ids, today, prints = self.roster_import.pk, ids.rising(), self.today.isoformat(), self.prints

        def make(line: roster.Line) -> list[Any]:
            number, *cells = pick(line)
            row = [import_id, number, next(new_ids), prints.get(number), *cells]
            for place, empty in empties:
                row[place] = row[place] or empty
            for place in lists:
                row[place] = in_order[row[place]]
            if expires and row[status] == "active" and (row[expires] or today) < today:
                row[status] = "lapsed"
            if left and row[left] and row[left] <= today:
                row[status] = "ended"
            return row

        return make
