"""Sending to many: a run is expanded into letters at once, which are then written in batches and go out as others do."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from django.conf import settings
from django.db import transaction

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.journal import actions as journal
from gatehouse.mail import queries, rendering
from gatehouse.mail.actions.letters import URGENCY, new_message_id, plain_values
from gatehouse.mail.actions.sending import locked_sending
from gatehouse.mail.events import LettersPosted, RunExpanded
from gatehouse.mail.models import Letter, MessageClass, Run
from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.models import Organisation, Person
from gatehouse.people.queries import organisation

AT_ONCE = 500
UNUSABLE, UNWRITABLE = "no mail can be sent to this address", "the letter could not be written"


@dataclass(frozen=True)
class Recipient:
    """Who gets a letter of a run. `key` tells recipients of one run apart: `person:<id>`, or a row of a data table."""

    key: str
    address: str
    name: str = ""
    person: Person | None = None
    language: str = ""
    values: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def post_many(
    *,
    name: str,
    to: Iterable[Recipient],
    template: str,
    message_class: str = MessageClass.BULK,
    topic: str = "",
    reply_to: str = "",
    held: bool = False,
    credential: bool = False,
    run: Run | None = None,
    actor: Person | None = None,
) -> Run:
    """Make a run, and one letter for each recipient, to be written soon after the commit; `held` ones then wait.

    With a `run` that was begun before, only those recipients get a letter who have none in it yet. Who is on the stop
    list gets a letter that is `suppressed`, who has no usable address one that is `failed`; so the counts add up.
    With `credential` the letters are sealed, and lose their words once they are sent; `values` must not hold a secret.
    """
    run = run or Run.objects.create(name=name[:200], message_class=MessageClass(message_class), is_held=held)
    recipients, known = iter(to), run.letters.count()
    while some := list(islice(recipients, AT_ONCE)):
        letters = [
            _letter(run, one, template, topic=topic, reply_to=reply_to, is_credential=credential) for one in some
        ]
        _stop_some(letters)
        Letter.objects.bulk_create(letters, ignore_conflicts=True)
    details = {"letters": run.letters.count() - known, "held": run.is_held}
    journal.record(actor=actor, verb="run.posted", subject=run.name, subject_id=f"run {run.pk}", details=details)
    publish(RunExpanded(run.pk))
    return run


def _letter(run: Run, to: Recipient, template: str, **fields: Any) -> Letter:
    address = normal_email(to.address)
    language = to.language or (to.person.language if to.person else "") or settings.LANGUAGE_CODE
    letter = Letter(
        run=run,
        recipient=to.key[:120],
        person=to.person,
        name=to.name[:200],
        address=address[:254],
        message_class=run.message_class,
        urgency=URGENCY[MessageClass(run.message_class)],
        message_id=new_message_id(),
        template=template,
        language=language,
        values=plain_values(to.values, language),
        state=Letter.State.EXPANDED,
        **fields,
    )
    if not is_email(address):
        _fail(letter, UNUSABLE)
    return letter


def _stop_some(letters: list[Letter]) -> None:
    stops = queries.stopped(letters)
    for letter in letters:
        if letter.state == Letter.State.EXPANDED and any(
            (letter.address, scope) in stops for scope in queries.scopes(letter)
        ):
            letter.state, letter.settled_at = Letter.State.SUPPRESSED, clock.now()


def _fail(letter: Letter, why: str) -> None:
    letter.state, letter.settled_at = Letter.State.FAILED, clock.now()
    letter.answer_code, letter.answer_text = 0, why[:500]


def write_some(*, at_most: int = 100) -> int:
    """Write letters of runs; return how many were taken. Two that write the same letter write the same.

    No transaction is open while templates are filled in. What can't be written fails alone.
    """
    letters = list(queries.to_write()[:at_most])
    host = organisation()
    for letter in letters:
        _write(letter, host)
    with transaction.atomic():
        _pace([letter for letter in letters if letter.state == Letter.State.QUEUED])
        written = sum(_keep(letter) for letter in letters)
        if written:
            publish(LettersPosted(written))
    return len(letters)


def _write(letter: Letter, host: Organisation) -> None:
    assert letter.run
    try:
        rendering.write(letter, letter.values, host)
    except Exception as error:  # noqa: BLE001  whatever a template does wrong, it does to its own letter
        _fail(letter, f"{UNWRITABLE}: {type(error).__name__}: {error}")
    else:
        letter.state = Letter.State.HELD if letter.run.is_held else Letter.State.QUEUED


def _pace(letters: list[Letter]) -> None:
    """With a rate set, letters to many become due one after another, and those of a second run after the first's."""
    if not settings.MAIL_RATE or not letters:
        return
    sending, step = locked_sending(), timedelta(minutes=1) / settings.MAIL_RATE
    due = _later(sending.paced_until, clock.now())
    for letter in letters:
        letter.not_before, due = due, due + step
    sending.paced_until = due
    sending.save(update_fields=["paced_until"])


def _later(one: datetime | None, other: datetime) -> datetime:
    return max(one, other) if one else other


def _keep(letter: Letter) -> int:
    """0 when somebody else wrote it, or it was stopped meanwhile."""
    unwritten = Letter.objects.filter(pk=letter.pk, state=Letter.State.EXPANDED)
    names = ("state", "subject", "rendered", "not_before", "settled_at", "answer_code", "answer_text")
    return unwritten.update(**{name: getattr(letter, name) for name in names})
