"""Roster imports: read, decide, apply, undo. Doors and the worker call the same verbs; `roster_files` has the first steps."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from gatehouse.core import claims, clock
from gatehouse.core.events import publish
from gatehouse.core.said import Said, noop
from gatehouse.core.sheets import SheetUnreadable, open_sheet
from gatehouse.journal import actions as journal
from gatehouse.people import queries, roster
from gatehouse.people.actions.leaving import note_told, tell_of_leavers
from gatehouse.people.actions.roster_files import (
    ImportRefused,
    State,
    as_mapping,
    insist,
    move,
    refuse,
    settle,
)
from gatehouse.people.events import PeopleChanged, PeopleInvited, PersonLeft
from gatehouse.people.importing import applying, columns, comparing, doubled, undoing
from gatehouse.people.importing.reading import Reader
from gatehouse.people.models import Invitation, Person, RefusedLine, RosterChange, RosterImport, StagedLine

LEASE = timedelta(minutes=5)
Progress = Callable[[int, int], None]

_SEEN_ANEW = Said(noop("Somebody changed these people after your look, so nothing was written. Look at it again."))
_NEVER_ENDED = noop("This was begun several times and never came to an end. Nothing was changed.")


class Stopped(Exception):
    """Somebody stopped the import while it was being read, or another worker took it over."""


def silent(done: int, total: int) -> None:
    """No one watches."""


def read_import(*, roster_import: RosterImport, progress: Progress = silent) -> RosterImport:
    """Read, type and check the file into the staging table, and compare it with what we know.

    Of an unreadable file nothing is kept; the import is then `refused` and its message tells where and why.
    """
    roster_import.begun_at = clock.now()
    RosterImport.objects.filter(pk=roster_import.pk).update(begun_at=roster_import.begun_at)
    _forget_lines(roster_import)
    try:
        _read(roster_import, _watched(roster_import, progress))
    except (SheetUnreadable, roster.RosterUnreadable) as error:
        _forget_lines(roster_import)
        refuse(roster_import, error.said)
    except Stopped:
        return _put_away(roster_import)
    else:
        roster_import.state, roster_import.checked_at = State.CHECKED, clock.now()
        roster_import.template, roster_import.params = "", {}
    return roster_import if settle(roster_import) else _put_away(roster_import)


def _read(roster_import: RosterImport, progress: Progress) -> None:
    sheet = open_sheet(Path(roster_import.file.path), name=roster_import.filename)
    mapping = as_mapping(roster_import, roster_import.mapping)
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
    roster_import.doubtful = roster_import.undecided
    roster_import.level_changes = queries.level_changes(roster_import).count()


def _watched(roster_import: RosterImport, progress: Progress) -> Progress:
    """Tell the page and keep the lease; a person's Stop is noticed here, and that our lease ran out."""

    def tell(done: int, total: int) -> None:
        now = clock.now()
        row = RosterImport.objects.filter(pk=roster_import.pk, claim=roster_import.claim).exclude(state=State.STOPPED)
        if not row.update(progress_done=done, progress_total=total, progress_at=now, not_before=now + LEASE):
            raise Stopped
        roster_import.not_before, roster_import.progress_at = now + LEASE, now
        roster_import.progress_done, roster_import.progress_total = done, total
        progress(done, total)

    return tell


def _put_away(roster_import: RosterImport) -> RosterImport:
    """What was read goes when somebody stopped it; when another worker reads it anew, the lines are that one's."""
    roster_import.refresh_from_db()
    if roster_import.state == State.STOPPED:
        _forget_lines(roster_import)
    return roster_import


def _forget_lines(roster_import: RosterImport) -> None:
    for model in (StagedLine, RosterChange, RefusedLine):
        rows = model._default_manager.filter(roster_import=roster_import)  # noqa: SLF001
        rows._raw_delete(rows.db)  # noqa: SLF001  nothing refers to these rows


@transaction.atomic
def decide(*, roster_import: RosterImport, decisions: dict[int, str], actor: Person | None) -> None:
    """Settle who is who for lines in doubt (change id → `RosterChange.Decision`), before the import is applied."""
    insist(actor)
    roster_import.refresh_from_db(from_queryset=RosterImport.objects.select_for_update())
    if roster_import.state != State.CHECKED:
        raise ImportRefused(_("This import is not waiting for decisions any more."))
    doubtful = RosterChange.objects.filter(roster_import=roster_import, pk__in=decisions).exclude(template="")
    for change in doubtful:
        _settle_doubt(change, decisions[change.pk])
    _count(roster_import)


def _count(roster_import: RosterImport) -> None:
    comparing.count(roster_import)
    roster_import.level_changes = queries.level_changes(roster_import).count()
    roster_import.save()


def _settle_doubt(change: RosterChange, decision: str) -> None:
    """A decision may be taken back: whom the line could be is kept with it."""
    kinds, decisions = RosterChange.Kind, RosterChange.Decision
    was_known = change.before is not None
    same_as = change.params.setdefault("same_as", str(change.person_id))
    change.decision, change.without_email = decision, decision == decisions.OTHER
    change.person_id, change.is_new_person, change.kind = same_as, False, kinds.UNDECIDED
    if decision == decisions.OTHER:
        change.kind = kinds.CHANGED if was_known else kinds.JOINED
        if not was_known:
            change.person_id, change.is_new_person = change.membership_id, True
    elif decision == decisions.SAME and not was_known:
        change.kind = kinds.JOINED
    change.save()


def ask_to_apply(*, roster_import: RosterImport, missing_choice: str, actor: Person | None) -> None:
    """Queue the apply; it runs in the background and the import's page shows it."""
    insist(actor)
    roster_import.missing_choice = RosterImport.Missing(missing_choice)
    roster_import.actor, roster_import.actor_name = actor, actor.name if actor else ""
    roster_import.asker = actor
    move(roster_import, State.APPLYING, (State.CHECKED,))


def apply_import(*, roster_import: RosterImport, actor: Person | None) -> RosterImport:
    """Make our people match the staged lines, and announce who changed: one short transaction of set-based SQL.

    When somebody changed these people after the preview, nothing is written and the preview is made again. Raises
    `ImportRefused` when the import was applied or stopped meanwhile.
    """
    try:
        with transaction.atomic():
            _one_at_a_time()
            _insist_held(roster_import, (State.CHECKED, State.APPLYING))
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
            note_told(roster_import=roster_import)
            publish(PersonLeft(import_id=roster_import.pk))
        applying.learn(roster_import)
    except applying.PreviewStale:
        return _look_again(roster_import)
    return roster_import


def _look_again(roster_import: RosterImport) -> RosterImport:
    """A new preview; decisions taken before hold where the same doubt comes up again."""
    doubtful = RosterChange.objects.filter(roster_import=roster_import).exclude(decision="")
    taken = dict(doubtful.values_list("line", "decision"))
    RosterImport.objects.filter(pk=roster_import.pk).update(state=State.READING)
    read_import(roster_import=roster_import)
    if roster_import.state == State.CHECKED:
        for change in RosterChange.objects.filter(roster_import=roster_import, line__in=taken).exclude(template=""):
            _settle_doubt(change, taken[change.line])
        roster_import.template, roster_import.params = _SEEN_ANEW.template, {}
        _count(roster_import)
    return roster_import


def _facts(roster_import: RosterImport) -> dict[str, Any]:
    names = ("sha256", "source", "mapping", "missing_choice", "joined", "changed", "unchanged", "missing", "refused")
    return {name: str(getattr(roster_import, name)) for name in names}


def ask_to_undo(*, roster_import: RosterImport, actor: Person | None) -> None:
    insist(actor)
    insist_undoable(roster_import=roster_import)
    roster_import.asker = actor
    move(roster_import, State.UNDOING, (State.APPLIED,))


def undo_import(*, roster_import: RosterImport, actor: Person | None, progress: Progress = silent) -> RosterImport:
    """Take the last applied import back. Raises `ImportRefused` when another came after it, or its time is over.

    What somebody changed since stays as it is; `kept` counts it.
    """
    with transaction.atomic():
        _one_at_a_time()
        insist_undoable(roster_import=roster_import)
        _insist_held(roster_import, (State.APPLIED, State.UNDOING))
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
        tell_of_leavers()
    return roster_import


def last_applied() -> RosterImport | None:
    """The import that an undo would take back."""
    return queries.last_applied()


def insist_undoable(*, roster_import: RosterImport) -> None:
    """Raises `ImportRefused` for any but the last import, and after its time."""
    last = queries.last_applied()
    if roster_import.applied_at is None or roster_import.undone_at is not None:
        raise ImportRefused(_("This import has not been applied, so there is nothing to undo."))
    if last != roster_import:
        raise ImportRefused(_("Another import came after this one. Only the last one can be undone."))
    if roster_import.undo_until and roster_import.undo_until < clock.now():
        until = f"{roster_import.undo_until:%Y-%m-%d}"
        raise ImportRefused(_("This import could be undone until %(day)s.") % {"day": until})


def _insist_held(roster_import: RosterImport, states: tuple[str, ...]) -> None:
    """Within the transaction that writes: nobody applied, undid or stopped it since we were given it."""
    ours = RosterImport.objects.filter(pk=roster_import.pk, claim=roster_import.claim, state__in=states)
    if not ours.select_for_update().exists():
        raise ImportRefused(_("This import has moved on meanwhile. Look at it again."))


def give_up(*, roster_import: RosterImport, why: str = "") -> None:
    """After several tries that never came to an end, or a refusal: say so, and let somebody look."""
    state = State.REFUSED if roster_import.applied_at is None else State.APPLIED
    claims.settle(roster_import, state=state, template=(why or _NEVER_ENDED).replace("%", "%%"), params={})


def stop_import(*, roster_import: RosterImport, actor: Person | None) -> None:
    """Stop the reading, or put a checked import away. What is being applied can't be stopped: it is one act."""
    insist(actor)
    roster_import.asker = actor
    waiting = (State.OPENING, State.UPLOADED, State.READING, State.CHECKED, State.REFUSED)
    move(roster_import, State.STOPPED, waiting)


@transaction.atomic
def invite_joined(*, roster_import: RosterImport, actor: Person | None) -> int:
    """Ask for a letter to each person this import brought who has an address; nobody is invited twice."""
    insist(actor)
    waiting = queries.to_be_invited(roster_import).values_list("pk", flat=True)
    invitations = [Invitation(person_id=person, asked_by_id=actor.pk if actor else None) for person in waiting]
    Invitation.objects.bulk_create(invitations, batch_size=1000, ignore_conflicts=True)
    if invitations:
        publish(PeopleInvited(count=len(invitations)))
    return len(invitations)


def clear_away(*, older_than: timedelta = timedelta(days=30)) -> int:
    """Forget files and lines of imports that can't be undone any more; the import itself is kept.

    One that still waited for a word is stopped: without its lines, applying it would take everybody for missing.
    """
    now = clock.now()
    old = RosterImport.objects.filter(created_at__lt=now - older_than).exclude(file="")
    idle = old.exclude(state__in=RosterImport.WORKING).filter(Q(undo_until=None) | Q(undo_until__lt=now))
    for roster_import in idle:
        _forget_lines(roster_import)
        roster_import.file.delete(save=False)
        roster_import.file = ""
        if roster_import.applied_at is None:
            roster_import.state = State.STOPPED
        roster_import.save(update_fields=["file", "state"])
    return len(idle)


def _one_at_a_time() -> None:
    """Two imports never write at once: a lock on PostgreSQL; SQLite has one writer anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext('gatehouse.roster'))")
