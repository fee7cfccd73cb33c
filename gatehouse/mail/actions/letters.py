"""Writing letters and deciding about them: post, hold, release, resend."""

import json
from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import translation
from django.utils.translation import ngettext

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.journal import actions as journal
from gatehouse.mail import queries, rendering
from gatehouse.mail.events import LettersPosted
from gatehouse.mail.models import Letter, MessageClass
from gatehouse.people.addresses import is_email, normal_email
from gatehouse.people.events import PeopleMerged, PersonErased
from gatehouse.people.models import Person
from gatehouse.people.queries import organisation

State = Letter.State
URGENCY = {
    MessageClass.TRANSACTIONAL: Letter.Urgency.TRANSACTIONAL,
    MessageClass.PERSONAL: Letter.Urgency.PERSONAL,
    MessageClass.BULK: Letter.Urgency.BULK,
}


class AddressUnusable(ValueError):
    """The recipient has no address, or one that no mail could reach."""


@transaction.atomic
def post(
    *,
    to: Person | str,
    template: str,
    context: dict[str, Any],
    message_class: str = MessageClass.TRANSACTIONAL,
    credential: bool = False,
    held: bool = False,
    reply_to: str = "",
    actor: Person | None = None,
) -> Letter:
    """Write one letter and leave it for the outbox; it goes out soon after the commit, unless `held`.

    `template` is a name without ending (`identity/letters/code`). `context` holds plain values (texts, numbers, lists;
    times already in words), for it is kept. With `credential`, bytes and values are sealed and erased once the fate is
    settled; the subject is not, and must not carry the secret. An address on the stop list gives a letter that is
    `suppressed`. Raises `AddressUnusable`.
    """
    letter = _letter(to, template, MessageClass(message_class), is_credential=credential, reply_to=reply_to)
    values = plain_values(context, letter.language)
    letter.state = State.HELD if held else State.QUEUED
    if queries.is_stopped(letter):
        letter.state, letter.settled_at = State.SUPPRESSED, clock.now()
    rendering.write(letter, values, organisation())
    _keep_values(letter, values)
    letter.save()
    if actor:
        journal.record(actor=actor, verb="letter.posted", subject=str(letter), subject_id=f"letter {letter.pk}")
    publish(LettersPosted(1))
    return letter


def _letter(to: Person | str, template: str, message_class: MessageClass, **fields: Any) -> Letter:
    person = to if isinstance(to, Person) else None
    address = normal_email((person.email or "") if person else str(to))
    if not is_email(address):
        raise AddressUnusable(f"{address or 'No address'}: no mail can be sent there.")
    return Letter(
        recipient=f"person:{person.pk}" if person else f"address:{address}"[:120],
        person=person,
        name=_name(person),
        address=address,
        message_class=message_class,
        urgency=Letter.Urgency.CREDENTIAL if fields.get("is_credential") else URGENCY[message_class],
        message_id=new_message_id(),
        template=template,
        language=_language(person, is_asking=bool(fields.get("is_credential"))),
        **fields,
    )


def _language(person: Person | None, *, is_asking: bool) -> str:
    """The reader's own; whoever asks for a code reads it in the language of the page they asked on."""
    own = person.language if person else ""
    return own or (translation.get_language() if is_asking else "") or settings.LANGUAGE_CODE


def new_message_id() -> str:
    """Made once, when the letter becomes a row, and kept for every time it is offered."""
    return f"<{uuid4().hex}@{settings.MAIL_FROM.rpartition('@')[2]}>"


def _name(person: Person | None) -> str:
    """No name is better than an address in its place."""
    return person.name[:200] if person and (person.given_name or person.family_name or person.preferred_name) else ""


def plain_values(context: dict[str, Any], language: str) -> dict[str, Any]:
    """As they will be read back, so that a second rendering says the same as the first."""
    with translation.override(language):
        values: dict[str, Any] = json.loads(json.dumps(context, cls=DjangoJSONEncoder))
    return values


def _keep_values(letter: Letter, values: dict[str, Any]) -> None:
    """A letter with a credential keeps only its sealed bytes, and of a stopped one nothing."""
    if not letter.is_credential:
        letter.values = values
    elif letter.state == State.SUPPRESSED:
        letter.rendered = None


@transaction.atomic
def hold(*, letters: QuerySet[Letter], actor: Person | None) -> int:
    """Keep letters back that are not on their way yet; one that a worker has claimed is taken out of its hands."""
    taken = _chosen(letters.filter(state__in=Letter.STOPPABLE))
    held = Letter.objects.filter(pk__in=taken, state__in=Letter.STOPPABLE).update(state=State.HELD, worker=None)
    _note(actor, "letters.held", taken)
    return held


@transaction.atomic
def release(*, letters: QuerySet[Letter], actor: Person | None) -> int:
    """Let held letters go."""
    freed = _chosen(letters.filter(state=State.HELD, rendered__isnull=False))
    held = Letter.objects.filter(pk__in=freed, state=State.HELD)
    released = held.update(state=State.QUEUED, not_before=clock.now())
    _note(actor, "letters.released", freed)
    publish(LettersPosted(released))
    return released


@transaction.atomic
def resend(*, letters: QuerySet[Letter], actor: Person) -> int:
    """Send settled letters once more under the same Message-ID, so that a receiver can tell it is the same letter.

    Letters with a credential are left out: staff never send those again. Bytes dropped by age are written anew.
    """
    chosen = _chosen(letters.filter(state__in=Letter.SETTLED, is_credential=False))
    again = Letter.objects.filter(pk__in=chosen, state__in=Letter.SETTLED)
    for letter in again.filter(rendered=None):
        rendering.write(letter, letter.values, organisation())
        letter.save(update_fields=["rendered", "subject"])
    resent = again.update(
        state=State.QUEUED, not_before=clock.now(), attempts=0, first_tried_at=None, settled_at=None, worker=None
    )
    _note(actor, "letters.resent", chosen)
    publish(LettersPosted(resent))
    return resent


@transaction.atomic
def try_again(*, letters: QuerySet[Letter], actor: Person) -> int:
    """Let go what is held, and send once more what was refused or stopped; what was sent stays sent."""
    released = release(letters=letters, actor=actor)
    return released + resend(letters=letters.filter(state__in=[State.FAILED, State.SUPPRESSED]), actor=actor)


def send_test(*, to: str, actor: Person | None = None) -> Letter:
    """A letter that says mail works, to see that it does."""
    return post(to=to, template="mail/letters/test", context={}, actor=actor)


@transaction.atomic
def erase_old_bytes() -> int:
    """Drop the bytes of letters settled long ago, and what a crash may have left of a settled credential."""
    settled = Letter.objects.filter(state__in=Letter.SETTLED, rendered__isnull=False)
    old = clock.now() - timedelta(days=settings.MAIL_KEEP_DAYS)
    return settled.filter(Q(settled_at__lt=old) | Q(is_credential=True)).update(rendered=None)


def give_letters_to_kept(fact: PeopleMerged) -> None:
    """Two records were one person: the letters of both are theirs."""
    Letter.objects.filter(person_id=fact.gone_id).update(person_id=fact.kept_id)


def erase_letters(fact: PersonErased) -> None:
    """A person's letters go with their record; the stop list keeps the address, so that it stays stopped."""
    Letter.objects.filter(person_id=fact.person_id).delete()


def _chosen(letters: QuerySet[Letter]) -> list[int]:
    return list(letters.values_list("pk", flat=True))


def _note(actor: Person | None, verb: str, letters: list[int]) -> None:
    """Of one letter the journal keeps the id to find it by, of several a list (of a hundred at most)."""
    if letters:
        subject = ngettext("%(count)d letter", "%(count)d letters", len(letters)) % {"count": len(letters)}
        only = f"letter {letters[0]}" if len(letters) == 1 else ""
        details = {} if only else {"letters": letters[:100]}
        journal.record(actor=actor, verb=verb, subject=only or subject, subject_id=only, details=details)
