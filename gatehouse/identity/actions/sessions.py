"""Ending sessions: one's own, another's, those of people who left, and those that ended by themselves."""

import math
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from gatehouse.core import clock
from gatehouse.core.events import publish
from gatehouse.core.forgetting import A_RUN
from gatehouse.identity import policies
from gatehouse.identity.events import SessionsEnded
from gatehouse.identity.models import BrowserSession, SignInFlow, TrustedBrowser
from gatehouse.journal import actions as journal
from gatehouse.people.events import PeopleMerged, PersonLeft
from gatehouse.people.models import Person

BATCH = 1_000


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


def forget_sessions() -> int:
    """Those whose time is over; whoever keeps tokens of them hears of it. How many, at most a run's share."""
    return _end(Q(ends_at__lte=clock.now()), why="expired", order=("ends_at",), at_most=A_RUN)


def _end(which: Q, *, why: str, order: tuple[str, ...] = (), at_most: float = math.inf) -> int:
    """Delete them and say so, a thousand at a time."""
    ended = 0
    while ended < at_most and (
        batch := list(BrowserSession.objects.filter(which).order_by(*order).values_list("pk", "person")[:BATCH])
    ):
        ids = tuple(session for session, _person in batch)
        with transaction.atomic():
            ended += BrowserSession.objects.filter(pk__in=ids).delete()[0]
            publish(SessionsEnded(ids, tuple({person for _session, person in batch if person}), why))
    return ended


def _forget_ways_in(whose: Q) -> None:
    SignInFlow.objects.filter(whose).delete()
    TrustedBrowser.objects.filter(whose).delete()
