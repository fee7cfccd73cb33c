"""The first steps of a roster import: keep the file, open it, guess its columns, have them confirmed."""

import hashlib
from collections.abc import Mapping as Columns
from itertools import islice
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from gatehouse.core import claims, clock
from gatehouse.core.events import publish
from gatehouse.core.said import Said, noop
from gatehouse.core.sheets import BadRow, Sheet, SheetUnreadable, open_sheet
from gatehouse.core.sheets.kinds import is_workbook
from gatehouse.people import policies, roster
from gatehouse.people.events import RosterAsked
from gatehouse.people.models import Person, RosterImport, SavedMapping

State = RosterImport.State
OPENED_AT_ONCE = 256_000
"""Bytes; a larger workbook is opened in the background, for unpacking it may take a minute."""
LOOKED_AT, SAMPLES, SAMPLE_LENGTH = 200, 3, 60
_NO_LINES = noop("This file has a header and no lines below it. Add the people, and choose it again.")
_REST = ("columns", "source", "date_order", "blanks", "mapping", "missing_choice", "actor", "actor_name", "asker")


class ImportRefused(ValueError):
    """The file, or this step of the import, can't be done; the message says why and what to do."""


def begin_import(
    *, path: Path, filename: str, mapping: roster.Mapping | None, actor: Person | None, source: str = ""
) -> RosterImport:
    """Keep the file and guess what its columns mean. Raises `ImportRefused` for a file that is no table.

    Nothing is read yet: `choose_columns` or `read_import` go on from here.
    """
    insist(actor)
    roster_import = _named(filename, actor)
    try:
        _open(roster_import, path, mapping=mapping, source=source)
    except (SheetUnreadable, roster.RosterUnreadable) as error:
        raise ImportRefused(error.said.translated(_)) from error
    _keep(roster_import, path)
    return roster_import


@transaction.atomic
def receive_import(*, path: Path, filename: str, actor: Person | None) -> RosterImport:
    """As `begin_import`, for those who wait for a page: a large workbook is kept now and opened by a worker."""
    insist(actor)
    with path.open("rb") as file:
        is_slow = is_workbook(file.read(4)) and path.stat().st_size > OPENED_AT_ONCE
    if not is_slow:
        return begin_import(path=path, filename=filename, mapping=None, actor=actor)
    roster_import = _named(filename, actor)
    roster_import.state = State.OPENING
    _keep(roster_import, path)
    publish(RosterAsked(roster_import.pk))
    return roster_import


def open_import(*, roster_import: RosterImport) -> None:
    """What a worker does with a file that was kept unopened; one that is no table is `refused`."""
    try:
        _open(roster_import, Path(roster_import.file.path), mapping=None, source="")
    except (SheetUnreadable, roster.RosterUnreadable) as error:
        refuse(roster_import, error.said)
    else:
        roster_import.state = State.UPLOADED
    settle(roster_import)


def _named(filename: str, actor: Person | None) -> RosterImport:
    name = actor.name if actor else ""
    return RosterImport(filename=filename[-200:], actor=actor, actor_name=name, asker=actor)


def _keep(roster_import: RosterImport, path: Path) -> None:
    with path.open("rb") as file:
        roster_import.sha256 = hashlib.file_digest(file, "sha256").hexdigest()
        roster_import.progress_total = path.stat().st_size
        file.seek(0)
        suffix = Path(roster_import.filename).suffix.lower()[:5]
        roster_import.file.save(f"{roster_import.sha256[:16]}{suffix}", File(file), save=False)
    roster_import.save()


def _open(roster_import: RosterImport, path: Path, *, mapping: roster.Mapping | None, source: str) -> None:
    """Read the header and a few lines; raises what the sheet or the kernel refuses."""
    sheet = open_sheet(path, name=roster_import.filename)
    if not sheet.has_rows():
        raise SheetUnreadable(_NO_LINES)
    guess = roster.guess(sheet.header, mappings=mappings())
    guessed = mapping or guess.mapping
    found = {sheet.header[index]: name for name, index in roster.columns_of(guessed, sheet.header).items()}
    unsure = {match.header for match in guess.columns if match.guessed} if mapping is None else set()
    roster_import.mapping, roster_import.source = guessed.name, source or guessed.source
    roster_import.columns, roster_import.date_order = found, guessed.date_order
    roster_import.blanks = dict(guessed.blanks)
    roster_import.header = _seen(sheet, found, unsure)


def _seen(sheet: Sheet, found: Columns[str, str], unsure: set[str]) -> list[dict[str, Any]]:
    """Each column with up to three of its values, as somebody will be shown them."""
    rows = [row[1] for row in islice(sheet.rows(), LOOKED_AT) if not isinstance(row, BadRow)]
    return [
        {
            "name": name,
            "samples": _samples(row[index] for row in rows),
            "field": found.get(name, ""),
            "guessed": name in unsure,
        }
        for index, name in enumerate(sheet.header)
    ]


def _samples(cells: Any) -> list[str]:
    shown = (" ".join(cell.split())[:SAMPLE_LENGTH] for cell in cells if cell.strip())
    return list(islice(dict.fromkeys(shown), SAMPLES))


def mappings() -> dict[str, roster.Mapping]:
    """The ready-made mappings and those somebody saved."""
    saved = {row.name: as_mapping(row, row.name) for row in SavedMapping.objects.all()}
    return {**saved, **roster.MAPPINGS}


def as_mapping(row: SavedMapping | RosterImport, name: str) -> roster.Mapping:
    return roster.Mapping(
        name=name,
        source=row.source,
        columns=row.columns,
        date_order=row.date_order,  # type: ignore[arg-type]  # the kernel checks its words
        blanks=row.blanks,
    )


@transaction.atomic
def choose_columns(
    *,
    roster_import: RosterImport,
    chosen: dict[str, str],
    source: str,
    date_order: str,
    save_as: str,
    actor: Person | None,
) -> None:
    """Take the columns as somebody confirmed them, remember them under a name, and queue the reading."""
    insist(actor)
    if not roster_import.file:
        raise ImportRefused(_("The file was cleared away. Choose it again."))
    if save_as in roster.MAPPINGS:
        raise ImportRefused(_("“%(name)s” is a mapping of our own. Choose another name.") % {"name": save_as})
    roster_import.columns, roster_import.source, roster_import.date_order = chosen, source, date_order
    if save_as:
        values = {"source": source, "columns": chosen, "date_order": date_order, "blanks": roster_import.blanks}
        SavedMapping.objects.update_or_create(name=save_as, defaults=values)
        roster_import.mapping = save_as
    roster_import.asker = actor
    move(roster_import, State.READING, (State.UPLOADED, State.CHECKED, State.REFUSED, State.STOPPED))


# --- what all steps share ------------------------------------------------------------------------


def insist(actor: Person | None) -> None:
    """The command line acts without a person; whoever can run it owns the data folder."""
    if actor is not None and not policies.can_import_roster(actor):
        raise PermissionDenied


def refuse(roster_import: RosterImport, why: Said) -> None:
    roster_import.state, roster_import.template, roster_import.params = State.REFUSED, why.template, why.params


@transaction.atomic
def move(roster_import: RosterImport, state: str, allowed: tuple[str, ...]) -> None:
    """From one of the allowed states to the next, once; a second press, or a slower tab, is told so."""
    here = RosterImport.objects.filter(pk=roster_import.pk, state__in=allowed)
    fields = {name: getattr(roster_import, name) for name in _REST}
    fresh = {"template": "", "params": {}, "progress_done": 0, "progress_at": None, "begun_at": None}
    if not here.update(state=state, **fresh, **claims.anew(clock.now()), **fields):
        raise ImportRefused(_("This import has moved on meanwhile. Look at it again."))
    roster_import.refresh_from_db()
    if roster_import.is_working:
        publish(RosterAsked(roster_import.pk))


@transaction.atomic
def settle(roster_import: RosterImport) -> bool:
    """Write what the step came to, unless somebody stopped it or another worker took it over meanwhile."""
    ours = RosterImport.objects.filter(pk=roster_import.pk, claim=roster_import.claim).exclude(state=State.STOPPED)
    if not ours.update(claim=None):
        return False
    roster_import.claim = None
    roster_import.save()
    return True
