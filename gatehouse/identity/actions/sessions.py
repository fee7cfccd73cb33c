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
from gatehouse.identity.models import BrowserSession, KnownNetwork, SignInFlow, TrustedBrowser
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
    _end(Q(pk=session.pk), why="ended")
    details = {"browser": str(session)}
    journal.record(actor=actor, verb="session.ended", subject=person.name, subject_id=person.pk, details=details)


@transaction.atomic
def end_all_sessions(*, person: Person, actor: Person | None, but: UUID | None = None, why: str = "ended") -> int:
    """End every session of this person but the one named, all codes and links on their way, and the trust in browsers.

    Other services end with their sessions; where no session is left, or the password changed, all of them do.
    """
    if actor and not policies.can_end_sessions_of(actor, person):
        raise PermissionDenied
    _forget_ways_in(Q(person=person))
    ended = _end(Q(person=person) & ~Q(pk=but) if but else Q(person=person), why=why)
    if but is None or why == "password":
        publish(SessionsEnded((), (person.pk,), why, are_all=True))
    if ended:
        details = {"count": ended}
        journal.record(actor=actor, verb="sessions.ended", subject=person.name, subject_id=person.pk, details=details)
    return ended


def end_sessions_of_leavers(fact: PersonLeft) -> None:
    """Their sessions, and the codes and links on their way, however many left."""
    if fact.import_id is None:
        left = Q(person__in=fact.person_ids)
    else:
        left = Q(person__left_at__lte=clock.now())
    _end(left, why="left")
    _forget_ways_in(left)


def end_sessions_of_merged(fact: PeopleMerged) -> None:
    _end(Q(person=fact.gone_id), why="merged")
    _forget_ways_in(Q(person=fact.gone_id))


def forget_ended() -> int:
    """Delete what has run out, in batches, so that nobody waits long for a lock; return how many rows."""
    now = clock.now()
    sessions = _end(Q(ends_at__lte=now), why="expired")
    trusted = _forget(TrustedBrowser.objects.filter(ends_at__lte=now))
    networks = _forget(KnownNetwork.objects.filter(seen_at__lte=now - KnownNetwork.LASTS))
    return sessions + trusted + networks + _forget(SignInFlow.objects.filter(expires_at__lte=now))


def _end(which: Q, *, why: str) -> int:
    """Delete them and say so, a thousand at a time."""
    ended = 0
    while batch := list(BrowserSession.objects.filter(which).values_list("pk", "person")[:BATCH]):
        ids = tuple(session for session, _person in batch)
        with transaction.atomic():
            ended += BrowserSession.objects.filter(pk__in=ids).delete()[0]
            publish(SessionsEnded(ids, tuple({person for _session, person in batch if person}), why))
    return ended


def _forget_ways_in(whose: Q) -> None:
    SignInFlow.objects.filter(whose).delete()
    TrustedBrowser.objects.filter(whose).delete()


def _forget(rows: QuerySet[Row]) -> int:
    forgotten = 0
    while batch := list(rows.values_list("pk", flat=True)[:BATCH]):
        forgotten += rows.filter(pk__in=batch).delete()[0]
    return forgotten
