"""Whether letters go out at all: paused by somebody, or in trouble with the mail server."""

from datetime import timedelta

from django.db import transaction

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.journal import actions as journal
from gatehouse.mail.delivery import SenderRefused, Undelivered
from gatehouse.mail.events import LettersPosted
from gatehouse.mail.models import Sending
from gatehouse.people.models import Person

REFUSED = timedelta(minutes=15)
UNREACHABLE = (timedelta(seconds=10), timedelta(seconds=30), timedelta(minutes=1), timedelta(minutes=5))


@transaction.atomic
def pause_sending(*, actor: Person) -> None:
    """Letters wait from now on; the few that a worker has claimed (about a second's worth) still go."""
    sending = locked_sending()
    if sending.paused_at is None:
        sending.paused_at, sending.paused_by = clock.now(), actor.name[:200]
        sending.save()
        journal.record(actor=actor, verb="sending.paused", subject="outbox")


@transaction.atomic
def resume_sending(*, actor: Person | None) -> None:
    """Go on now, after a pause or after the trouble with the mail server is mended."""
    sending = locked_sending()
    sending.paused_at, sending.paused_by, sending.retry_at = None, "", None
    sending.save()
    journal.record(actor=actor, verb="sending.resumed", subject="outbox")
    publish(LettersPosted(0))


@transaction.atomic
def note_trouble(*, error: Undelivered) -> Sending:
    """Keep the server's words where admins see them, and when we try again; no letter is at fault.

    An unreachable server is tried again after 10 s, 30 s, 1 min, then each 5 min; one that refuses us each 15 min, so
    that a wrong password does not lock the account.
    """
    sending, now = locked_sending(), clock.now()
    is_refusal = isinstance(error, SenderRefused)
    trouble = Sending.Trouble.REFUSED if is_refusal else Sending.Trouble.UNREACHABLE
    wait = REFUSED if is_refusal else UNREACHABLE[min(sending.failures, len(UNREACHABLE) - 1)]
    if sending.trouble != trouble:
        verb = "sending.refused" if is_refusal else "sending.interrupted"
        journal.record(actor=None, verb=verb, subject="outbox", details={"answer": str(error.answer)})
        sending.trouble, sending.trouble_since = trouble, now
    sending.trouble_text, sending.failures = str(error.answer)[:500], sending.failures + 1
    sending.retry_at = now + wait
    sending.save()
    return sending


@transaction.atomic
def note_recovery() -> None:
    """The server took a letter."""
    if not Sending.objects.exclude(trouble="").exists():
        return
    sending = locked_sending()
    sending.trouble, sending.trouble_text, sending.trouble_since = "", "", None
    sending.failures, sending.retry_at = 0, None
    sending.save()
    journal.record(actor=None, verb="sending.recovered", subject="outbox")


def locked_sending() -> Sending:
    Sending.objects.get_or_create(pk=1)
    return Sending.objects.select_for_update().get(pk=1)
