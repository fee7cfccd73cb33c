"""Things that the desk keeps are added, edited, put away and brought back: one set of verbs for all kinds."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from gatehouse.core import clock
from gatehouse.helpdesk import policies
from gatehouse.helpdesk.actions.queue import queue_moved
from gatehouse.helpdesk.catalogue import comparing
from gatehouse.helpdesk.catalogue.cells import Unfit
from gatehouse.helpdesk.catalogue.kinds import Kind, Values
from gatehouse.helpdesk.catalogue.refusals import EntryChanged, EntryGone, EntryRefused, KeyTaken
from gatehouse.journal import actions as journal
from gatehouse.people.models import Person


@transaction.atomic
def save_entry(
    *, kind: Kind, row: Any | None, values: Mapping[str, Any], actor: Person | None, seen: str | None = None
) -> Any:
    """Add (no `row`) or change one thing; `values` are by field of its form. An untouched form changes nothing.

    With `seen` (the `version` its writer looked at), `EntryChanged` if it is older. `KeyTaken` when there is one with
    the same key, whatever its case; `EntryRefused` when the values contradict each other.
    """
    _insist(actor)
    held = _held(kind, row)
    before = kind.cells_of(held.pk) if row else None
    if before is not None and seen is not None and seen != version(kind, before):
        raise EntryChanged([(column.name, column.cell.write(before[column.name])) for column in kind.columns])
    tidied = _tidied(kind, values)
    others = {key for key, known in kind.known().items() if known.pk != held.pk}
    for name, value in tidied.items():
        setattr(held, name, value)
    _save(kind, held)
    after = kind.cells_of(held.pk)
    if after is None or kind.key(after) in others:
        raise KeyTaken(str(held), field=kind.fields[0])
    _tell_saved(kind, held, before, after, actor)
    return held


def version(kind: Kind, values: Values) -> str:
    """Changes with every edit; what a form keeps to know whether somebody else was faster."""
    return hashlib.sha256(json.dumps(kind.texts(values)).encode()).hexdigest()[:20]


def archive_entry(*, kind: Kind, row: Any, actor: Person | None) -> None:
    """No longer offered; whatever names it goes on saying its name."""
    _set_archived(kind, row, actor, is_archived=True)


def restore_entry(*, kind: Kind, row: Any, actor: Person | None) -> None:
    """Undo `archive_entry`."""
    _set_archived(kind, row, actor, is_archived=False)


@transaction.atomic
def remove_entry(*, kind: Kind, row: Any, actor: Person | None) -> dict[str, str]:
    """Take away what nothing can name, or who no longer helps; gives the cells that `return_entry` brings back."""
    _insist(actor)
    values = kind.cells_of(row.pk)
    if values is None:
        raise EntryGone
    name = str(row)
    kind.put_away([row.pk], actor=actor)
    texts = kind.texts(values)
    journal.record(actor=actor, verb="catalogue.removed", subject=f"{kind.one}: {name}", details={"cells": texts})
    queue_moved()
    return texts


@transaction.atomic
def return_entry(*, kind: Kind, cells: dict[str, str], actor: Person | None) -> None:
    """Undo `remove_entry`. `EntryRefused` when what it names is gone meanwhile."""
    _insist(actor)
    plan = comparing.compare(kind, comparing.staged_again(kind, [cells]))
    for fault in plan.faults:
        raise EntryRefused(fault.message.translated(_))
    kind.write(plan.changes, actor=actor)
    journal.record(actor=actor, verb="catalogue.returned", subject=f"{kind.one}: {next(iter(cells.values()))}")
    queue_moved()


@transaction.atomic
def _set_archived(kind: Kind, row: Any, actor: Person | None, *, is_archived: bool) -> None:
    _insist(actor)
    held = _held(kind, row)
    if bool(held.archived_at) == is_archived:
        return
    held.archived_at = clock.now() if is_archived else None
    held.save(update_fields=["archived_at"])
    verb = "catalogue.archived" if is_archived else "catalogue.restored"
    journal.record(actor=actor, verb=verb, subject=f"{kind.one}: {held}", subject_id=_id(kind, held))
    queue_moved()


def _insist(actor: Person | None) -> None:
    if not policies.can_manage(actor):
        raise PermissionDenied


def _held(kind: Kind, row: Any | None) -> Any:
    """The row as it is now, locked until the act is done; a new one where there is none."""
    if row is None:
        return kind.model()
    held = kind.model.objects.select_for_update().filter(pk=row.pk).first()
    if held is None:
        raise EntryGone
    return held


def _tidied(kind: Kind, values: Mapping[str, Any]) -> dict[str, Any]:
    """Texts as the same cells of a file would be read, and the whole checked as one of its lines."""
    columns = {column.field: column for column in kind.columns}
    try:
        tidied = {
            name: columns[name].cell.read(value) if isinstance(value, str) and value and name in columns else value
            for name, value in values.items()
        }
        kind.check(tidied)
    except Unfit as error:
        field = next((column.field for column in kind.columns if column.name == error.column), "")
        raise EntryRefused(error.said.translated(_), field=field) from error
    return tidied


def _save(kind: Kind, held: Any) -> None:
    try:
        with transaction.atomic():
            held.save()
    except IntegrityError as error:
        raise KeyTaken(str(held), field=kind.fields[0]) from error


def _tell_saved(kind: Kind, held: Any, before: Values | None, after: Values, actor: Person | None) -> None:
    old, new = kind.texts(before) if before else {}, kind.texts(after)
    changed = {name: [old.get(name, ""), text] for name, text in new.items() if old.get(name, "") != text}
    if before is None or changed:
        verb = "catalogue.added" if before is None else "catalogue.edited"
        subject = f"{kind.one}: {held}"
        journal.record(actor=actor, verb=verb, subject=subject, subject_id=_id(kind, held), details=changed)
        queue_moved()


def _id(kind: Kind, row: Any) -> str:
    return f"{kind.slug} {row.pk}"


def note_export(*, kind: Kind, actor: Person | None) -> None:
    """Taking a list out is an act, and is written down."""
    _insist(actor)
    journal.record(actor=actor, verb="catalogue.exported", subject=kind.many)
