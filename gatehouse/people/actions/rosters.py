"""Roster imports: begin, read, decide, apply, undo. Doors and the worker call the same verbs."""

import hashlib
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.files import File
from django.db import connection, transaction

from gatehouse.core import claims, clock
from gatehouse.core.events import publish
from gatehouse.core.sheets import SheetUnreadable, open_sheet
from gatehouse.journal import actions as journal
from gatehouse.people import policies, roster
from gatehouse.people.events import PeopleChanged, PeopleInvited, PersonLeft, RosterAsked
from gatehouse.people.importing import applying, columns, comparing, doubled, undoing
from gatehouse.people.importing.reading import Reader
from gatehouse.people.models import (
    Invitation,
    Person,
    RefusedLine,
    RosterChange,
    RosterImport,
    SavedMapping,
    StagedLine,
)

LEASE = timedelta(minutes=5)
State = RosterImport.State
Progress = Callable[[int, int], None]


class ImportRefused(ValueError):
    """The file, or this step of the import, can't be done; the message says why and what to do."""


class Stopped(Exception):
    """Somebody stopped the import while it was being read."""


def silent(done: int, total: int) -> None:
    """No one watches."""


def begin_import(
    *, path: Path, filename: str, mapping: roster.Mapping | None, actor: Person | None, source: str = ""
) -> RosterImport:
    """Keep the file and guess what its columns mean. Raises `ImportRefused` for a file that is no table.

    Nothing is read yet: `choose_columns` or `read_import` go on from here.
    """
    _insist(actor)
    try:
        sheet = open_sheet(path, name=filename)
        guessed = mapping or roster.guess(sheet.header, mappings=mappings()).mapping
    except (SheetUnreadable, roster.RosterUnreadable) as error:
        raise ImportRefused(str(error)) from error
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        roster_import = RosterImport(
            filename=filename[-200:],
            sha256=digest,
            mapping=guessed.name,
            source=source or guessed.source,
            columns=_columns(guessed, sheet.header),
            date_order=guessed.date_order,
            progress_total=sheet.size,
            actor=actor,
            actor_name=actor.name if actor else "",
        )
        file.seek(0)
        roster_import.file.save(f"{digest[:16]}{path.suffix.lower()[:5]}", File(file), save=False)
    roster_import.save()
    return roster_import


def _columns(mapping: roster.Mapping, header: tuple[str, ...]) -> dict[str, str]:
    """Header → our field, for the columns that this file has."""
    found = roster.columns_of(mapping, header)
    return {header[index]: name for name, index in found.items()}


def mappings() -> dict[str, roster.Mapping]:
    """The ready-made mappings and those somebody saved."""
    saved = {row.name: _as_mapping(row) for row in SavedMapping.objects.all()}
    return {**saved, **roster.MAPPINGS}


def _as_mapping(saved: SavedMapping | RosterImport) -> roster.Mapping:
    name = saved.name if isinstance(saved, SavedMapping) else saved.mapping
    base = roster.MAPPINGS.get(name)
    return roster.Mapping(
        name=name,
        source=saved.source,
        columns=saved.columns,
        date_order=saved.date_order,  # type: ignore[arg-type]  # the kernel checks its words
        blanks=base.blanks if base else {"status": "active"},
    )


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
    _insist(actor)
    roster_import.columns, roster_import.source, roster_import.date_order = chosen, source, date_order
    if save_as:
        SavedMapping.objects.update_or_create(
            name=save_as, defaults={"source": source, "columns": chosen, "date_order": date_order}
        )
        roster_import.mapping = save_as
    _move(roster_import, State.READING, (State.UPLOADED, State.CHECKED, State.REFUSED))


def read_import(*, roster_import: RosterImport, progress: Progress = silent) -> RosterImport:
    """Read, type and check the file into the staging table, and compare it with what we know.

    Of an unreadable file nothing is kept; the import is then `refused` and its message tells where and why.
    """
    _forget_lines(roster_import)
    try:
        _read(roster_import, _watched(roster_import, progress))
    except (SheetUnreadable, roster.RosterUnreadable) as error:
        _forget_lines(roster_import)
        roster_import.state, roster_import.message = State.REFUSED, str(error)
    except Stopped:
        _forget_lines(roster_import)
        return roster_import
    else:
        roster_import.state, roster_import.message, roster_import.checked_at = State.CHECKED, "", clock.now()
    roster_import.claim = None
    roster_import.save()
    return roster_import


def _read(roster_import: RosterImport, progress: Progress) -> None:
    sheet = open_sheet(Path(roster_import.file.path), name=roster_import.filename)
    mapping = _as_mapping(roster_import)
    rows = (cells for _line, cells, *rest in sheet.rows() if not rest)
    mapping = roster.with_date_order(mapping, sheet.header, rows)
    roster_import.compared_at = clock.now()
    reader = Reader(
        roster_import=roster_import,
        sheet=sheet,
        parser=roster.compile(mapping, sheet.header, today=clock.today()),
        columns=columns.mapped(mapping, sheet.header),
        today=clock.today(),
    )
    reader.read(progress)
    doubled.merge(roster_import, reader.doubled)
    roster_import.mapped = list(reader.columns)
    roster_import.sources = sorted(reader.sources)
    roster_import.known = reader.met.total()
    comparing.compare(roster_import, stretches=reader.stretches, progress=progress)
    comparing.note_missing(roster_import, met=reader.met, unmet=reader.known)
    comparing.count(roster_import)
    roster_import.lines = (
        roster_import.unchanged + roster_import.changes + roster_import.undecided + roster_import.refused
    )


def _watched(roster_import: RosterImport, progress: Progress) -> Progress:
    """Tell the page and keep the lease; a person's Stop is noticed here."""

    def tell(done: int, total: int) -> None:
        now = clock.now()
        row = RosterImport.objects.filter(pk=roster_import.pk).exclude(state=State.STOPPED)
        if not row.update(progress_done=done, progress_total=total, progress_at=now, not_before=now + LEASE):
            raise Stopped
        roster_import.not_before = now + LEASE
        progress(done, total)

    return tell


def _forget_lines(roster_import: RosterImport) -> None:
    for model in (StagedLine, RosterChange, RefusedLine):
        rows = model._default_manager.filter(roster_import=roster_import)  # noqa: SLF001
        rows._raw_delete(rows.db)  # noqa: SLF001  nothing refers to these rows


@transaction.atomic
def decide(*, roster_import: RosterImport, decisions: dict[int, str], actor: Person | None) -> None:
    """Settle who is who for lines in doubt (change id → `RosterChange.Decision`), before the import is applied."""
    _insist(actor)
    if roster_import.state != State.CHECKED:
        raise ImportRefused("This import is not waiting for decisions any more.")
    doubtful = RosterChange.objects.filter(roster_import=roster_import, pk__in=decisions).exclude(template="")
    for change in doubtful:
        _settle_doubt(change, decisions[change.pk])
    comparing.count(roster_import)
    roster_import.save()


def _settle_doubt(change: RosterChange, decision: str) -> None:
    kinds, decisions = RosterChange.Kind, RosterChange.Decision
    was_known = change.before is not None
    change.decision = decision
    if decision == decisions.OTHER:
        change.kind = kinds.CHANGED if was_known else kinds.JOINED
        change.without_email = True
        if not was_known:
            change.person_id, change.is_new_person = change.membership_id, True
    elif decision == decisions.SAME and not was_known:
        change.kind = kinds.JOINED
    else:
        change.kind = kinds.UNDECIDED
    change.save()


def ask_to_apply(*, roster_import: RosterImport, missing_choice: str, actor: Person | None) -> None:
    """Queue the apply; it runs in the background and the import's page shows it."""
    _insist(actor)
    roster_import.missing_choice = RosterImport.Missing(missing_choice)
    roster_import.actor, roster_import.actor_name = actor, actor.name if actor else ""
    _move(roster_import, State.APPLYING, (State.CHECKED,))


def apply_import(*, roster_import: RosterImport, actor: Person | None) -> RosterImport:
    """Make our people match the staged lines, and announce who changed: one short transaction of set-based SQL.

    When somebody changed these people after the preview, nothing is written and the preview is made again.
    """
    try:
        with transaction.atomic():
            _one_at_a_time()
            applying.apply(roster_import)
            now = clock.now()
            roster_import.state, roster_import.applied_at, roster_import.claim = State.APPLIED, now, None
            roster_import.undo_until = now + applying.UNDO_FOR
            roster_import.save()
            journal.record(
                actor=actor,
                verb="roster.imported",
                subject=f"{roster_import.filename}: {roster_import.joined} joined, {roster_import.changed} changed",
                subject_id=str(roster_import.pk),
                details=_facts(roster_import),
            )
            publish(PeopleChanged(import_id=roster_import.pk))
            publish(PersonLeft(import_id=roster_import.pk))
        applying.learn(roster_import)
    except applying.PreviewStale:
        return read_import(roster_import=roster_import)
    return roster_import


def _facts(roster_import: RosterImport) -> dict[str, Any]:
    names = ("sha256", "source", "mapping", "missing_choice", "joined", "changed", "unchanged", "missing", "refused")
    return {name: str(getattr(roster_import, name)) for name in names}


def ask_to_undo(*, roster_import: RosterImport, actor: Person | None) -> None:
    _insist(actor)
    _insist_undoable(roster_import)
    _move(roster_import, State.UNDOING, (State.APPLIED,))


def undo_import(*, roster_import: RosterImport, actor: Person | None, progress: Progress = silent) -> RosterImport:
    """Take the last applied import back. Raises `ImportRefused` when another came after it, or its time is over.

    What somebody changed since stays as it is; `kept` counts it.
    """
    _insist_undoable(roster_import)
    with transaction.atomic():
        _one_at_a_time()
        roster_import.kept = undoing.undo(roster_import, progress=progress)
        roster_import.state, roster_import.undone_at, roster_import.claim = State.UNDONE, clock.now(), None
        roster_import.save()
        journal.record(
            actor=actor,
            verb="roster.undone",
            subject=f"{roster_import.filename}, applied {roster_import.applied_at:%Y-%m-%d %H:%M}",
            subject_id=str(roster_import.pk),
        )
        publish(PeopleChanged(import_id=roster_import.pk))
    return roster_import


def last_applied() -> RosterImport | None:
    """The import that an undo would take back."""
    return RosterImport.objects.filter(applied_at__isnull=False, undone_at=None).order_by("-applied_at").first()


def _insist_undoable(roster_import: RosterImport) -> None:
    last = last_applied()
    if roster_import.applied_at is None or roster_import.undone_at is not None:
        raise ImportRefused("This import has not been applied, so there is nothing to undo.")
    if last != roster_import:
        raise ImportRefused("Another import came after this one. Only the last one can be undone.")
    if roster_import.undo_until and roster_import.undo_until < clock.now():
        raise ImportRefused(f"This import could be undone until {roster_import.undo_until:%Y-%m-%d}.")


def give_up(*, roster_import: RosterImport) -> None:
    """After several tries that never came to an end: say so, and let somebody look."""
    failed = RosterImport.objects.filter(pk=roster_import.pk, claim=roster_import.claim)
    message = "Reading this file was begun several times and never came to an end. Nothing was changed."
    failed.update(
        state=State.REFUSED if roster_import.applied_at is None else State.APPLIED, claim=None, message=message
    )


def stop_import(*, roster_import: RosterImport, actor: Person | None) -> None:
    """Stop the reading, or put a checked import away. What is being applied can't be stopped: it is one act."""
    _insist(actor)
    _move(roster_import, State.STOPPED, (State.UPLOADED, State.READING, State.CHECKED, State.REFUSED))


@transaction.atomic
def invite_joined(*, roster_import: RosterImport, actor: Person | None) -> int:
    """Ask for a letter to each person this import brought who has an address; nobody is invited twice."""
    _insist(actor)
    joined = Person.objects.filter(applying.joined_people(roster_import), email__isnull=False, left_at=None)
    waiting = joined.filter(invitation=None).values_list("pk", flat=True)
    invitations = [Invitation(person_id=person, asked_by_id=actor.pk if actor else None) for person in waiting]
    Invitation.objects.bulk_create(invitations, batch_size=1000, ignore_conflicts=True)
    if invitations:
        publish(PeopleInvited(count=len(invitations)))
    return len(invitations)


def clear_away(*, older_than: timedelta = timedelta(days=30)) -> int:
    """Forget files and lines of imports that can't be undone any more; the import itself is kept."""
    old = RosterImport.objects.filter(created_at__lt=clock.now() - older_than).exclude(file="")
    for roster_import in old:
        _forget_lines(roster_import)
        roster_import.file.delete(save=False)
        roster_import.file = ""
        roster_import.save(update_fields=["file"])
    return len(old)


def _insist(actor: Person | None) -> None:
    """The command line acts without a person; whoever can run it owns the data folder."""
    if actor is not None and not policies.can_import_roster(actor):
        raise PermissionDenied


@transaction.atomic
def _move(roster_import: RosterImport, state: str, allowed: tuple[str, ...]) -> None:
    """From one of the allowed states to the next, once; a second press, or a slower tab, is told so."""
    here = RosterImport.objects.filter(pk=roster_import.pk, state__in=allowed)
    now = clock.now()
    roster_import.state = state
    fields = {name: getattr(roster_import, name) for name in _KEPT}
    if not here.update(state=state, message="", progress_done=0, **claims.anew(now), **fields):
        raise ImportRefused("This import has moved on meanwhile. Look at it again.")
    roster_import.refresh_from_db()
    if roster_import.is_working:
        publish(RosterAsked(roster_import.pk))


_KEPT = ("columns", "source", "date_order", "mapping", "missing_choice", "actor", "actor_name")


def _one_at_a_time() -> None:
    """Two imports never write at once: a lock on PostgreSQL; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('gatehouse.roster'))")
