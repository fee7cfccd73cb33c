"""Passes of nobody yet are made in numbers, or from the lines of a file: all of them, or none."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _, ngettext

from gatehouse.core import claims, clock
from gatehouse.core.events import publish
from gatehouse.core.said import Said, kept, noop
from gatehouse.core.sheets import BadRow, SheetUnreadable, open_sheet
from gatehouse.journal import actions as journal
from gatehouse.passes import codes, policies, values
from gatehouse.passes.actions.issuing import empty_pass, next_tag
from gatehouse.passes.events import BatchAsked
from gatehouse.passes.models import Batch, Design, Pass
from gatehouse.passes.queries import content_of
from gatehouse.passes.refusals import Refused
from gatehouse.people.models import Person
from gatehouse.people.queries import organisation

AT_ONCE = 1000
"""As many are made while a page waits; more are made by a sweep."""
STEP = 500
MOST = 100_000
LEASE = timedelta(minutes=10)
TRIES = 3
KEPT = 200
"""Faults of a file."""
DRAFTS_LIVE = timedelta(days=2)
TAKEN = noop("Another card has this code already.")


@transaction.atomic
def make_numbers(*, design: Design, number: int, own: Mapping[str, str], actor: Person | None) -> Batch:
    """So many passes that say the same and have a random code each. Raises `Refused`."""
    _insist(design, actor)
    if not 0 < number <= MOST:
        raise Refused(_("Make between 1 and %(most)s at a time.") % {"most": MOST})
    batch = Batch.objects.create(design=design, wanted=number, own=dict(own), asker=actor)
    return ask_batch(batch=batch, actor=actor)


def read_batch(*, design: Design, path: Path, filename: str, actor: Person | None) -> Batch:
    """A draft of one pass for each line of a table, with what is wrong in it. Raises `Refused` for what is no table."""
    _insist(design, actor)
    assert design.published
    try:
        sheet = open_sheet(path, name=filename)
        lines, faults = values.read_lines(sheet.header, sheet.rows(), values.asked_for(design.published.blueprint))
    except (SheetUnreadable, values.Unfit) as unreadable:
        raise Refused(unreadable.said.translated(_)) from unreadable
    faults = sorted([*faults, *_taken(lines)], key=lambda fault: fault.line)
    return Batch.objects.create(
        design=design,
        filename=filename[-200:],
        wanted=max(len(lines), 1),
        lines=[{"line": line.line, "code": line.code, "own": line.own} for line in lines],
        faults=[_as_kept(fault) for fault in faults[:KEPT]],
        asker=actor,
    )


@transaction.atomic
def ask_batch(*, batch: Batch, actor: Person | None) -> Batch:
    """Make its passes: now, if they are few, else soon. Asking twice changes nothing. Raises `Refused`, and makes none."""
    held = Batch.objects.select_for_update(of=("self",)).select_related("design__published").get(pk=batch.pk)
    _insist(held.design, actor)
    if held.faults:
        raise Refused(_("Some lines can't be read. Correct the file, and choose it again."))
    if held.asked_at is None:
        held.asked_at = held.not_before = clock.now()
        held.save(update_fields=["asked_at", "not_before"])
        if held.wanted <= AT_ONCE:
            _fill_now(held)
        else:
            publish(BatchAsked(held.pk))
    return held


@transaction.atomic
def discard_batch(*, batch: Batch, actor: Person | None) -> None:
    """A draft is thrown away; what was asked for stays."""
    if not policies.can_send(actor):
        raise PermissionDenied
    Batch.objects.filter(pk=batch.pk, asked_at=None).delete()


def fill_waiting(*, at_most: int = 20) -> int:
    """Make the passes of batches that wait; return how many. A batch whose worker died goes on where it was."""
    waiting = Batch.objects.filter(asked_at__isnull=False, finished_at=None, fault="")
    made = 0
    for batch in claims.take(waiting, lease=LEASE, at_most=at_most):
        if batch.attempts > TRIES:
            claims.settle(batch, fault=_("It failed three times. Look at the Jobs page."))
            continue
        made += _fill_all(batch)
    return made


def forget_drafts() -> int:
    return Batch.objects.filter(asked_at=None, begun_at__lt=clock.now() - DRAFTS_LIVE).delete()[0]


def _insist(design: Design, actor: Person | None) -> None:
    if not policies.can_send(actor):
        raise PermissionDenied
    if design.subject != Design.Subject.NOBODY:
        raise Refused(_("Cards of “%(design)s” are for somebody: issue them one by one.") % {"design": design})
    if design.published is None or design.archived_at:
        raise Refused(_("“%(design)s” is not in use, so no pass can be issued from it.") % {"design": design})


def _taken(lines: Iterable[values.Line]) -> Iterator[BadRow]:
    by_code = {line.code: line for line in lines if line.code}
    wanted = list(by_code)
    for at in range(0, len(wanted), STEP):
        taken = Pass.objects.filter(code__in=wanted[at : at + STEP]).values_list("code", flat=True)
        yield from (BadRow(by_code[code].line, "code", Said(TAKEN)) for code in taken if code)


def _as_kept(fault: BadRow) -> dict[str, Any]:
    template, params = fault.message.template, kept(fault.message.params)
    return {"line": fault.line, "column": fault.column, "template": template, "params": params}


def _fill_now(batch: Batch) -> None:
    try:
        with transaction.atomic():
            _save(batch, _drawn_up(batch, 0, batch.wanted))
    except IntegrityError as error:
        raise Refused(_("A code of this file was given to another card meanwhile. Choose the file again.")) from error


def _fill_all(batch: Batch) -> int:
    """In steps with random codes; from a file in one, for a file comes whole or not at all."""
    made = begun = batch.passes.count()
    while made < batch.wanted:
        batch.design = Design.objects.select_related("published").get(pk=batch.design_id)  # in its present look
        until = batch.wanted if batch.lines else min(made + STEP, batch.wanted)
        cards = _drawn_up(batch, made, until)  # before the transaction, which is to be short
        try:
            with transaction.atomic():
                Batch.objects.select_for_update().get(pk=batch.pk, claim=batch.claim)
                _save(batch, cards)
        except Batch.DoesNotExist:
            return made - begun  # somebody else has it
        except IntegrityError:
            claims.settle(batch, fault=_("A code of this file was given to another card meanwhile. Nothing was made."))
            return 0
        made = until
    return made - begun


def _drawn_up(batch: Batch, begin: int, end: int) -> list[Pass]:
    host, cards = organisation(), []
    for line in batch.lines[begin:end] or [{}] * (end - begin):
        own, code = {**batch.own, **line.get("own", {})}, line.get("code") or codes.new_code()
        card = empty_pass(batch.design, own=own, code=code, batch=batch)
        card.content = content_of(card, card.design_version, host=host).as_json()
        cards.append(card)
    return cards


def _save(batch: Batch, cards: list[Pass]) -> None:
    Pass.objects.bulk_create(cards, batch_size=250)
    batch.passes.filter(tag=0).update(tag=next_tag())
    if batch.passes.count() < batch.wanted:
        return
    batch.finished_at, batch.lines = clock.now(), []  # what they said of people stands on the passes, and changes there
    batch.save(update_fields=["finished_at", "lines"])
    words = ngettext("%(count)d pass of %(design)s", "%(count)d passes of %(design)s", batch.wanted)
    subject = words % {"count": batch.wanted, "design": batch.design}
    details = {"file": batch.filename} if batch.filename else {}
    about = f"batch {batch.pk}"
    journal.record(actor=batch.asker, verb="passes.issued", subject=subject, subject_id=about, details=details)
