"""Ending sessions: one's own, another's, those of people who left; and forgetting what has ended by itself."""

from typing import TypeVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Model, Q, QuerySet

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.identity import policies
from gatehouse.identity.events import SessionsEnded
from gatehouse.identity.models import BrowserSession, SignInFlow
from gatehouse.journal import actions as journal
from gatehouse.people.events import PeopleMerged, PersonLeft
from gatehouse.people.models import Person

BATCH = 1_000
Row = TypeVar("Row", bound=Model)


@transaction.atomic
def end_session(*, session: BrowserSession, actor: Person) -> None:
    """The browser's next request is a stranger's."""
    person = session.person
    if person is None or not policies.can_end_sessions_of(actor, person):
        raise PermissionDenied
    ended = session.pk
    session.delete()
    publish(SessionsEnded((ended,)))
    details = {"browser": str(session)}
    journal.record(actor=actor, verb="session.ended", subject=person.name, subject_id=person.pk, details=details)


@transaction.atomic
def end_all_sessions(*, person: Person, actor: Person | None, but: UUID | None = None, why: str = "session") -> int:
    """End every session of this person but the one named, and all codes and links on their way.

    Other services end with their sessions; where nothing is left out, or the password changed, all of them do.
    """
    if actor and not policies.can_end_sessions_of(actor, person):
        raise PermissionDenied
    SignInFlow.objects.filter(person=person).delete()
    sessions = BrowserSession.objects.filter(person=person)
    ended = _delete(sessions.exclude(pk=but) if but else sessions)
    is_whole = but is None or why == "password"
    publish(SessionsEnded(ended, (person.pk,) if is_whole else (), why))
    if ended:
        details = {"count": len(ended)}
        journal.record(actor=actor, verb="sessions.ended", subject=person.name, subject_id=person.pk, details=details)
    return len(ended)


def end_sessions_of_leavers(fact: PersonLeft) -> None:
    """Two statements, however many left: their sessions, and the codes and links on their way."""
    if fact.import_id is None:
        left = Q(person__in=fact.person_ids)
    else:
        left = Q(person__left_at__lte=clock.now())
    _end(left)


def end_sessions_of_merged(fact: PeopleMerged) -> None:
    _end(Q(person=fact.gone_id))


def _end(whose: Q) -> None:
    """What they signed in to elsewhere ends by the very fact that ends their sessions here; see `flows`."""
    _delete(BrowserSession.objects.filter(whose))
    SignInFlow.objects.filter(whose).delete()


def _delete(sessions: QuerySet[BrowserSession]) -> tuple[UUID, ...]:
    ended = tuple(sessions.values_list("pk", flat=True))
    for start in range(0, len(ended), BATCH):
        BrowserSession.objects.filter(pk__in=ended[start : start + BATCH]).delete()
    return ended


def forget_ended() -> int:
    """Delete what has run out, in batches, so that nobody waits long for a lock; return how many rows."""
    now = clock.now()
    sessions = _forget_sessions(BrowserSession.objects.filter(ends_at__lte=now))
    return sessions + _forget(SignInFlow.objects.filter(expires_at__lte=now))


def _forget_sessions(rows: QuerySet[BrowserSession]) -> int:
    forgotten = 0
    while batch := tuple(rows.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            forgotten += rows.filter(pk__in=batch).delete()[0]
            publish(SessionsEnded(batch, why="expired"))
    return forgotten


def _forget(rows: QuerySet[Row]) -> int:
    forgotten = 0
    while batch := list(rows.values_list("pk", flat=True)[:BATCH]):
        forgotten += rows.filter(pk__in=batch).delete()[0]
    return forgotten
