"""Files of things that the desk keeps: read, compared, applied in one step, and taken back."""

import hashlib
import json
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.core.said import kept, restored
from gatehouse.core.sheets import SheetUnreadable
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.catalogue import comparing, reading
from gatehouse.helpdesk.catalogue.cells import Dates
from gatehouse.helpdesk.catalogue.comparing import Plan
from gatehouse.helpdesk.catalogue.kinds import Change, Kind
from gatehouse.helpdesk.catalogue.listed import KINDS
from gatehouse.helpdesk.catalogue.reading import Fault, Staged
from gatehouse.helpdesk.catalogue.refusals import ImportRefused
from gatehouse.helpdesk.models import CatalogueImport
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person
from gatehouse.people.tidying import one_line

LEAVE, ARCHIVE = "leave", "archive"
PREVIEWS_KEPT, UNDO_FOR = timedelta(days=7), timedelta(days=30)

SHOWN_FAULTS = 20  # lines in error that a page shows, and that are kept once a file was applied


def read_file(*, path: Path, filename: str, kind: Kind) -> Staged:
    """Its lines, and nothing kept. Raises `ImportRefused` for a file of which nothing can be taken."""
    try:
        return reading.read(path, columns=_columns(kind), required=kind.required, name=filename)
    except SheetUnreadable as error:
        raise ImportRefused(error.said.translated(_)) from error


@transaction.atomic
def begin_import(
    *, path: Path, filename: str, kind: Kind, dates: Dates = "auto", actor: Person | None
) -> CatalogueImport:
    """Keep a file's lines, to be looked at and applied; raises `ImportRefused` as `read_file` does."""
    _insist(actor)
    staged = read_file(path=path, filename=filename, kind=kind)
    return CatalogueImport.objects.create(
        kind=kind.slug,
        filename=one_line(filename)[-200:],
        dates=dates,
        columns=list(staged.columns),
        ignored=list(staged.ignored),
        lines=staged.lines,
        faults=_kept_faults(staged.faults),
        actor=actor,
        actor_name=actor.name if actor else "",
    )


def plan_of(catalogue_import: CatalogueImport) -> Plan:
    """What applying it would do at this moment."""
    lines = [(line, texts) for line, texts in catalogue_import.lines]
    staged = Staged(tuple(catalogue_import.columns), lines, faults_of(catalogue_import))
    dates: Any = catalogue_import.dates
    return comparing.compare(KINDS[catalogue_import.kind], staged, dates=dates)


def fingerprint(kind: Kind, plan: Plan) -> str:
    """The same as long as applying would do the same."""
    done = [_pair(kind, change) for change in [*plan.changes, *plan.missing]]
    return hashlib.sha256(json.dumps(done).encode()).hexdigest()


@transaction.atomic
def apply_import(
    *, catalogue_import: CatalogueImport, actor: Person | None, missing: str = LEAVE, seen: str | None = None
) -> tuple[CatalogueImport, Plan]:
    """Write what the file changes, all or nothing; lines in error are skipped. What is not in it stays, or is put away.

    With `seen` (the `fingerprint` somebody looked at) `ImportRefused` when other things would be done by now. A file
    with errors puts nothing away: a line that can't be read may have named it.
    """
    _insist(actor)
    held = _hold(catalogue_import)
    if held.applied_at:
        raise ImportRefused(_("This file was applied already."))
    kind, plan = KINDS[held.kind], plan_of(held)
    if seen is not None and seen != fingerprint(kind, plan):
        raise ImportRefused(_("Something changed here since you looked. Look again, then apply."))
    if missing == ARCHIVE and plan.faults:
        raise ImportRefused(_("Correct the lines in error first: one of them may name what would be put away."))
    gone = plan.missing if missing == ARCHIVE else []
    _write(kind, plan.changes, gone, actor)
    held.done = [_pair(kind, change) for change in [*plan.changes, *gone]]
    held.joined, held.changed, held.unchanged = len(plan.new), len(plan.changed), plan.unchanged
    held.missing, held.refused = len(plan.missing), len(plan.faults)
    held.lines, held.faults, held.applied_at = [], _kept_faults(plan.faults[:SHOWN_FAULTS]), clock.now()
    held.save()
    about = {"kind": kind.slug, "joined": held.joined, "changed": held.changed, "archived": len(gone)}
    journal.record(actor=actor, verb="catalogue.imported", subject=held.filename, subject_id=_id(held), details=about)
    queue_moved()
    return held, plan


@transaction.atomic
def undo_import(*, catalogue_import: CatalogueImport, actor: Person | None) -> CatalogueImport:
    """Take it back: what changed gets its old cells, what was put away returns, what was added goes, or is put away
    where something names it. Whatever somebody changed since stays, and is counted in `kept`.
    """
    _insist(actor)
    held = _hold(catalogue_import)
    if not held.can_be_undone:
        raise ImportRefused(_("This import can't be undone any more."))
    kind = KINDS[held.kind]
    known = {key: (one.pk, kind.texts(one.values)) for key, one in kind.known().items()}
    back, added = [], []
    for before, after in held.done:
        pk, now = known.get(_key(kind, before or after), (None, None))
        if after is not None and now != after:
            held.kept += 1
        elif before is None:
            added.append(pk)
        else:
            back.append(before)
    plan = comparing.compare(kind, comparing.staged_again(kind, back))
    _write(kind, plan.changes, [], actor)
    kind.take_back(added, actor=actor)
    held.kept += len(plan.faults)
    held.undone_at, held.done = clock.now(), []
    held.save()
    journal.record(actor=actor, verb="catalogue.undone", subject=held.filename, subject_id=_id(held))
    queue_moved()
    return held


def forget_imports() -> int:
    """Previews that nobody applied go after a week; after a month an import can't be undone any more."""
    now = clock.now()
    gone, _each = CatalogueImport.objects.filter(applied_at=None, made_at__lt=now - PREVIEWS_KEPT).delete()
    old = CatalogueImport.objects.filter(applied_at__lt=now - UNDO_FOR).exclude(done=[])
    return gone + old.update(done=[])


def _write(kind: Kind, changes: list[Change], gone: list[Change], actor: Person | None) -> None:
    try:
        with transaction.atomic():
            kind.write(changes, actor=actor)
            kind.put_away([change.pk for change in gone], actor=actor)
    except IntegrityError as error:
        raise ImportRefused(_("Somebody wrote the same at the same moment. Look again, then apply.")) from error
    except PermissionDenied as error:
        said = _("This file adds people or gives roles, and you may not do that. Ask whoever gives roles here.")
        raise ImportRefused(said) from error


def _insist(actor: Person | None) -> None:
    if not policies.can_manage(actor):
        raise PermissionDenied


def _hold(catalogue_import: CatalogueImport) -> CatalogueImport:
    held = CatalogueImport.objects.select_for_update().filter(pk=catalogue_import.pk).first()
    if held is None:
        raise ImportRefused(_("This import was cleared away. Choose the file again."))
    return held


def _columns(kind: Kind) -> list[str]:
    """Also those that only our own files have, like `active`."""
    return [column.name for column in kind.columns]


def _pair(kind: Kind, change: Change) -> list[dict[str, str] | None]:
    return [None if values is None else kind.texts(values) for values in (change.before, change.after)]


def _key(kind: Kind, texts: dict[str, str]) -> Any:
    return kind.key({column.name: column.read(texts[column.name]) for column in kind.columns})


def _id(catalogue_import: CatalogueImport) -> str:
    return f"catalogue import {catalogue_import.pk}"


def _kept_faults(faults: Iterable[Fault]) -> list[list[Any]]:
    return [[one.line, one.column, one.message.template, kept(one.message.params)] for one in faults]


def faults_of(catalogue_import: CatalogueImport) -> list[Fault]:
    """Of a file that was read, all; of one that was applied, as many as a page shows."""
    return [Fault(line, column, restored(*said)) for line, column, *said in catalogue_import.faults]


def faults_said(faults: Iterable[Fault]) -> list[dict[str, Any]]:
    """As they are told to a person, in the language of the moment."""
    return [{"line": one.line, "column": one.column, "message": one.message.translated(_)} for one in faults]
